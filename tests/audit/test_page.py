"""The pages of the audit log and of a configuration's history, in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.web.browsers import SIZES, BrowserMaker, Check, each_size, first_page, fits
from tests.web.service import Service


def test_an_administrator_finds_a_change_and_puts_the_configuration_back(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    branch = service.branch(name="Byens hus")
    api = service.api()
    known = api.get(f"/branches/{branch}")
    closed = [{"date": "2026-12-01", "hours": [], "note": {"da": "Kursus"}}]
    api.call("PUT", f"/branches/{branch}", {**known, "hours_exceptions": closed})
    context = new_context(*SIZES["desk"], lang="da")
    service.log_in(context, "admin")
    page = first_page(context)
    page.goto("/admin/audit")
    page.get_by_label("Afdeling").select_option(branch)
    page.get_by_label("Handling").select_option("configuration.*")
    page.get_by_label("Handling").press("Enter")
    page.get_by_role("button", name="Find").press("Enter")
    row = page.get_by_role("row", name="Opsætning ændret")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("127.0.0.1")
    for _ in each_size(page):
        assert fits(page)
        assert_accessible(page, contrast=False)
    row.get_by_role("link", name="Se ændringen").press("Enter")
    change = page.get_by_role("article").first
    expect(change).to_contain_text("lukket, Kursus")
    for _ in each_size(page):
        assert fits(page)
        assert_accessible(page)
    earlier = page.get_by_role("article").nth(1)
    way = earlier.get_by_text(re.compile("Gå tilbage til opsætningen fra [a-zø]+dag den .* kl. "))
    expect(way).to_be_visible()
    change.get_by_text("Fortryd denne ændring").click()
    change.get_by_role("button", name="Ja, fortryd den").press("Enter")
    expect(page.get_by_text("Gemt. Det gælder nu overalt.")).to_be_visible()
    assert api.get(f"/branches/{branch}")["hours_exceptions"] == []
    page.goto("/admin/audit")
    page.get_by_role("link", name="Databeskyttelsesdokumenter").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Fortegnelse over behandlingsaktiviteter"
    )
    for _ in each_size(page):
        assert fits(page)
        assert_accessible(page)
