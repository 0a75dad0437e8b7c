"""Today's pace in words, for the board and the staffing page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from queue_service.branches.rules.branch import Branch
from queue_service.goals.wording import about
from queue_service.language.catalogues import N_, NN_
from queue_service.language.languages import name_in
from queue_service.language.wording import Wording
from queue_service.staffing.operations.today import TodaysPace
from queue_service.staffing.rules.pace import DayEnd


@dataclass(frozen=True, slots=True)
class PaceText:
    """Writes the pace of a branch's day in one language."""

    found: TodaysPace
    branch: Branch
    say: Wording

    def headline(self) -> str:
        """The likely end of the goal: ``Called in under 10 min: ends between 66% and 71%``."""
        low, high = self._shares(self.found.pace.end)
        text = (
            N_("{goal}: ends at about {low} at this pace")
            if low == high
            else N_("{goal}: ends between {low} and {high} at this pace")
        )
        return self.say(text, goal=about(self.found.goal, self.say), low=low, high=high)

    def end(self) -> str:
        """The same without the goal: ``Ends between 66 and 71% at this pace``."""
        low, high = self._shares(self.found.pace.end)
        text = (
            N_("Ends at about {low} at this pace")
            if low == high
            else N_("Ends between {low} and {high} at this pace")
        )
        return self.say(text, low=low, high=high)

    def line(self) -> str:
        """The likely end and the change by one counter more, where few words fit."""
        return " ".join(filter(None, (f"{self.headline()}.", self.one_more())))

    def target(self) -> str:
        """The goal's target."""
        percent = self.say.whole_percent(self.found.goal.target_ratio)
        return self.say(N_("The goal is {percent}."), percent=percent)

    def one_more(self) -> str:
        """The change by one counter more; empty if no time is left for one."""
        more, begins, ends = self.found.pace.more, self.found.begins, self.found.ends
        if more is None or begins is None or ends is None:
            return ""
        low, high = self._shares(more.end)
        if not self.found.pace.gains:
            return self.say(N_("One counter more for two hours would change today’s share little."))
        since, until = self._clock(begins), self._clock(ends)
        now = begins == self.found.at
        if self.found.services:
            text = (
                N_("One counter more for {services} from now until {until}: {range}.")
                if now
                else N_("One counter more for {services} from {since} to {until}: {range}.")
            )
        else:
            text = (
                N_("One counter more from now until {until}: {range}.")
                if now
                else N_("One counter more from {since} to {until}: {range}.")
            )
        between = N_("about {low}") if low == high else N_("between {low} and {high}")
        return self.say(
            text,
            services=", ".join(map(self._service, self.found.services)),
            since=since,
            until=until,
            range=self.say(between, low=low, high=high),
        )

    def basis(self) -> str:
        """The instant and the counters that the pace is from."""
        return self.say.counted(
            NN_(
                "As of {time}, if the counter that was open stays open.",
                "As of {time}, if the {n} counters that were open stay open.",
            ),
            self.found.pace.counters,
            time=self._clock(self.found.at),
        )

    def until(self) -> str:
        """The time of day until which one counter more is open, as a form's field takes it; empty
        if it would change little."""
        ends = self.found.ends
        if ends is None or not self.found.pace.gains:
            return ""
        local = datetime.fromtimestamp(ends / 1000, ZoneInfo(self.branch.timezone))
        return local.time().isoformat("minutes")

    def _shares(self, end: DayEnd) -> tuple[str, str]:
        """The ends of the range: ``66`` and ``71%``, the same twice if they are alike."""
        low, high = self.say.rounded_percent(end.low), self.say.rounded_percent(end.high)
        return (low if low == high else low.removesuffix(self.say.percent_sign)), high

    def _clock(self, instant: int) -> str:
        return self.say.time_of_day(instant, self.branch.timezone)

    def _service(self, service: str) -> str:
        known = self.branch.services[service]
        return name_in(known.name, self.say.language, *self.branch.languages)
