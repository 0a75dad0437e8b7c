"""Staffing advice as its page shows it: sentences, tables and the chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from dashboards.history.charts import Drawing
from queue_service.branches.rules.branch import Translations
from queue_service.charts.expected import ExpectedHour, ExpectedTitles, expected_day
from queue_service.charts.style import NARROW, WIDEST, Chart
from queue_service.language.catalogues import N_, NN_
from queue_service.language.languages import name_in
from queue_service.staffing.rules.advised import (
    AdvisedDay,
    AdvisedHour,
    StaffingAdvice,
    WaitingGoal,
)
from queue_service.staffing.rules.forecast import range_of
from queue_service.staffing.rules.pools import counters_of
from queue_service.staffing.rules.special_days import SpecialDay
from queue_service.staffing.rules.what_if import PlanName, WhatIf
from queue_service.tables.comparisons.comparison_figures import any_figure
from queue_service.tables.model import Column, Table, Value
from queue_service.tables.writing import Writing

_SPECIAL: Final[dict[SpecialDay, str]] = {
    "holiday": N_("A public holiday"),
    "own_hours": N_("Special opening hours"),
    "near": N_("Next to a holiday or special opening hours"),
}
_CHANGED: Final = {
    "quieter": N_(
        "The last two weeks were quieter than the weeks before them, by more than days usually "
        "differ. What is expected may be too high, so no counters are advised."
    ),
    "busier": N_(
        "The last two weeks were busier than the weeks before them, by more than days usually "
        "differ. What is expected may be too low, so no counters are advised."
    ),
}
_PLANS: Final[Mapping[PlanName, str]] = {
    "there": N_("With the counters that there are: {there}"),
    "fewer": N_("With one counter fewer all day"),
    "fewer_before_noon": N_("With one counter fewer before noon"),
    "fewer_after_noon": N_("With one counter fewer after noon"),
    "advised": N_("With the counters above"),
    "more": N_("With one counter more all day"),
}
_AT_LEAST_ONE: Final = N_("{plan}, but at least one")
_TOO_MANY: Final = N_("{plan} ({n} at the busiest hour, there are {there})")
_BOTH_HALVES: Final = N_("{counters} before noon and {after} after noon")
_ANSWER: Final = N_(
    "The goal is reached on {reached} of {days} simulated days; {share} called in time on average."
)
_ONE_FEWER: Final = N_("With one fewer: {reached} of {days} days; {share}.")
_ONE_FEWER_BEFORE: Final = N_("With one fewer before noon: {reached} of {days} days; {share}.")
_ONE_FEWER_AFTER: Final = N_("With one fewer after noon: {reached} of {days} days; {share}.")
_REACHED: Final = N_(
    "The goal is reached on {reached} of {days} days; {share} called in time on average."
)
_REACHED_IN_RANGE: Final = N_(
    "The goal is reached on {reached} of {days} days; {share} called in time on average, {range} "
    "in 8 of 10 days."
)
_COUNTERS: Final = NN_("{n} counter", "{n} counters")
_WEEKS: Final = NN_("{n} week", "{n} weeks")
_PAST_DAYS: Final = NN_("the last {n} day", "the last {n} days")
_HOURS: Final = NN_("{n} hour", "{n} hours")
_PEOPLE: Final = NN_("{n} person", "{n} people")
_LEAVE: Final = NN_("{n} person leaves before the call", "{n} people leave before the call")
_HOUR_COLUMNS: Final = (
    "hour", "arrivals_expected", "arrivals_low", "arrivals_high", "counters_needed",
    "counters_open",
)  # fmt: skip
_DAY_COLUMNS: Final = ("date", *_HOUR_COLUMNS)


def _span(least: str, most: str) -> str:
    return least if least == most else f"{least}–{most}"


def _plan(hour: AdvisedHour) -> list[int | None]:
    return [pool.counters for pool in hour.pools]


def _stretches(hours: Sequence[AdvisedHour]) -> Iterator[list[AdvisedHour]]:
    stretch: list[AdvisedHour] = []
    for hour in hours:
        last = stretch[-1] if stretch else hour
        if stretch and (_plan(hour) != _plan(last) or hour.begins != last.ends):
            yield stretch
            stretch = []
        stretch.append(hour)
    if stretch:
        yield stretch


@dataclass(frozen=True, slots=True)
class StaffingView:
    """Writes the advice in one language."""

    found: StaffingAdvice
    write: Writing

    def goal(self) -> str:
        """The goal of the plan; that of each pool if they have different ones."""
        goals = self.found.goals
        if all(goal == goals[0] for goal in goals):
            return self._planned(goals[0])
        return " ".join(
            f"{self.services(pool)}: {self._planned(goal)}" for pool, goal in enumerate(goals)
        )

    def _planned(self, goal: WaitingGoal) -> str:
        text = (
            N_("Planned for the goal of {percent} called in under {limit}.")
            if goal.goal
            else N_("Without a waiting goal, planned for {percent} called in under {limit}.")
        )
        return self.write(
            text,
            percent=self.write.whole_percent(goal.target),
            limit=self.write.length(goal.limit_seconds),
        )

    def warnings(self) -> Iterator[str]:
        """The reason for no advice, and a lack of counters in the branch."""
        yield from self._no_advice()
        yield from self._too_many()

    def _no_advice(self) -> Iterator[str]:
        if self.found.change:
            yield self.write(_CHANGED[self.found.change])
        elif not self.found.held.reliable:
            yield self.write(
                N_(
                    "The range held on only {held} of {days}, and three in five are needed. So no "
                    "counters are advised."
                ),
                held=self.write.count(self.found.held.held),
                days=self.write.counted(_PAST_DAYS, self.found.held.days),
            )
        elif self.found.service is None and any(day.hours for day in self.found.days):
            yield self.write(
                N_("How long visits take a counter is not known yet, so no counters are advised.")
            )

    def assumed(self) -> Iterator[str]:
        """The counters and teams that take only some services of a pool; empty without advice."""
        if any(self._no_advice()):
            return
        branch, language = self.found.branch, self.write.language
        for nth, pool in enumerate(self.found.pools):
            counters = [branch.counter_name(id_, language) for id_ in pool.limited_counters]
            teams = [
                self.write(N_("the team {team}"), team=self._name(branch.teams[id_].name))
                for id_ in pool.limited_teams
            ]
            if pool.assumed:
                text = (
                    N_(
                        "Counted as one pool. These do not take every service, so more counters "
                        "may be needed: {names}."
                    )
                    if len(self.found.pools) == 1
                    else N_(
                        "Counted as one pool: {services}. These do not take all of them, so more "
                        "counters may be needed: {names}."
                    )
                )
                yield self.write(
                    text,
                    services=self.services(nth),
                    names=", ".join((*counters, *teams)),
                )

    def _name(self, names: Translations) -> str:
        return name_in(names, self.write.language, *self.found.branch.languages)

    def _too_many(self) -> Iterator[str]:
        day, there = self.found.chosen, len(self.found.branch.counters)
        most = max((hour.counters or 0 for hour in day.hours), default=0) if day else 0
        if day is None or most <= there:
            return
        needs = self.write(
            N_(
                "Planned for a busy day, {needed} counters are needed at the busiest hour, and "
                "this branch has {there}."
            ),
            needed=self.write.count(most),
            there=self.write.count(there),
        )
        limited = [one for pool in day.what_ifs for one in pool if one.plan == "there"]
        if len(day.what_ifs) == 1 and limited:
            text = N_("With {there} the goal is reached on {reached} of {days} days.")
            sure = self._sure(limited[0])
            needs = f"{needs} {self.write(text, there=self.write.count(there), **sure)}"
        yield needs

    def expected_range(self, day: AdvisedDay) -> str:
        """Between how many people are expected, in four of five cases."""
        return _span(self.write.count(day.low), self.write.count(day.high))

    def held(self) -> str:
        """How often the same way of expecting was right; empty if no day can be compared."""
        if not self.found.held.days:
            return ""
        held = self.found.held
        return self.write(
            N_(
                "The number of people was within the range of the evening before on {held} of "
                "{days}, and in {hours_held} of their {hours}."
            ),
            held=self.write.count(held.held),
            days=self.write.counted(_PAST_DAYS, held.days),
            hours_held=self.write.count(held.hours_held),
            hours=self.write.counted(_HOURS, held.hours),
        )

    def special(self, day: AdvisedDay) -> str:
        """The reason why the date may differ from its weekday; empty for an ordinary one."""
        return self.write(_SPECIAL[day.special]) if day.special else ""

    def lead(self, day: AdvisedDay) -> str:
        """How many came on the same weekdays, and how many are expected."""
        return self.write(
            N_(
                "This weekday brought {came} people in the last {weeks} that count. "
                "Between {low} and {high} are expected, in four of five cases."
            ),
            came=_span(self.write.count(min(day.came)), self.write.count(max(day.came))),
            weeks=self.write.counted(_WEEKS, len(day.weeks)),
            low=self.write.count(day.low),
            high=self.write.count(day.high),
        )

    def stretches(self, day: AdvisedDay) -> Iterator[tuple[str, str, str]]:
        """Each open stretch of the day with the same number of counters: its times, the counters,
        empty without advice, and the people expected."""
        for hours in _stretches(day.hours):
            counters = hours[0].counters
            arrivals = sum(hour.arrivals for hour in hours)
            low, high = range_of(arrivals, self.found.spread)
            expected = self.write(
                N_("{people} expected, {low} to {high}."),
                people=self.write.counted(_PEOPLE, arrivals),
                low=self.write.count(low),
                high=self.write.count(high),
            )
            needed = "" if counters is None else self.write.counted(_COUNTERS, counters)
            yield self._times(hours), needed, f"{self._by_pool(hours[0])}{expected}"

    def answers(self, day: AdvisedDay) -> Iterator[tuple[str, list[str]]]:
        """For each pool with simulated days its counters before and after noon, and in a sentence
        each how sure they are and what one counter fewer changes."""
        for pool, what_ifs in enumerate(day.what_ifs):
            advised = next((one for one in what_ifs if one.plan == "advised"), None)
            if advised is not None:
                by_plan = {one.counters: one for one in what_ifs}
                name = f"{self.services(pool)}: " if len(day.what_ifs) > 1 else ""
                plan = list(
                    zip(advised.counters, (hour.before_noon for hour in day.hours), strict=True)
                )
                yield f"{name}{self._halves(plan)}", [*self._certainty(plan, advised, by_plan)]

    def _halves(self, plan: Sequence[tuple[int, bool]]) -> str:
        """The counters before and after noon."""
        halves = [[n for n, morning in plan if morning is half] for half in (True, False)]
        before, after = (self._fewest_to_most(half) for half in halves)
        counters = max(halves[0] or halves[1])
        named = self.write.counted(_COUNTERS, counters, n=before or after)
        return self.write(_BOTH_HALVES, counters=named, after=after) if before and after else named

    def _certainty(
        self,
        plan: Sequence[tuple[int, bool]],
        advised: WhatIf,
        by_plan: Mapping[tuple[int, ...], WhatIf],
    ) -> Iterator[str]:
        yield self.write(_ANSWER, **self._sure(advised))
        halves = {morning for _, morning in plan}
        fewer = (
            ((True, _ONE_FEWER_BEFORE), (False, _ONE_FEWER_AFTER))
            if len(halves) > 1
            else ((True in halves, _ONE_FEWER),)
        )
        for half, text in fewer:
            less = tuple(max(1, n - 1) if morning is half else n for n, morning in plan)
            if less != advised.counters and less in by_plan:
                yield self.write(text, **self._sure(by_plan[less]))

    def _fewest_to_most(self, counters: Sequence[int]) -> str:
        if not counters:
            return ""
        return _span(self.write.count(min(counters)), self.write.count(max(counters)))

    def _sure(self, one: WhatIf) -> dict[str, str]:
        return {
            "share": self.write.rounded_percent(one.share),
            "reached": self.write.count(one.days - one.days_below),
            "days": self.write.count(one.days),
        }

    def margin(self) -> str:
        """The reason for counters that bring more than the goal."""
        return self.write(
            N_("Each hour is planned for a busy day, so an ordinary day is above the goal.")
        )

    def _by_pool(self, hour: AdvisedHour) -> str:
        """The counters of an hour by their services; empty with one pool and without advice."""
        if hour.counters is None or len(hour.pools) == 1:
            return ""
        parts = [
            self.write(
                N_("{n} for {services}"),
                n=self.write.count(part.counters or 0),
                services=self.services(nth),
            )
            for nth, part in enumerate(hour.pools)
        ]
        return f"{'; '.join(parts)}. "

    def services(self, pool: int) -> str:
        """The names of a pool's services."""
        known = self.found.branch.services
        return ", ".join(self._name(known[id_].name) for id_ in self.found.pools[pool].services)

    def what_ifs(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """Each pool, by its services if there are several, with its plans and their days."""
        plans = self.found.chosen.what_ifs if self.found.chosen else ()
        for pool, what_ifs in enumerate(plans):
            name = self.services(pool) if len(plans) > 1 else ""
            if what_ifs:
                yield name, list(self._plans(pool, what_ifs))

    def _plans(self, pool: int, what_ifs: Sequence[WhatIf]) -> Iterator[tuple[str, str]]:
        """Each plan with its days."""
        for one in what_ifs:
            yield self._plan_name(pool, one, what_ifs), self._outcome(one)

    def _plan_name(self, pool: int, one: WhatIf, what_ifs: Sequence[WhatIf]) -> str:
        """The plan, with how many counters there are if it has more and no other plan says so."""
        most = max(one.counters)
        there = counters_of(self.found.branch, self.found.pools[pool])
        plan = self.write(_PLANS[one.plan], there=self.write.count(there))
        if self._keeps_one(pool, one):
            plan = self.write(_AT_LEAST_ONE, plan=plan)
        if most <= there or what_ifs[0].plan == "there":
            return plan
        n = self.write.count(most)
        return self.write(_TOO_MANY, plan=plan, n=n, there=self.write.count(there))

    def _keeps_one(self, pool: int, one: WhatIf) -> bool:
        """Whether the one counter of an hour stays open that the plan would close."""
        day = self.found.chosen
        closes = {
            "fewer": (True, True),
            "fewer_before_noon": (True, False),
            "fewer_after_noon": (False, True),
        }
        before, after = closes.get(one.plan, (False, False))
        return any(
            hour.pools[pool].counters == 1 and (before if hour.before_noon else after)
            for hour in (day.hours if day else ())
        )

    def _outcome(self, one: WhatIf) -> str:
        low, high = self.write.rounded_percent(one.low), self.write.rounded_percent(one.high)
        sure = self._sure(one)
        text = _REACHED if low == high == sure["share"] else _REACHED_IN_RANGE
        sentence = self.write(text, range=_span(low, high), **sure)
        return sentence + self._left(one)

    def _left(self, one: WhatIf) -> str:
        """The number of departures; empty if none is known."""
        if round(one.left) == 0:
            return ""
        left = self.write.counted(_LEAVE, one.left)
        return " " + self.write(N_("On average {left}."), left=left)

    def needed(self, day: AdvisedDay) -> tuple[str, str]:
        """The fewest and the most counters of a day before and after noon: ``4``, ``2–4``; empty
        without advice and without an open hour."""
        before, after = (
            self._fewest_to_most(
                [
                    hour.counters
                    for hour in day.hours
                    if hour.counters is not None and hour.before_noon is half
                ]
            )
            for half in (True, False)
        )
        return before, after

    def hours_table(self, days: Sequence[AdvisedDay]) -> Table:
        """The hours of days, each with its date."""
        rows = {
            f"{day.date} {hour.begins}": (day.date, *self._row(hour))
            for day in days
            for hour in day.hours
        }
        title = self.write(N_("Staffing: tomorrow and two weeks"))
        return self._table(title, _DAY_COLUMNS, rows)

    def day_table(self, day: AdvisedDay) -> Table:
        """The hours of one day."""
        rows = {str(hour.begins): self._row(hour) for hour in day.hours}
        title = self.write.full_day(day.date)
        return self._table(title, _HOUR_COLUMNS, rows)

    def drawing(self) -> Drawing | None:
        """The chart of the chosen day; None if nothing is expected."""
        day = self.found.chosen
        if day is None or not day.hours:
            return None
        hours = list(self._chart_hours(day.hours))
        advised = any(hour.counters is not None for hour in day.hours)
        titles = ExpectedTitles(
            self.write(N_("People expected")),
            self.write(
                N_("Counters needed") if advised else N_("Counters open in the weeks before")
            ),
        )

        def drawn(width: int) -> Chart:
            return expected_day(hours, titles, self.write.language, width)

        busiest = max(day.hours, key=lambda hour: hour.arrivals)
        description = self.write(
            N_("{day}: most people are expected at {hour}, about {people}."),
            day=self.write.full_day(day.date),
            hour=self._clock(busiest.begins),
            people=self.write.count(busiest.arrivals),
        )
        return Drawing(drawn(WIDEST), drawn(NARROW), description)

    def _chart_hours(self, hours: Sequence[AdvisedHour]) -> Iterator[ExpectedHour | None]:
        for last, h in pairwise([None, *hours]):
            if last is not None and h is not None and h.begins != last.ends:
                yield None
            if h is not None:
                label = self._clock(h.begins)
                yield ExpectedHour(label, h.arrivals, h.low, h.high, h.counters, h.opened)

    def _row(self, hour: AdvisedHour) -> tuple[Value, ...]:
        times = self._times([hour])
        return times, hour.arrivals, hour.low, hour.high, hour.counters, hour.opened

    def _times(self, hours: Sequence[AdvisedHour]) -> str:
        return f"{self._clock(hours[0].begins)}–{self._clock(hours[-1].ends)}"

    def _clock(self, instant: int) -> str:
        return self.write.time_of_day(instant, self.found.branch.timezone)

    def _table(
        self, title: str, figures: Sequence[str], rows: Mapping[str, tuple[Value, ...]]
    ) -> Table:
        known = [(figure_id, any_figure(figure_id, self.write)) for figure_id in figures]
        columns = [
            Column(figure_id, figure_id, one.name, one.unit, one.definition, one.kind)
            for figure_id, one in known
        ]
        return Table("staffing", title, tuple(columns), tuple(rows), tuple(rows.values()))
