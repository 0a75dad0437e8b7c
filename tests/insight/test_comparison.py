"""Branches compared from their own visits, against plain recomputation from these."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pytest

from queue_service.branches.store import BranchStore
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.days.rules.period import between
from queue_service.days.store import DayStore
from queue_service.errors import BranchNotFound
from queue_service.history.operations.days import summarise_day
from queue_service.history.operations.history import past
from queue_service.history.store import HistoryStore
from queue_service.insight.operations.comparison import (
    BranchComparison,
    Measure,
    comparison,
    verdict,
)
from queue_service.insight.rules.matching import matched
from queue_service.insight.rules.standardise import ComparedBranches
from queue_service.tables.comparisons.comparison import comparison_table
from queue_service.visits.operations import issuing, visits
from tests.desks import MORNING, Desk, document
from tests.filling import filled_once

DAY = 86_400
DAYS = range(-56, -50)
"""Six days of a month that is over, in days from the desk's own morning."""
AUTUMN = between("2026-09-01", "2026-10-31")
WITHIN_SIX = Measure("handling_time_within", 360)
SECONDS = {
    "hall": {"pas": (300, 420, 420, 420), "korekort": (200,)},
    "library": {"pas": (420,), "korekort": (200, 400, 200, 200)},
    "visited": {"pas": (300, 420, 240), "korekort": (200, 500), "turist": (90, 480, 60)},
    "renamed": {"rejsepas": (420,), "korekort": (200, 400, 200, 200)},
}
"""By service, how long each inquiry of a day takes; twice of each."""


@filled_once
def six_days(desk: Desk, like: str) -> None:
    """The town hall is better at passports and at licences, and is asked for passports more."""
    for day in DAYS:
        desk.seconds = day * DAY
        desk.open("1", "citizen")
        for service, lengths in SECONDS[like].items():
            for nth, seconds in enumerate(lengths * 4):
                desk.later(10)
                visit = issuing.serve(desk.queue, desk.command(), "1", service).visit
                took = seconds + nth % 3
                visits.complete(desk.queue, desk.later(took).command(), visit.id, "resolved")
        counters.close_counter(desk.queue, desk.command(), "1")


@pytest.fixture
def both(desk: Desk) -> Desk:
    library = put_branch(desk.queue, "biblioteket", document(name="Biblioteket")).branch
    six_days(desk, like="hall")
    six_days(Desk(desk.queue, library.id), like="library")
    return desk


def compared(desk: Desk, *branches: str) -> BranchComparison:
    return comparison(desk.queue, branches or (desk.branch, "biblioteket"), AUTUMN, now=MORNING)


def test_the_town_hall_is_worse_as_it_is_and_better_by_the_same_mix(both: Desk) -> None:
    found = compared(both)
    assert [branch.name for branch in found.branches] == ["Biblioteket", "Rådhuset"]
    within = found.measures[WITHIN_SIX]
    hall, library = within.standings[both.branch], within.standings["biblioteket"]
    assert (hall.raw.n, library.raw.n) == (6 * 20, 6 * 20)
    assert hall.raw.value == pytest.approx(0.4)
    assert library.raw.value == pytest.approx(0.6)
    plain = _plainly(both)
    assert hall.standardised is not None
    assert library.standardised is not None
    assert hall.standardised.value == pytest.approx(plain[both.branch])
    assert library.standardised.value == pytest.approx(plain["biblioteket"])
    assert verdict(WITHIN_SIX, hall) == "better"


def _plainly(desk: Desk) -> dict[str, float]:
    """The share under six minutes by the same mix, from the visits themselves."""
    handled: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for branch in (desk.branch, "biblioteket"):
        for date in desk.queue.get(DayStore).dates(branch):
            for visit in desk.queue.get(DayStore).visits(branch, date):
                assert visit is not None
                for inquiry in visit.inquiries:
                    handled[branch][inquiry.service].append(inquiry.handled_ms < 360_000)
    every = {s: sum(len(of[s]) for of in handled.values()) for s in ("pas", "korekort")}
    return {
        branch: sum(every[s] * sum(of[s]) / len(of[s]) for s in every) / sum(every.values())
        for branch, of in handled.items()
    }


def test_every_number_from_the_visits_alone_where_one_branch_lacks_a_service(both: Desk) -> None:
    hall = put_branch(both.queue, "besoeg", document(name="Besøg")).branch.id
    six_days(Desk(both.queue, hall), like="visited")
    pair = hall, "biblioteket"
    lengths: dict[str, dict[str, list[int]]] = {branch: defaultdict(list) for branch in pair}
    for branch in pair:
        for date in both.queue.get(DayStore).dates(branch):
            for visit in both.queue.get(DayStore).visits(branch, date):
                assert visit is not None
                for inquiry in visit.inquiries:
                    lengths[branch][inquiry.service].append(inquiry.handled_ms)
    assert "turist" not in lengths["biblioteket"]
    # Only what both have is weighted, by how many both have of it together.
    shared = {s: sum(len(lengths[branch][s]) for branch in pair) for s in ("pas", "korekort")}
    whole = sum(shared.values())
    every = sum(len(ms) for of in lengths.values() for ms in of.values())
    found = compared(both, *pair)
    for measure, of_one in (
        (WITHIN_SIX, lambda ms: float(ms < 360_000)),
        (Measure("handling_mean"), lambda ms: ms / 1000),
    ):
        reported = found.measures[measure]
        assert reported.weights == pytest.approx({s: n / whole for s, n in shared.items()})
        assert reported.missing == {"turist": ("biblioteket",)}
        assert reported.covered == pytest.approx(whole / every)
        for branch in pair:
            standing, own = reported.standings[branch], lengths[branch]
            values = [of_one(ms) for of_service in own.values() for ms in of_service]
            assert (standing.raw.n, standing.raw.days) == (len(values), 6)
            assert standing.raw.value == pytest.approx(sum(values) / len(values))
            rates = {s: sum(map(of_one, own[s])) / len(own[s]) for s in shared}
            assert standing.standardised is not None
            assert standing.standardised.value == pytest.approx(
                sum(n / whole * rates[s] for s, n in shared.items())
            )
            assert standing.standardised.n == sum(len(own[s]) for s in shared)
            assert standing.covered == pytest.approx(standing.standardised.n / len(values))


def test_raw_figures_are_those_of_the_history(both: Desk) -> None:
    found, own = compared(both), past(both.queue, both.branch, AUTUMN, now=MORNING)
    raw = {measure.key: one.standings[both.branch].raw for measure, one in found.measures.items()}
    handling = own.total.inquiries.durations.spread()
    assert raw["handling_mean"].value == pytest.approx(handling.mean)
    assert raw["handling_p50"].value == handling.p50
    goal = next(one for one in own.goals(own.total) if one.goal.id == "handling-6-min")
    shown = raw["handling_time_within-360"]
    assert (shown.value, shown.n) == (goal.share.ratio, goal.share.judged)
    assert (shown.low, shown.high) == pytest.approx((goal.share.low, goal.share.high))


@pytest.mark.parametrize(("today", "days"), [(DAYS[-1], 5), (DAYS[-1] + 1, 6), (DAYS[0], 0)])
def test_the_running_day_is_left_out(both: Desk, today: int, days: int) -> None:
    """Also if it is the first with visits; the period began before."""
    now = MORNING + today * DAY * 1000
    found = comparison(both.queue, ("biblioteket",), AUTUMN, now=now)
    raw = found.measures[WITHIN_SIX].standings["biblioteket"].raw
    assert (raw.days, raw.n) == (days, days * 20)


def test_a_running_day_alone_is_compared_as_it_is(both: Desk) -> None:
    now = MORNING + DAYS[-1] * DAY * 1000
    today = both.queue.get(DayStore).dates("biblioteket")[-1]
    found = comparison(both.queue, ("biblioteket",), between(today, today), now=now)
    raw = found.measures[WITHIN_SIX].standings["biblioteket"].raw
    assert (raw.days, raw.n) == (1, 20)


def test_a_month_that_is_kept_says_the_same_until_its_days_change(both: Desk) -> None:
    before = compared(both)
    branch = both.queue.get(BranchStore).get(both.branch)
    for date in both.queue.get(DayStore).dates(both.branch):
        assert summarise_day(both.queue, branch, date, MORNING)
    assert compared(both).measures == before.measures
    kept = both.queue.get(HistoryStore).service_months(both.branch, ["2026-09", "2026-10"])
    assert any(kept)
    both.queue.get(DayStore).forget_summaries(both.branch)
    assert compared(both).measures == before.measures


def test_the_same_mix_needs_two_branches_with_services_in_common(both: Desk) -> None:
    put_branch(both.queue, "tom", document(name="Tom"))
    found = compared(both, both.branch, "tom").measures[WITHIN_SIX]
    assert found.weights == {}
    assert found.standings["tom"].raw.value is None
    assert _told(found) == {None}


def _told(found: ComparedBranches) -> set[object]:
    return {verdict(WITHIN_SIX, one) for one in found.standings.values()}


def test_a_service_with_another_id_is_matched_by_its_kle_number(both: Desk) -> None:
    plain = compared(both).measures[WITHIN_SIX]
    other = put_branch(both.queue, "servicen", _renamed(None)).branch
    six_days(Desk(both.queue, other.id), like="renamed")
    assert compared(both, both.branch, other.id).measures[WITHIN_SIX].weights == {}
    put_branch(both.queue, other.id, _renamed("23.05.00"))
    put_branch(both.queue, both.branch, _numbered(both, "23.05.00"))
    found = compared(both, both.branch, other.id).measures[WITHIN_SIX]
    assert not found.missing
    assert found.weights == plain.weights
    assert found.standings[both.branch] == plain.standings[both.branch]


def _renamed(number: str | None) -> dict[str, Any]:
    """A library whose passports have the id ``rejsepas``."""
    wanted = json.loads(json.dumps(document(name="Servicen")).replace('"pas"', '"rejsepas"'))
    for service in wanted["services"]:
        if service["id"] == "rejsepas" and number:
            service["kle"] = number
    return dict(wanted)


def _numbered(desk: Desk, number: str) -> dict[str, Any]:
    wanted = json.loads(json.dumps(desk.queue.get(BranchStore).get(desk.branch).document))
    for service in wanted["services"]:
        if service["id"] == "pas":
            service["kle"] = number
    return dict(wanted)


@pytest.mark.parametrize(
    ("branches", "same"),
    [
        ({"a": {"pas": "23.05"}, "b": {"rejse": "23.05"}}, {"rejse": "pas"}),
        ({"a": {"pas": "23.05"}, "b": {"rejse": None}}, {}),
        ({"a": {"pas": "23.05"}, "b": {"rejse": "23.05", "pas": None}}, {}),
        ({"a": {"pas": "23.05", "hent": "23.05"}, "b": {"rejse": "23.05"}}, {}),
        ({"a": {"pas": "23.05"}, "b": {"rejse": "23.05"}, "c": {"pas": "27.00"}}, {}),
        ({"a": {"x": "1"}, "b": {"y": "1"}, "c": {"y": None}}, {"x": "y"}),
    ],
)
def test_the_matching_services(branches: dict[str, Any], same: dict[str, str]) -> None:
    assert matched(branches) == same


def test_a_branch_that_does_not_exist_is_refused(both: Desk) -> None:
    with pytest.raises(BranchNotFound):
        compared(both, "nowhere", both.branch)


def test_the_table_has_a_row_for_each_branch_and_one_of_all(both: Desk) -> None:
    table = comparison_table(compared(both), "en")
    rows = table.by_key()
    hall = rows[both.branch]
    assert list(rows) == ["biblioteket", both.branch]
    key = WITHIN_SIX.key
    assert hall[f"{key}:counted"] == 120
    assert hall[f"{key}:compared"] == "better"
    mix, rate = hall[f"{key}:mix_effect"], hall[f"{key}:rate_effect"]
    assert isinstance(mix, float)
    assert isinstance(rate, float)
    assert mix + rate == pytest.approx(-0.2)
    assert table.total is not None
    assert table.total[0] == "All together"
