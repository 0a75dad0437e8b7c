"""The content of a sheet of paper tickets, before it is a PDF."""

from __future__ import annotations

import re

import pytest

from queue_service.branches.rules.branch import Branch
from queue_service.paper import sheet
from queue_service.paper.__main__ import NO_PDF
from queue_service.paper.rules import sheet_numbers
from queue_service.reports.render import NoPdf
from tests.desks import document


def branch(services: int = 3, **changes: object) -> Branch:
    """A branch with so many services, each with a name of some length."""
    offered = [
        {"id": f"s{n}", "name": {"da": f"Ydelse nummer {n}", "en": f"Service number {n}"},
         "prefix": "".join(chr(65 + n // 26**d % 26) for d in range(3))}
        for n in range(services)
    ]  # fmt: skip
    parts = {"services": offered, "counters": [], "teams": [], "goals": []}
    return Branch.from_document("raadhuset", "", document(**parts, **changes))


def html(of: Branch) -> str:
    return sheet.sheets_html(of, 14, 2, "https://kø.example.dk/paper/raadhuset")


def test_a_sheet_has_its_numbers_services_times_and_ends_and_no_field_for_a_name() -> None:
    page = html(branch())
    assert re.findall(r'ticket__number">([^<]+)<', page) == [*sheet_numbers(14), *sheet_numbers(15)]
    form = page.partition('class="ticket"')[2].partition("</section>")[0]
    for text in ("Ydelse nummer 2", "Taget", "Kaldt", "Startet", "Afsluttet", "Løst", "Kom ikke"):
        assert text in form
    assert "navn" not in form.lower()
    assert "Dit nummer" in form
    assert "Your number" in form


def test_the_first_page_explains_the_procedure_in_five_lines_per_language() -> None:
    guide = html(branch()).partition('class="ticket')[0]
    assert guide.count("<li>") == 2 * len(sheet.STEPS) == 10
    assert guide.count("https://kø.example.dk/paper/raadhuset") == 2
    assert html(branch(languages=["en"])).partition('class="ticket')[0].count("<li>") == 5


@pytest.mark.parametrize(
    ("services", "tall", "listed"), [(3, False, False), (20, True, False), (150, False, True)]
)
def test_many_services_make_taller_tickets_and_very_many_a_list(
    services: int, tall: bool, listed: bool
) -> None:
    page = html(branch(services))
    assert ("ticket--tall" in page) is tall
    assert ("ticket__code" in page) is listed
    assert ("guide__services" in page) is listed


def test_without_the_library_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "_COMMAND", ("sh", "-c", f"cat >/dev/null; exit {NO_PDF}"))
    with pytest.raises(NoPdf, match="pango"):
        sheet.sheets_pdf(branch(), 1, 1, "")


def test_sheets_that_take_too_long_are_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheet, "_COMMAND", ("sh", "-c", "exec tail -f /dev/null"))
    monkeypatch.setattr(sheet, "_LONGEST_SECONDS", 0.01)
    with pytest.raises(NoPdf, match="Print fewer at once"):
        sheet.sheets_pdf(branch(), 1, 1, "")
