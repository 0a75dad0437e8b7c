"""The citizens of one branch: they come, wait, and some give up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from queue_service.simulation import choices
from queue_service.simulation.choices import Citizen
from queue_service.simulation.client import RequestRefused
from queue_service.simulation.office import Office
from queue_service.visits.rules.visit import Outcome

_LATE_SECONDS: Final = (60.0, 400.0)
"""How long somebody who missed the call takes to come back and ask."""
_TERMINAL_SECONDS: Final = 31.0
"""Of the clock: ten answers in five minutes are counted."""


class Crowd:
    """The citizens of one branch. ``local_hour`` returns the hour there."""

    def __init__(self, office: Office, local_hour: Callable[[], int]) -> None:
        self._office = office
        self._local_hour = local_hour
        self._terminal_in_use = False

    def expect(self) -> None:
        """Plan who comes next."""
        office = self._office
        per_hour = office.demand.arrivals(self._local_hour())
        office.agenda.after(choices.gap(office.random, per_hour), self._arrive)

    def wait(self, visit_id: str, citizen: Citizen) -> None:
        """A simulated citizen waits from now, as long as their patience lasts."""
        office = self._office
        if visit_id not in office.ours:
            return
        # A copy distinguishes the end of this patience from the end of an earlier wait.
        now = office.waiting[visit_id] = replace(citizen)
        office.agenda.after(now.patience, lambda: self._lose_patience(visit_id, now))

    def missed(self, visit_id: str, citizen: Citizen) -> None:
        """A citizen missed the call, and perhaps asks later."""
        if citizen.returns:
            delay = self._office.random.uniform(*_LATE_SECONDS)
            self._office.agenda.after(delay, lambda: self._come_back(visit_id, citizen))

    def leave(self, service: str, team: str | None, outcome: Outcome | None) -> None:
        """A served citizen passes the terminal, and perhaps answers.

        One at a time: of answers that come faster the service takes some for repeats.
        """
        ratings = choices.feedback(self._office.random, outcome)
        if not ratings or self._terminal_in_use:
            return
        self._terminal_in_use = True
        self._office.agenda.after_real(_TERMINAL_SECONDS, self._leave_terminal)
        where = {"service": service, **({"team": team} if team else {})}
        try:
            self._office.kiosk.post("/feedback", **ratings, **where)
            self._office.happened["answered"] += 1
        except RequestRefused as refused:
            self._office.happened[f"not asked ({refused.code})"] += 1

    def _leave_terminal(self) -> None:
        self._terminal_in_use = False

    def go_home(self) -> None:
        """Every waiting citizen leaves and says so."""
        for visit_id in list(self._office.waiting):
            self._leave(visit_id, "went home")

    def _arrive(self) -> None:
        office = self._office
        citizen = choices.citizen(office.random, office.demand, office.config["languages"])
        try:
            visit_id = self._take_ticket(citizen)
            office.ours.add(visit_id)
            self.wait(visit_id, citizen)
            office.happened["came"] += 1
        except RequestRefused as refused:
            office.happened[f"turned away ({refused.code})"] += 1
        self.expect()

    def _take_ticket(self, citizen: Citizen) -> str:
        ticket = {"service": citizen.service, "language": citizen.language}
        try:
            visit = self._office.kiosk.post("/visits", **ticket, channel="kiosk")
        except RequestRefused as refused:
            if refused.code not in ("branch_closed", "service_closed", "rate_limited"):
                raise
            # A clerk may issue after closing time, and as fast as they can.
            visit = self._office.staff_api.post("/visits", **ticket, channel="desk")
            self._office.happened["tickets from a clerk"] += 1
        return str(visit["id"])

    def _lose_patience(self, visit_id: str, citizen: Citizen) -> None:
        if self._office.waiting.get(visit_id) is not citizen:
            return
        if citizen.announces:
            self._leave(visit_id, "gave up")
        else:
            self._office.waiting[visit_id] = choices.gone(citizen)

    def _leave(self, visit_id: str, outcome_name: str) -> None:
        self._office.waiting.pop(visit_id, None)
        try:
            self._office.staff_api.post(f"/visits/{visit_id}/abandon")
            self._office.happened[outcome_name] += 1
        except RequestRefused:
            # Another clerk has called or closed the visit meanwhile.
            self._office.happened["left too late"] += 1

    def _come_back(self, visit_id: str, citizen: Citizen) -> None:
        try:
            self._office.staff_api.post(f"/visits/{visit_id}/requeue")
        except RequestRefused:
            return
        self._office.happened["came back"] += 1
        self.wait(visit_id, choices.returned(citizen))
