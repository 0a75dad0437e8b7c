"""The supervisors' pages, such as the live board."""
