"""Pages, and the files' sheet about themselves, say up to when figures are made up."""

from __future__ import annotations

import pytest

from dashboards.history.figures import Against, figures_from
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.days.rules.figures import Row
from queue_service.days.rules.period import between, period_of
from queue_service.exports.about import ExportAbout
from queue_service.history.operations.daily import empty_past
from queue_service.store.keys import BranchKeys
from tests.desks import document
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp

UNTIL = "2024-11-26"
SENTENCE = "The figures up to Tuesday, 26 November 2024 are made up"
PAGES = ("history", "history/branches", "quality", "satisfaction", "lifeline")


def texts(web_app: WebApp, branch: str, dates: str) -> dict[str, str]:
    queue = web_app.app.extensions["queue"]
    queue.store.client.hset(BranchKeys(LIBRARY).config, "sample_until", UNTIL)
    queue.get(BranchStore).forget(LIBRARY)
    boss = web_app.bearer("supervisor") | {"Accept-Language": "en"}
    asked = {page: f"/dashboards/{branch}/{page}?{dates}" for page in PAGES}
    answers = {page: web_app.app.test_client().get(at, headers=boss) for page, at in asked.items()}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {page: answer.get_data(as_text=True) for page, answer in answers.items()}


def test_a_page_says_it_of_a_period_that_has_a_made_up_day(web_app: WebApp) -> None:
    found = texts(web_app, LIBRARY, f"from={UNTIL}&to=2024-11-28")
    assert [page for page, text in found.items() if SENTENCE not in text] == []


@pytest.mark.parametrize(
    ("branch", "dates"),
    [(LIBRARY, "from=2024-11-27&to=2024-11-28"), (TOWN_HALL, "from=2024-11-20&to=2024-11-28")],
)
def test_it_says_nothing_of_a_period_or_a_branch_that_has_none(
    web_app: WebApp, branch: str, dates: str
) -> None:
    found = texts(web_app, branch, dates)
    assert [page for page, text in found.items() if "are made up" in text] == []


def test_a_day_says_it_where_the_budget_of_its_month_counts_a_made_up_day(web_app: WebApp) -> None:
    queue = web_app.app.extensions["queue"]
    today = moment(queue.get(BranchStore).get(LIBRARY), queue.store.time()).date
    month = period_of("month", today).first
    queue.store.client.hset(BranchKeys(LIBRARY).config, "sample_until", month)
    queue.get(BranchStore).forget(LIBRARY)
    boss = web_app.bearer("supervisor") | {"Accept-Language": "en"}
    asked = f"/dashboards/{LIBRARY}/history?period=day&date={today}&against=none"
    page = web_app.app.test_client().get(asked, headers=boss).get_data(as_text=True)
    assert "are made up: they belong to the sample" in page
    files = f"/dashboards/{LIBRARY}/exports"
    form = web_app.app.test_client().get(files, headers=boss).get_data(as_text=True)
    assert '<option value="open-data" disabled>' in form
    assert "There is no open data yet" in form


@pytest.mark.parametrize("first", ["", "2024-11-26"])
def test_the_figures_of_the_compared_period_come_first(web_app: WebApp, first: str) -> None:
    queue = web_app.app.extensions["queue"]
    found = empty_past(queue, LIBRARY, between("2024-11-27", "2024-11-28"), queue.store.time())
    other = Against("", Row(), {}, frozenset(), existed=True, first=first)
    assert figures_from(found, other) == (first or "2024-11-27")


@pytest.mark.parametrize(("first", "said"), [(UNTIL, True), ("2024-11-27", False)])
def test_so_does_a_file(first: str, said: bool) -> None:
    branch = Branch.from_document("b", "1", document(), sample_until=UNTIL)
    about = ExportAbout((branch,), between(first, "2024-11-28"), 0, "en")
    assert (("Made-up figures of the sample until", UNTIL) in about.facts([])) is said
    real = Branch.from_document("b", "1", document())
    facts = ExportAbout((real,), between(first, "2024-11-28"), 0, "en").facts([])
    assert not any("Made-up" in name for name, _ in facts)
