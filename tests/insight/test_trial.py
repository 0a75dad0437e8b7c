"""A trial evaluated from a branch's own days."""

from __future__ import annotations

from datetime import date, timedelta
from math import exp, sqrt
from random import Random
from typing import Any

import pytest

from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.errors import BranchNotFound
from queue_service.history.rules.confidence_intervals import Estimate, estimate, t_quantile, welch
from queue_service.insight.operations.trial import Trial, trial
from queue_service.insight.rules.compare import FigureChange, ratio_of_means
from queue_service.notes.operations import add_note
from queue_service.tables.comparisons.trial import verdicts_table, weeks_table
from queue_service.visits.operations import issuing, visits
from tests.desks import MORNING, Desk, document
from tests.insight.fortnights import BEGINS_AT, DAY_SECONDS, START, fortnights

pytestmark = pytest.mark.slow


def of(found: Trial, figure: str, goal: str | None = None) -> FigureChange:
    return next(c for c in found.here.comparisons if (c.figure, c.goal) == (figure, goal))


def evaluated(desk: Desk, days: int = 7, **more: Any) -> Trial:
    return trial(desk.queue, desk.branch, START, days, **more)


def test_a_shorter_handling_time_is_reported_with_its_uncertainty(desk: Desk) -> None:
    fortnights(desk, before=340, after=240)
    found = evaluated(desk)
    assert (found.before.first, found.before.last) == ("1999-03-08", "1999-03-14")
    assert found.after is not None
    assert (found.after.first, found.after.last) == (START, "1999-03-21")
    handling = of(found, "handling")
    assert (handling.first.days, handling.second.days, handling.second.n) == (7, 7, 84)
    assert handling.verdict == "better"
    assert handling.difference is not None
    assert handling.difference.low < -100 < handling.difference.high < 0
    goal = of(found, "goal", "handling-6-min")
    assert (goal.verdict, goal.second.value) == ("better", 1.0)
    assert of(found, "pace").verdict == "higher"


def test_with_too_few_days_there_is_no_finding(desk: Desk) -> None:
    fortnights(desk, before=340, after=240)
    found = evaluated(desk, days=4)
    assert {c.verdict for c in found.here.comparisons} == {"too_little_data"}
    assert of(found, "handling").first.value is not None


def test_days_with_an_outage_are_left_out_when_asked_for(desk: Desk) -> None:
    fortnights(desk, before=340, after=240)
    add_note(desk.queue, desk.branch, "1999-03-10", "outage", "Passystemet var nede")
    add_note(desk.queue, desk.branch, "1999-03-11", "weather", "Sne")
    assert evaluated(desk).here.left_out == ()
    found = evaluated(desk, without_outages=True)
    assert found.here.left_out == ("1999-03-10",)
    assert (of(found, "handling").first.days, of(found, "handling").first.n) == (6, 72)
    # The figures with all days are next to them, and every day counts by default.
    every_day = evaluated(desk)
    assert every_day.whole is None
    assert found.whole is not None
    assert found.whole.here.comparisons == every_day.here.comparisons
    for make in (verdicts_table, weeks_table):
        reported, plain = make(found, "en"), make(every_day, "en")
        values = [column.key for column in plain.columns[2:]]
        for row, known in zip(reported.records(), plain.records(), strict=True):
            assert [row[f"{key}_all"] for key in values] == [known[key] for key in values]


def test_an_outage_on_a_day_that_takes_no_part_leaves_nothing_out(desk: Desk) -> None:
    fortnights(desk, before=340, after=240)
    add_note(desk.queue, desk.branch, "1999-03-13", "outage", "Strømmen gik på en lørdag")
    workdays = frozenset(range(5))
    found = evaluated(desk, without_outages=True, weekdays=workdays)
    assert (found.left_out(), found.whole) == ([], None)
    assert evaluated(desk, without_outages=True).here.left_out == ("1999-03-13",)


def test_an_effect_at_another_branch_as_well_is_not_the_trials(desk: Desk) -> None:
    fortnights(desk, before=340, after=240)
    counterpart = Desk(
        desk.queue, put_branch(desk.queue, "twin", document(historic=True)).branch.id
    )
    fortnights(counterpart, before=330, after=230)
    found = evaluated(desk, other="twin")
    handling = of(found, "handling")
    theirs, more = found.counterpart(handling), found.beyond(handling)
    assert theirs is not None
    assert theirs.verdict == "better"
    assert more is not None
    assert more.value == pytest.approx(0, abs=1)
    assert more.low < 0 < more.high


def test_a_goal_has_a_twin_only_where_it_measures_the_same(desk: Desk) -> None:
    goals = document()["goals"]
    same = [{**goals[0], "id": "under-six"}, {**goals[1], "threshold_seconds": 300}]
    fortnights(desk, before=340, after=240)
    put_branch(desk.queue, "twin", document(historic=True, goals=same))
    found = evaluated(desk, other="twin")
    counterpart = found.counterpart(of(found, "goal", "handling-6-min"))
    assert counterpart is not None
    assert counterpart.goal == "under-six"
    assert found.counterpart(of(found, "goal", "called-10-min")) is None
    assert found.beyond(of(found, "goal", "handling-6-min")) is None


def saturdays(desk: Desk, weeks: int = 8) -> str:
    """A library that opens on Saturdays half-way: fewer come on weekdays, more in a week, and
    each is served quicker. Gives the Monday of the change."""
    random = Random(5)  # noqa: S311 - made-up days, no secret
    begins = date.fromisoformat(START)
    for nth in range(-7 * weeks, 7 * weeks):
        day, after = begins + timedelta(nth), nth >= 0
        if day.weekday() == 6 or (day.weekday() == 5 and not after):
            continue
        people = random.randint(4, 5) if day.weekday() == 5 else random.randint(7, 9) - after
        desk.seconds = BEGINS_AT + nth * DAY_SECONDS
        desk.open("1", "citizen")
        for _ in range(people):
            visit = issuing.serve(desk.queue, desk.later(10).command(), "1", "pas").visit
            seconds = random.uniform(200, 500) * (0.7 if after else 1)
            visits.complete(desk.queue, desk.later(seconds).command(), visit.id, "resolved")
        counters.close_counter(desk.queue, desk.command(), "1")
    return START


@pytest.mark.slow
def test_did_saturday_help(desk: Desk) -> None:
    """Per week no fewer come; the same weekdays are compared, and Saturday is separate."""
    saturdays(desk)
    found = evaluated(desk, days=56)
    assert (of(found, "arrivals").first.days, of(found, "arrivals").second.days) == (40, 40)
    (saturday,) = found.by_themselves()
    assert (saturday.weekday, saturday.is_new, len(saturday.side.days)) == (5, True, 8)
    assert found.closed() == ([], [])
    per_week = found.visits_per_week()
    assert per_week is not None
    assert per_week[1] is not None
    assert per_week[1].low < 0.02 < per_week[1].high
    assert "(Monday, Tuesday, Wednesday, Thursday, Friday)" in str(verdicts_table(found, "en").rows)
    weekly = of(found, "weekly")
    assert weekly.verdict != "lower"
    total = sum(row.visits["issued"] for row in found.here.second.days.values())
    assert weekly.second.value == pytest.approx(total / 8)
    assert weekly.second.n == pytest.approx(8)
    assert of(found, "handling").verdict == "better"

    workdays = evaluated(desk, days=56, weekdays=range(5))
    assert of(workdays, "handling").method == "weekdays"
    assert (of(workdays, "arrivals").first.days, of(workdays, "arrivals").second.days) == (40, 40)
    assert of(workdays, "arrivals").verdict == "lower"

    alone = evaluated(desk, days=56, weekdays=[5])
    weekly = of(alone, "weekly")
    assert (weekly.first.value, weekly.first.n, weekly.verdict) == (0, 8, "higher")
    assert weekly.second.value == pytest.approx(4.5, abs=0.5)
    assert of(alone, "handling").verdict == "too_little_data"


@pytest.mark.slow
def test_waits_are_compared_by_weeks_from_eight_weeks_on(desk: Desk) -> None:
    saturdays(desk)
    assert of(evaluated(desk, days=56), "waiting").follows
    assert of(evaluated(desk, days=56), "goal", "called-10-min").follows
    assert not of(evaluated(desk, days=56), "goal", "handling-6-min").follows


def test_a_day_that_is_not_over_takes_no_part(desk: Desk) -> None:
    branch = put_branch(desk.queue, "live", document()).branch
    found = trial(desk.queue, branch.id, "2026-11-20", 7, now=MORNING)
    assert found.after is not None
    assert found.after.last == "2026-11-24"
    ahead = trial(desk.queue, branch.id, "2026-11-25", 7, now=MORNING)
    assert ahead.after is None


def test_a_week_that_ends_closed_is_a_whole_week(desk: Desk) -> None:
    """The days until yesterday count, whether or not the last of them had visits."""
    live = Desk(desk.queue, put_branch(desk.queue, "live", document()).branch.id)
    fortnights(live, before=340, after=240)
    sunday = MORNING + (BEGINS_AT + 6 * DAY_SECONDS) * 1000
    days = {}
    for ahead in (0, 1, 3, 6, 8):
        found = evaluated(live, days=28, now=sunday + ahead * DAY_SECONDS * 1000)
        days[ahead] = len(found.here.second.calendar)
    assert days == {0: 6, 1: 7, 3: 9, 6: 12, 8: 7}


def test_a_branch_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(BranchNotFound):
        trial(desk.queue, "nowhere", START, 7)
    with pytest.raises(BranchNotFound):
        trial(desk.queue, desk.branch, START, 7, other="nowhere")


def test_the_increase_of_arrivals_is_reported_as_a_factor_with_its_interval() -> None:
    before, after = [10, 12, 8, 11, 9, 10], [13, 15, 12, 14, 11, 13, 13]
    found = ratio_of_means(*(estimate((n, 1) for n in side) for side in (before, after)))
    assert found is not None
    means = [sum(side) / len(side) for side in (before, after)]
    parts = []
    for side, mean in zip((before, after), means, strict=True):
        variance = sum((n - mean) ** 2 for n in side) / (len(side) - 1) / len(side)
        parts.append(variance / mean**2)
    freedom = welch((parts[0], len(before) - 1), (parts[1], len(after) - 1))
    reach = t_quantile(freedom) * sqrt(sum(parts))
    assert found.value == pytest.approx(0.3)
    low, high = found.low + 1, found.high + 1
    assert (low, high) == pytest.approx((1.3 * exp(-reach), 1.3 * exp(reach)))


@pytest.mark.parametrize(("days", "reported"), [(5, True), (4, False)])
def test_a_factor_is_reported_from_five_days_on(days: int, reported: bool) -> None:
    one, other = Estimate(10.0, days, days, 1.0), Estimate(12.0, 9, 9, 1.0)
    assert (ratio_of_means(one, other) is not None) is reported
    assert (ratio_of_means(other, one) is not None) is reported


def test_of_none_before_there_is_no_factor() -> None:
    assert ratio_of_means(Estimate(0.0, 9, 9, 0.0), Estimate(12.0, 9, 9, 1.0)) is None


def only_saturdays(desk: Desk) -> Trial:
    """Six Saturdays before with 4 or 5 visits, six from the trial on with 6 or 7; one without any,
    and some Fridays."""
    for week in range(-6, 7):
        for weekday, visits_n in ((-1, 3), (0, 0 if week == -3 else (4 if week < 0 else 6))):
            desk.seconds = BEGINS_AT + (5 + 7 * week + weekday) * DAY_SECONDS
            for _ in range(visits_n + (week % 2 if visits_n else 0)):
                issuing.issue(desk.queue, desk.later(60).command(), "pas")
    return trial(desk.queue, desk.branch, "1999-03-20", 42, weekdays={5})


def test_saturdays_alone_are_counted_and_a_closed_one_is_reported(desk: Desk) -> None:
    found = only_saturdays(desk)
    compared, more = found.visits()
    assert (compared.first.days, compared.second.days) == (5, 6)
    before, after = [4, 5, 4, 4, 5], [6, 7, 6, 7, 6, 7]
    assert compared.first.value == pytest.approx(sum(before) / 5)
    assert compared.second.value == pytest.approx(sum(after) / 6)
    assert more is not None
    assert more.value == pytest.approx(sum(after) / 6 / (sum(before) / 5) - 1)
    assert found.closed() == (["1999-02-27"], [])


def test_week_by_week_a_trend_from_before_is_seen(desk: Desk) -> None:
    found = only_saturdays(desk)
    compared, _ = found.visits()
    weeks = found.weeks(compared)
    assert [week.first for week in weeks][4:7] == ["1999-03-13", "1999-03-20", "1999-03-27"]
    assert [week.value for week in weeks][4:7] == [5, 6, 7]
    table = weeks_table(found, "en").by_key()
    assert table["1999-03-13"]["side"] == "Before"
    assert table["1999-03-20"]["side"] == "After"
    assert table["1999-03-20"]["arrivals"] == 6


def test_the_file_has_both_sides_with_their_totals_and_verdicts(desk: Desk) -> None:
    found = only_saturdays(desk)
    table = verdicts_table(found, "en").by_key()
    arrivals, (compared, _) = table["arrivals"], found.visits()
    assert (arrivals["before"], arrivals["before_of"], arrivals["before_days"]) == (4.4, 5, 5)
    assert arrivals["after_days"] == 6
    assert compared.difference is not None
    assert arrivals["difference"] == pytest.approx(39 / 6 - 4.4)
    assert arrivals["difference_low"] == compared.difference.low
    assert arrivals["compared"] == "higher"
    assert "beyond" not in arrivals
    assert table["abandoned"]["unit"] == "%"
