"""The sample in a store: its past is there once, marked, and equal in every output."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from queue_service import sample
from queue_service.access.operations.access import OPERATOR
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import day_bounds
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.days.rules.period import Period, between, days_after, period_of
from queue_service.days.rules.suppression import small
from queue_service.days.store import DayStore
from queue_service.exports.csv_file import DIGITS, RATIO_DIGITS
from queue_service.exports.make import make
from queue_service.exports.order import new_order
from queue_service.history.operations.days import expire, summarise_days
from queue_service.history.operations.history import past
from queue_service.history.operations.statistics import statistics
from queue_service.history.store import HistoryStore
from queue_service.insight.rules.outliers import WEEKS_BACK
from queue_service.lifeline.operations.figures import lifeline_figures
from queue_service.notes.operations import notes_in
from queue_service.notes.rules import INTERVENTION
from queue_service.playbook.operations import saved_visits
from queue_service.reports import operations as reports
from queue_service.reports.build import build
from queue_service.sample import past as past_of_the_sample
from queue_service.sample.past import pasts
from queue_service.sample.store import write_past
from queue_service.satisfaction.operations import feedback
from queue_service.store.keys import BranchKeys
from queue_service.supervisor.sample import load_sample
from queue_service.tables.build import table
from queue_service.visits.operations import issuing
from queue_service.webhooks.store import WebhookStore

pytestmark = pytest.mark.slow

LIVED = ("biblioteket", "bogbussen", "raadhuset")


@pytest.fixture
def lived(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> Queue:
    """The sample with a past of ten days."""
    monkeypatch.setattr(past_of_the_sample, "DAYS", 10)
    assert load_sample(queue, past=True)
    return queue


def everything(queue: Queue) -> dict[str, Any]:
    """The stored data of all branches, byte for byte; a large hash has its fields in any order."""
    client: Any = queue.store.client
    keys = [key for key in client.scan_iter(match="q:*") if ":events" not in key]
    return {
        key: client.hgetall(key) if client.type(key) == "hash" else client.dump(key) for key in keys
    }


def test_one_made_up_day_is_equal_wherever_it_is_shown(lived: Queue) -> None:
    for name in LIVED:
        date = lived.get(DayStore).dates(name)[-1]
        day = between(date, date)
        reported = statistics(lived, name, date, date).total
        found = past(lived, name, day)
        assert reported.visits is not None
        issued, done = reported.visits["issued"], reported.inquiries
        assert issued == found.total.visits["issued"] > 0
        wish = {"content": "days", "from": date, "to": date, "format": "csv", "language": "en"}
        text = make(lived, new_order(name, (name,), wish)).content.decode("utf-8-sig")
        _, line, *_ = csv.reader(io.StringIO(text))
        columns = [column.key for column in table(found, "days", "en").columns]
        exported = dict(zip(columns, line, strict=True))
        report = build(lived, name, "week", Period("week", date, date), lived.store.time())
        assert int(exported["issued"]) == report.now["issued"] == issued
        assert int(exported["inquiries"]) == report.now["inquiries"] == done
        mean = reported.handling.mean
        assert mean is not None
        assert report.now["handling_mean"] == mean
        assert float(exported["handling_mean"]) == round(mean, DIGITS)
        shares = {line.goal.id: (line.judged, line.ratio) for line in report.goals}
        for figure in found.goals(found.total):
            share = reported.goals[figure.goal.id]
            assert (share.judged, share.within) == (figure.share.judged, figure.share.within)
            told = None if small(share.judged) else share.ratio
            assert shares[figure.goal.id] == (share.judged, told)
            if share.ratio is not None:
                exact = round(share.ratio, RATIO_DIGITS)
                assert float(exported[f"{figure.goal.id}:share"]) == exact
        answered = feedback(lived, name, date, date)
        assert answered.completed == reported.visits["completed"]
        assert answered.total.people <= answered.completed


def test_a_newcomer_finds_an_announcement_and_a_webhook_that_is_sent_nothing(
    queue: Queue,
) -> None:
    load_sample(queue)
    (announcement,) = queue.get(BranchStore).get("oevelse").interventions
    assert set(announcement.texts) == {"da", "en"}
    assert not any(queue.get(BranchStore).get(name).interventions for name in LIVED)
    assert [hook.active for hook in queue.get(WebhookStore).endpoints()] == [False]


def test_each_page_of_the_past_has_something_over_the_weeks(queue: Queue) -> None:
    load_sample(queue, past=True)
    lived = queue
    first, last = (
        lived.get(DayStore).dates("raadhuset")[0],
        lived.get(DayStore).dates("raadhuset")[-1],
    )
    for name in LIVED:
        judged = statistics(lived, name, first, last).total.goals
        assert all(share.judged > 10 for share in judged.values()), name
        assert feedback(lived, name, first, last).total.people > 10
    assert sum(cell.n for cell in saved_visits(lived, "biblioteket", first, last).cells) > 20
    assert lifeline_figures(lived, "raadhuset", first, last).cells
    assert not lived.get(DayStore).dates("oevelse")


def test_the_first_ticket_shows_the_wait_of_the_made_up_days(lived: Queue) -> None:
    estimates = {}
    for name, counter, team in (("raadhuset", "1", None), ("oevelse", "1", None)):
        command = Command(name, OPERATOR)
        counters.open_counter(lived, command, counter, team)
        estimates[name] = issuing.issue(lived, command, "pas").estimate
    assert estimates["oevelse"] is None, "it has no past"
    low, high = estimates["raadhuset"] or (-1, -1)
    assert 0 <= low < high


def test_the_goals_were_in_force_from_the_first_day_and_only_once(lived: Queue) -> None:
    for name in LIVED:
        branch = lived.get(BranchStore).get(name)
        history = lived.get(HistoryStore).goal_history(branch)
        (since,) = history.dates
        assert since <= lived.get(DayStore).dates(name)[0]
        assert history.on(since) == branch.goals


def test_its_days_are_marked_as_made_up(lived: Queue) -> None:
    for name in LIVED:
        until, dates = (
            lived.get(BranchStore).get(name).sample_until,
            lived.get(DayStore).dates(name),
        )
        assert dates[-1] <= until
        notes = notes_in(lived, name, between(dates[0], until))
        assert all(n.kind == INTERVENTION for n in notes), "pages and files say what is made up"
        changed_for_hours = {n.date for n in notes}
        assert bool(changed_for_hours) == (name == "biblioteket")
    assert lived.get(BranchStore).get("oevelse").sample_until == ""
    changed = sample.documents()["raadhuset"] | {"name": "Et andet navn"}
    put_branch(lived, "raadhuset", changed)
    assert lived.get(BranchStore).get("raadhuset").sample_until == until


def test_no_job_makes_anything_of_them_but_a_report_may_be_asked_for(lived: Queue) -> None:
    now = lived.store.time()
    assert summarise_days(lived, now) == 0
    assert expire(lived, now) == 0
    assert reports.make_due(lived, now) == []
    until = lived.get(BranchStore).get("raadhuset").sample_until
    made = reports.make(lived, "raadhuset", "week", days_after(until, -9))
    assert made.sample_until == until
    assert reports.read(lived, "raadhuset", made.id) == made


@pytest.mark.parametrize("made_up", [True, False])
def test_a_report_is_made_by_itself_where_no_day_of_it_is_made_up(
    lived: Queue, made_up: bool
) -> None:
    hall = lived.get(BranchStore).get("raadhuset")
    week = period_of("week", lived.get(DayStore).dates("raadhuset")[-1])
    # The week before, which it is compared with, has none either.
    until = days_after(week.first, -7 if made_up else -8)
    lived.store.client.hset(BranchKeys("raadhuset").config, "sample_until", until)
    lived.get(BranchStore).forget("raadhuset")
    later = day_bounds(hall, days_after(week.last, 1))[0] + reports.MORNING_MS
    due = reports.make_due(lived, later)
    assert (("raadhuset", f"week-{week.first}") in due) is not made_up


@pytest.mark.parametrize(("weeks", "said"), [(WEEKS_BACK, True), (WEEKS_BACK + 1 / 7, False)])
def test_a_report_marks_a_comparison_with_made_up_weeks(
    lived: Queue, weeks: float, said: bool
) -> None:
    week = period_of("week", lived.get(DayStore).dates("raadhuset")[-1])
    until = days_after(week.first, -round(7 * weeks))
    lived.store.client.hset(BranchKeys("raadhuset").config, "sample_until", until)
    lived.get(BranchStore).forget("raadhuset")
    made = build(lived, "raadhuset", "week", week, lived.store.time())
    assert made.sample_until == (until if said else "")


def test_it_is_loaded_once_also_by_two_starts_together(lived: Queue) -> None:
    before = everything(lived)
    assert load_sample(lived, past=True) == {}
    branches = [Branch.from_document(n, "", d) for n, d in sample.documents().items()]
    asked = {"pas", "sundhedskort"}
    for one in pasts(branches, asked, lived.store.time()):
        write_past(lived.store, one)  # The other start, which found the store empty as well.
    assert everything(lived) == before


def test_a_store_with_a_branch_or_without_the_wish_gets_no_past(queue: Queue) -> None:
    put_branch(queue, "eget", sample.documents()["raadhuset"])
    assert load_sample(queue, past=True) == {}
    assert queue.get(BranchStore).ids() == ["eget"]
    assert not queue.get(DayStore).dates("raadhuset")


def test_without_the_wish_the_sample_has_no_past(queue: Queue) -> None:
    assert load_sample(queue)
    assert not any(queue.get(DayStore).dates(name) for name in sample.BRANCHES)
    assert not any(branch.sample_until for branch in queue.get(BranchStore).all())
