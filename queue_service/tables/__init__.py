"""Every table of a branch's past, defined once for pages, files and reports.

    found = past(queue, "biblioteket", period)
    days = table(found, "days", "da")

Values are not rounded here; the pages and files that show them format them.
"""
