"""Each finding with all of its numbers, worked out from the same days in another way."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from queue_service.branches.rules.dates_and_hours import weekday_of
from queue_service.days.rules.figures import Row
from queue_service.history.rules.confidence_intervals import (
    estimate,
    mean_difference,
    score_interval,
    share_difference,
    share_interval,
    z_quantile,
)
from queue_service.history.rules.history import History
from queue_service.insight.rules.congestion import Congestion
from queue_service.insight.rules.daily_ratios import estimates
from queue_service.insight.rules.finding import Finding, FindingKind
from queue_service.insight.rules.findings import find

HOUR_MS = 3_600_000


@dataclass
class Month:
    """Twenty weekdays of which each number is known; of each hour and service as many."""

    within: tuple[int, int] = (14, 14)
    """Of 20 inquiries, those within on days of even and of odd number."""
    lost: tuple[int, int] = (1, 1)
    issued: tuple[int, int] = (20, 22)
    waits: int = 60
    """Seconds that each waits at eleven; at ten a minute."""
    bad: str = ""
    """The service, hour or weekday whose inquiries were seldom within."""
    history: History = field(default_factory=History)

    def __post_init__(self) -> None:
        dates = [f"2026-10-{n:02}" for n in range(1, 29) if weekday_of(f"2026-10-{n:02}") < 5]
        for nth, date in enumerate(dates):
            for hour in ("10", "11"):
                for service in ("passport", "move"):
                    row = self.part(nth, date, hour, service)
                    key = weekday_of(date), hour
                    self.history.days.setdefault(date, Row()).absorb(row)
                    self.history.hours.setdefault(key, Row()).absorb(row)
                    self.history.services.setdefault(service, Row()).absorb(row)
                    self.history.staffed[key] = self.history.staffed.get(key, 0) + HOUR_MS

    def part(self, nth: int, date: str, hour: str, service: str) -> Row:
        row, odd = Row(), nth % 2
        row.visits.count("issued", self.issued[odd])
        row.visits.count("abandoned", self.lost[odd])
        for _ in range(10):
            row.visits.durations.add((self.waits if hour == "11" else 60) * 1000)
        bad = self.bad in (service, hour, str(weekday_of(date)))
        row.inquiries.judge("six", 20, 4 + odd if bad else self.within[odd])
        return row

    def pairs(self) -> list[tuple[float, float]]:
        """Of each day: within, and judged."""
        return [(row.judged("six")[1], row.judged("six")[0]) for row in self.history.days.values()]


def one(found: tuple[Finding, ...], kind: FindingKind) -> Finding:
    return next(finding for finding in found if finding.kind == kind)


def numbers(found: Finding) -> list[float]:
    return [found.value, found.low, found.high, found.reference, found.n, found.importance]


@pytest.mark.parametrize(
    ("within", "kind"), [((10, 11), "goal_missed"), ((17, 18), "goal_met"), ((14, 14), None)]
)
def test_a_goal_by_its_days(within: tuple[int, int], kind: FindingKind | None) -> None:
    month = Month(within)
    found = find(month.history, None, {"six": 0.7, "other": None})
    if kind is None:
        assert not [f for f in found if f.goal and f.subject is None]
        return
    share = estimate(month.pairs())
    interval = share_interval(share, 1 - 0.02)
    assert interval is not None
    low, high = interval
    beyond = 0.7 - high if kind == "goal_missed" else low - 0.7
    first_finding = one(found, kind)
    assert (first_finding.goal, first_finding.subject, first_finding.figure) == ("six", None, None)
    assert numbers(first_finding) == pytest.approx(
        [share.value, low, high, 0.7, 1600, beyond * 1600]
    )


@pytest.mark.parametrize(
    ("bad", "kind", "subject", "judged"),
    [
        ("passport", "service_costs", "passport", 800), ("11", "hour_costs", "11", 800),
        ("0", "weekday_costs", 0, 320),
    ],
)  # fmt: skip
@pytest.mark.parametrize("within", [(19, 18), (20, 14)])
def test_the_costliest_part_by_the_design_effect_of_the_branch(
    bad: str, kind: FindingKind, subject: object, judged: int, within: tuple[int, int]
) -> None:
    month = Month(within, bad=bad)
    found = find(month.history, None, {"six": 0.7})
    first_finding = one(found, kind)
    assert (first_finding.goal, first_finding.subject) == ("six", subject)
    attained = 4.5 * judged / 20
    # Days of a weekday are compared with their own: here even and odd ones, half and half.
    scatter = alone = 0.0
    for weekday in range(5):
        days = [row.judged("six") for date, row in month.history.days.items()
                if weekday_of(date) == weekday]  # fmt: skip
        share = estimate((w, n) for n, w in days)
        scatter += (share.variance or 0) * share.n**2
        alone += (share.value or 0) * (1 - (share.value or 0)) * share.n
    effect = max(1.0, scatter / alone)
    # Two services, hours or five weekdays; the families are services, hours, # weekdays and crowded
    # hours.
    claims = {"service_costs": 2, "hour_costs": 2, "weekday_costs": 5}[kind]
    level = 1 - 0.03 / 4 / claims
    assert (effect > 1) is (within == (20, 14))
    low, high = score_interval(attained / judged, judged / effect, z_quantile(level))
    assert numbers(first_finding) == pytest.approx(
        [attained / judged, low, high, 0.7, judged, (0.7 - high) * judged]
    )


@pytest.mark.parametrize(("kind", "better"), [("improved", True), ("worsened", False)])
def test_a_change_of_a_goal_by_both_sides_days(kind: FindingKind, better: bool) -> None:
    good, bad = Month((17, 18)), Month((12, 11))
    now, before = (good, bad) if better else (bad, good)
    first_finding = one(find(now.history, before.history, {"six": None}), kind)
    assert (first_finding.goal, first_finding.subject) == ("six", None)
    dated = [dict(zip(one.history.days, one.pairs(), strict=True)) for one in (before, now)]
    sides = estimates(*dated)
    # Families: the crowded hours, the goals, the losses and the demand; one goal is tested first.
    change = share_difference(sides.first, sides.second, 1 - 0.05 / 4)
    assert change is not None
    least = min(abs(change.low), abs(change.high)) * 1600
    earlier = sides.first.value or 0.0
    assert numbers(first_finding) == pytest.approx(
        [sides.second.value, earlier + change.low, earlier + change.high, earlier, 1600, least]
    )


@pytest.mark.parametrize("kind", ["loss_up", "loss_down"])
def test_a_change_of_those_lost(kind: FindingKind) -> None:
    many, few = Month(lost=(4, 5)), Month()
    now, before = (many, few) if kind == "loss_up" else (few, many)
    first_finding = one(find(now.history, before.history, {}), kind)
    assert (first_finding.goal, first_finding.subject) == (None, "abandoned")
    now_lost = 4.5 / 21 if kind == "loss_up" else 1 / 21
    assert first_finding.value == pytest.approx(now_lost)
    assert first_finding.reference == pytest.approx(5.5 / 21 - now_lost)
    sides = estimates(*(
        {d: (row.visits["abandoned"], row.visits["issued"]) for d, row in m.history.days.items()}
        for m in (before, now)
    ))  # fmt: skip
    change = share_difference(sides.first, sides.second, 1 - 0.05 / 3 / 3)
    assert change is not None
    assert first_finding.low == pytest.approx(first_finding.reference + change.low)
    assert first_finding.importance == pytest.approx(
        min(abs(change.low), abs(change.high)) * first_finding.n
    )


@pytest.mark.parametrize("kind", ["demand_up", "demand_down"])
def test_a_change_of_demand_counts_by_the_share_that_is_lost_or_misses(kind: FindingKind) -> None:
    busy, calm = Month(issued=(40, 42)), Month()
    now, before = (busy, calm) if kind == "demand_up" else (calm, busy)
    for targets, weight in (({}, None), ({"six": None}, 0.3)):
        first_finding = one(find(now.history, before.history, targets), kind)
        assert (first_finding.goal, first_finding.subject, first_finding.n) == (None, None, 20)
        assert first_finding.value == pytest.approx(164 if kind == "demand_up" else 84)
        sides = estimates(*(
            {d: (row.visits["issued"], 1) for d, row in m.history.days.items()}
            for m in (before, now)
        ))  # fmt: skip
        families = 3 + bool(targets)
        change = mean_difference(sides.first, sides.second, 1 - 0.05 / families)
        assert change is not None
        lost = 1 / 41 if kind == "demand_up" else 1 / 21
        nearest = min(abs(change.low), abs(change.high))
        assert first_finding.importance == pytest.approx(nearest * 20 * (weight or lost))


def test_the_most_crowded_hour() -> None:
    month = Month(waits=1200)
    first_finding = one(find(month.history, None, {"six": None}), "crowded")
    congestion = Congestion(month.history.hours, month.history.staffed, month.history.days)
    assert len(congestion.hours) == 10
    weekday = first_finding.subject[0]  # type: ignore[index]  # a crowded hour has one
    at = congestion.at((weekday, "11"), 1 - 0.05 / 10)  # type: ignore[arg-type]  # other findings have a name there
    assert numbers(first_finding) == pytest.approx(
        [at.value, at.low, at.high, at.usual, at.hours, at.people * 0.3]
    )
    assert at.high - at.value == pytest.approx(at.value - at.low)


def test_with_fewer_than_five_days_or_nothing_judged_there_is_no_finding() -> None:
    month = Month((4, 4))
    few = History(days=dict([*month.history.days.items()][:4]), hours=month.history.hours)
    assert find(few, None, {"six": 0.7}) == ()
    five = History(days=dict([*month.history.days.items()][:5]))
    assert [f.kind for f in find(five, None, {"six": 0.7})] == ["goal_missed"]
    small, rest = Row(), Row()
    small.inquiries.judge("six", 4, 0)
    rest.inquiries.judge("six", 1596, 1000)
    month.history.services = {"tiny": small, "rest": rest}
    assert "tiny" not in {f.subject for f in find(month.history, None, {"six": 0.7})}
