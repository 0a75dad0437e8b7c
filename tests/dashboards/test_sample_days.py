"""Pages, and the files' sheet about themselves, say up to when figures are made up."""

from __future__ import annotations

import pytest

from queue_service.branches.rules.branch import Branch
from queue_service.exports.about import About
from queue_service.history.rules.period import between
from queue_service.store.keys import BranchKeys
from tests.desks import document
from tests.web.houses import LIBRARY, TOWN_HALL, House

UNTIL = "2026-11-26"
SENTENCE = "The figures up to Thursday, 26 November 2026 are made up"
PAGES = ("history", "history/branches", "quality", "satisfaction", "lifeline")


def texts(house: House, branch: str, dates: str) -> dict[str, str]:
    queue = house.app.extensions["queue"]
    queue.store.client.hset(BranchKeys(LIBRARY).config, "sample_until", UNTIL)
    queue.branches.forget(LIBRARY)
    boss = house.bearer("supervisor") | {"Accept-Language": "en"}
    asked = {page: f"/dashboards/{branch}/{page}?{dates}" for page in PAGES}
    answers = {page: house.app.test_client().get(at, headers=boss) for page, at in asked.items()}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {page: answer.get_data(as_text=True) for page, answer in answers.items()}


def test_a_page_says_it_of_a_period_that_has_a_made_up_day(house: House) -> None:
    found = texts(house, LIBRARY, f"from={UNTIL}&to=2026-11-28")
    assert [page for page, text in found.items() if SENTENCE not in text] == []


@pytest.mark.parametrize(
    ("branch", "dates"),
    [(LIBRARY, "from=2026-11-27&to=2026-11-28"), (TOWN_HALL, "from=2026-11-20&to=2026-11-28")],
)
def test_it_says_nothing_of_a_period_or_a_branch_that_has_none(
    house: House, branch: str, dates: str
) -> None:
    found = texts(house, branch, dates)
    assert [page for page, text in found.items() if "are made up" in text] == []


@pytest.mark.parametrize(("first", "said"), [(UNTIL, True), ("2026-11-27", False)])
def test_so_does_a_file(first: str, said: bool) -> None:
    branch = Branch.from_document("b", "1", document(), sample_until=UNTIL)
    about = About((branch,), between(first, "2026-11-28"), 0, "en")
    assert (("Made-up figures of the sample until", UNTIL) in about.facts([])) is said
    real = Branch.from_document("b", "1", document())
    facts = About((real,), between(first, "2026-11-28"), 0, "en").facts([])
    assert not any("Made-up" in name for name, _ in facts)
