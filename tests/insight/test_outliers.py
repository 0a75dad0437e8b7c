"""A day or an hour that is an outlier is reported; days that vary as usual are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from math import asin, exp, log, pi, sin, sqrt
from random import Random
from statistics import fmean, variance

import pytest

from queue_service.branches.rules.dates_and_hours import weekday_of
from queue_service.days.rules.figures import Row
from queue_service.history.rules.confidence_intervals import t_quantile
from queue_service.history.rules.history import History
from queue_service.insight.rules.finding import Finding
from queue_service.insight.rules.findings import find
from queue_service.insight.rules.outliers import DateHour, Recent, share_scale, standing_out

HOURS = ("10", "11", "12", "13")
FIRST = "2026-11-16"
"""A Monday: its week is looked at, and twelve weeks before it."""
GOAL = {"six": 0.7}


def weekdays(first: str, weeks: int) -> list[str]:
    begins = date.fromisoformat(first)
    return [str(begins + timedelta(7 * w + d)) for w in range(weeks) for d in range(5)]


def hour_row(random: Random, wait: float, lost: float, within: float, people: int = 20) -> Row:
    row = Row()
    for _ in range(people):
        row.visits.count("issued")
        if random.random() < lost:
            row.visits.count("abandoned")
            continue
        row.visits.durations.add(round(random.expovariate(1 / wait) * 1000))
        row.inquiries.judge("six", 1, int(random.random() < within))
    return row


def branch(
    seed: int,
    *,
    spoilt: dict[DateHour, tuple[float, float, float]] | None = None,
    weeks_before: int = 12,
) -> tuple[History, Recent]:
    """Weeks of a branch: waits of half a minute, one in a hundred lost, seven of ten within.

    ``spoilt`` are the hours that were otherwise. Days differ: the waits of one by a half.
    """
    random = Random(seed)  # noqa: S311 - made-up days, no secret
    history, hours = History(), {}
    begins = str(date.fromisoformat(FIRST) - timedelta(7 * weeks_before))
    for day in weekdays(begins, weeks_before + 1):
        luck, whole = random.lognormvariate(0, 0.4), Row()
        for hour in HOURS:
            usual = 30 * luck * random.lognormvariate(0, 0.3), 0.01, 0.7
            row = hour_row(random, *(spoilt or {}).get((day, hour), usual))
            hours[day, hour] = row
            whole.absorb(row)
            if day >= FIRST:
                history.hours.setdefault((weekday_of(day), hour), Row()).absorb(row)
        if day >= FIRST:
            history.days[day] = whole
    days: dict[str, Row] = {}
    for (day, _), row in hours.items():
        days.setdefault(day, Row()).absorb(row)
    return history, Recent(FIRST, days, hours)


def findings_of(seed: int, **how: object) -> list[Finding]:
    history, recent = branch(seed, **how)  # type: ignore[arg-type]  # given by name, with their types
    return list(find(history, None, GOAL, recent=recent))


@pytest.mark.slow
def test_few_ordinary_weeks_have_an_outlying_day_or_hour() -> None:
    found = [findings_of(seed) for seed in range(60)]
    standing = sum(any(f.figure for f in findings) for findings in found)
    assert standing <= 60 * 0.06
    assert sum(map(bool, found)) <= 60 * 0.1


@pytest.mark.parametrize(
    ("how", "figure"),
    [((1500, 0.05, 0.7), "waiting"), ((30, 0.35, 0.7), "abandoned"), ((30, 0.01, 0.1), "goal")],
)
def test_a_bad_day_is_reported_with_what_was_bad_and_its_usual_range(
    how: tuple[float, float, float], figure: str
) -> None:
    found = findings_of(3, spoilt={("2026-11-18", hour): how for hour in HOURS})
    (day,) = (f for f in found if f.kind == "day_stands_out")
    assert isinstance(day.subject, tuple)
    assert (day.subject[0], day.figure) == ("2026-11-18", figure)
    assert day.low < day.reference < day.high
    assert day.value > day.high if figure != "goal" else day.value < day.low
    assert day.importance > 1
    assert not [f for f in found if f.kind == "hour_stands_out"]


def test_the_day_names_its_worst_hour() -> None:
    spoilt = {("2026-11-18", "12"): (1800.0, 0.3, 0.7), ("2026-11-18", "13"): (900.0, 0.3, 0.7)}
    (day,) = (f for f in findings_of(4, spoilt=spoilt) if f.kind == "day_stands_out")
    assert day.subject == ("2026-11-18", "12")


def test_a_single_bad_hour_is_reported_if_its_day_is_not() -> None:
    history, recent = branch(5, spoilt={("2026-11-17", "11"): (700.0, 0.01, 0.7)})
    quiet = Recent(FIRST, {}, recent.hours)
    (hour,) = (f for f in find(history, None, GOAL, recent=quiet) if f.figure)
    assert (hour.kind, hour.subject, hour.figure) == (
        "hour_stands_out", ("2026-11-17", "11"), "waiting",
    )  # fmt: skip


def test_a_weekday_that_is_always_bad_is_no_outlier() -> None:
    begins = str(date.fromisoformat(FIRST) - timedelta(84))
    mondays = [day for day in weekdays(begins, 13) if weekday_of(day) == 0]
    spoilt = {(day, hour): (1500.0, 0.01, 0.7) for day in mondays for hour in HOURS}
    assert not [f for f in findings_of(6, spoilt=spoilt) if f.figure]


def test_with_few_earlier_days_a_day_is_compared_with_all_others_or_nothing() -> None:
    spoilt = {("2026-11-18", hour): (1500.0, 0.05, 0.7) for hour in HOURS}
    assert [f for f in findings_of(7, spoilt=spoilt, weeks_before=2) if f.figure]
    # Ten others are enough, nine are not.
    history, recent = branch(7, spoilt=spoilt, weeks_before=2)
    for others, some in ((10, True), (9, False)):
        kept = [*[d for d in recent.days if d != "2026-11-18"][-others:], "2026-11-18"]
        few = Recent(FIRST, {day: recent.days[day] for day in kept}, {})
        found = find(history, None, GOAL, recent=few)
        assert bool([f for f in found if f.figure]) is some


def test_good_days_and_short_waits_are_no_outliers() -> None:
    good = {("2026-11-18", hour): (1.0, 0.0, 1.0) for hour in HOURS}
    assert not [f for f in findings_of(8, spoilt=good) if f.figure]
    _, recent = branch(9)
    steady = {d: _of_waits(1) for d in recent.days}
    for seconds, some in ((59, False), (62, True)):
        days = steady | {"2026-11-18": _of_waits(seconds)}
        history = History()
        history.days.update({day: row for day, row in days.items() if day >= FIRST})
        found = find(history, None, {}, recent=Recent(FIRST, days, {}))
        assert bool([f for f in found if f.figure]) is some


def _of_waits(seconds: int) -> Row:
    row = Row()
    for _ in range(20):
        row.visits.count("issued")
        row.visits.durations.add(seconds * 1000)
    return row


LEVEL = 0.95
T_OF_9 = t_quantile(9, 2 * LEVEL - 1)


def wednesdays(n: int, row: Callable[[int], Row]) -> dict[str, Row]:
    """So many Wednesdays before the week that is looked at, the latest first."""
    return {str(date(2026, 11, 11) - timedelta(7 * nth)): row(nth) for nth in range(n)}


def claims(days: dict[str, Row], goals: tuple[str, ...] = ()) -> dict[str, Finding]:
    """The claims about the days at 95 %, by measure."""
    (of_days, _) = standing_out(Recent(FIRST, days, {}), goals)
    return {f.figure: f for claim in of_days if (f := claim(LEVEL)) and f.figure}


def waits(total_seconds: int, n: int) -> Row:
    row = Row()
    row.visits.count("issued", n)
    for _ in range(n):
        row.visits.durations.add(total_seconds * 1000 // n)
    return row


def shares(n: int, lost: int, within: int) -> Row:
    row = Row()
    row.visits.count("issued", n)
    row.visits.count("abandoned", lost)
    row.inquiries.judge("six", n, within)
    return row


def test_a_long_wait_by_hand() -> None:
    usual = [60 + 30 * (nth % 2) for nth in range(10)]
    found = claims({**wednesdays(10, lambda nth: waits(10 * usual[nth], 10)),
                    "2026-11-18": waits(9_000, 10)})["waiting"]  # fmt: skip
    logs = [log(seconds + 30) for seconds in usual]
    middle, spread = fmean(logs), variance(logs) * 1.1
    reach = T_OF_9 * sqrt(spread)
    high = exp(middle + reach) - 30
    assert (found.kind, found.goal, found.subject) == (
        "day_stands_out", None, ("2026-11-18", "")
    )  # fmt: skip
    assert (found.value, found.n) == (900, 10)
    assert (found.low, found.reference, found.high) == pytest.approx(
        (exp(middle - reach) - 30, exp(middle) - 30, high)
    )
    # The part of their waiting that lies beyond the usual, in people.
    assert found.importance == pytest.approx((900 - high) / 900 * 10)


def test_many_who_gave_up_and_few_within_by_hand() -> None:
    before = wednesdays(10, lambda nth: shares(40, 1 + nth % 2, 30 + nth % 2))
    found = claims({**before, "2026-11-18": shares(20, 12, 2)}, ("six",))
    for figure, counts, mine in (
        ("abandoned", [1 + nth % 2 for nth in range(10)], 12),
        ("goal", [30 + nth % 2 for nth in range(10)], 2),
    ):
        angles = [asin(sqrt((n + 0.375) / 40.75)) for n in counts]
        by_chance, fewer = 1 / 162, 1 / 82 - 1 / 162
        spread = max(variance(angles), by_chance) * 1.1 + fewer
        middle, reach = fmean(angles), T_OF_9 * sqrt(spread)
        one = found[figure]
        ends = [sin(min(max(middle + way * reach, 0.0), pi / 2)) ** 2 for way in (-1, 0, 1)]
        assert [one.low, one.reference, one.high] == pytest.approx(ends)
        assert (one.value, one.n, one.goal) == (
            mine / 20, 20, "six" if figure == "goal" else None
        )  # fmt: skip
        beyond = mine / 20 - ends[2] if figure == "abandoned" else ends[0] - mine / 20
        assert one.importance == pytest.approx(beyond * 20)


@pytest.mark.parametrize(("people", "reported"), [(5, True), (4, False)])
def test_of_fewer_than_five_nothing_is_claimed(people: int, reported: bool) -> None:
    before = wednesdays(10, lambda nth: waits(600 + 300 * (nth % 2), 10))
    found = claims({**before, "2026-11-18": waits(people * 3_000, people)})
    assert ("waiting" in found) is reported


@pytest.mark.parametrize(("like", "others", "reported"), [(6, 0, True), (5, 0, False), (5, 5, True),
                                                       (5, 4, False)])  # fmt: skip
def test_a_day_is_compared_with_six_like_it_or_ten_others(
    like: int, others: int, reported: bool
) -> None:
    before = wednesdays(like, lambda nth: waits(600 + 300 * (nth % 2), 10))
    thursdays = {str(date.fromisoformat(d) + timedelta(1)): row for d, row in before.items()}
    more = dict([*thursdays.items()][:others])
    found = claims({**before, **more, "2026-11-18": waits(9_000, 10)})
    assert ("waiting" in found) is reported


def test_only_days_from_the_first_on_are_claimed_and_the_worst_hour_is_named() -> None:
    days = {**wednesdays(10, lambda nth: waits(600 + 300 * (nth % 2), 10)),
            "2026-11-15": waits(9_000, 10), "2026-11-16": waits(9_000, 10)}  # fmt: skip
    (of_days, _) = standing_out(Recent(FIRST, days, {}), ())
    subjects = {f.subject for claim in of_days if (f := claim(LEVEL))}
    assert subjects == {("2026-11-16", "")}
    hours = {("2026-11-16", "10"): waits(60, 5), ("2026-11-16", "12"): waits(60, 5),
             ("2026-11-16", "11"): waits(50, 5), ("2026-11-17", "13"): waits(90, 5)}  # fmt: skip
    recent = Recent(FIRST, days, hours)
    assert [recent.worst_hour(f"2026-11-{n}") for n in (16, 17, 18)] == ["12", "13", ""]


@pytest.mark.parametrize("worse", [1, -1])
def test_a_share_is_put_on_a_scale_where_it_spreads_evenly_and_back(worse: int) -> None:
    scale = share_scale(worse)  # made here, as the module's own are from before any change
    assert scale.worse == worse
    assert scale.forth((3, 8)) == asin(sqrt(3.375 / 8.75))
    assert [scale.back(value) for value in (-1.0, 0.5, 9.0)] == [0.0, sin(0.5) ** 2, 1.0]
    assert scale.chance(10) == 1 / 42
