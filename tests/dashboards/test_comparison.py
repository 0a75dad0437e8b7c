"""The page that compares branches, compared with the operation's result."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from queue_service.days.rules.period import between
from queue_service.insight.operations.comparison import Measure, comparison
from tests.dashboards.pages import Pages, assert_fits_everywhere, cells
from tests.insight.test_comparison import six_days
from tests.web.browsers import Check, fits

RANGE = "from=2026-09-01&to=2026-10-31"
SECTION = "h-handling_time_within-360"
MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_town_hall_is_worse_as_it_is_and_better_by_the_same_mix(
    pages: Pages, assert_accessible: Check, lang: str
) -> None:
    hall = pages.desk("compared-hall", name="Sammenlignet rådhus")
    library = pages.desk("compared-library", name="Sammenlignet bibliotek")
    six_days(hall, like="hall")
    six_days(library, like="library")
    page = pages.open(f"{hall.branch}/comparison?{RANGE}&branches={hall.branch}", lang=lang)
    expect(page.locator("main")).to_contain_text(
        "Choose at least two branches." if lang == "en" else "Vælg mindst to steder."
    )
    page.get_by_label("Sammenlignet bibliotek").first.check()
    page.locator(".comparison-choice button").click()
    table = page.locator(f"section[aria-labelledby={SECTION}] table").first
    expect(table).to_be_visible()
    names = table.get_by_role("rowheader").all_inner_texts()
    assert names[:2] == ["Sammenlignet bibliotek", "Sammenlignet rådhus"]
    if lang == "en":
        said = page.get_by_role("region", name="What can be said")
        expect(said).to_contain_text("Sammenlignet rådhus")
        expect(said).to_contain_text(re.compile(r"Better .*\(\+25\.0\)"))
        # The method is folded up below.
        expect(page.get_by_text("the hollow one the figure as it is")).to_be_hidden()
        page.get_by_text("How to read this").click()
        expect(page.get_by_text("the hollow one the figure as it is")).to_be_visible()
    assert_accessible(page, contrast=lang == "da")
    assert_fits_everywhere(page)
    if lang == "da":
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 688, "height": 971})  # A4 less its margins, at 96 dpi
        assert fits(page)
        expect(page.locator("main .button:visible")).to_have_count(0)
        return
    period = between("2026-09-01", "2026-10-31")
    found = comparison(pages.queue, (hall.branch, library.branch), period)
    standing = found.measures[Measure("handling_time_within", 360)].standings[hall.branch]
    assert standing.standardised is not None
    assert standing.standardised.low is not None
    row = cells(table, "Sammenlignet rådhus")
    assert row[0].startswith("40.0%")
    assert row[0].endswith("of 120")
    assert row[1].startswith(f"62.5% {100 * standing.standardised.low:.1f}% to ")
    assert row[-2].startswith("+25.0")
    assert row[-1] == "Better"
    page.locator(f"section[aria-labelledby={SECTION}] summary").click()
    reported = page.locator(f"section[aria-labelledby={SECTION}] details")
    expect(reported).to_contain_text(f"differs from the others by {MINUS}20.0 points")
    with page.expect_download() as loaded:
        page.get_by_role("link", name="CSV").click()
    assert loaded.value.suggested_filename == "branches_comparison_2026-09-01_2026-10-31.csv"
