"""A simulation from opening the counters to closing them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from random import Random
from time import time
from typing import Any, Final
from zoneinfo import ZoneInfo

from queue_service.access.operations import access
from queue_service.access.rules.credentials import TokenRecord
from queue_service.access.store import AccessStore
from queue_service.errors import NotFound, OperatorError
from queue_service.simulation import choices
from queue_service.simulation.agenda import Agenda
from queue_service.simulation.appointments import Appointments, BookedTime
from queue_service.simulation.clerk import Clerk
from queue_service.simulation.client import Api, Connection, RequestRefused
from queue_service.simulation.crowd import Crowd
from queue_service.simulation.demand import demand
from queue_service.simulation.office import Office, active_services

LABEL: Final = "simulate"
"""The name of a simulation's tokens in the list of tokens."""

_LINE_SECONDS: Final = 60.0
Say = Callable[[str], None]


@dataclass
class SimulatedShift:
    """A branch with the people in it for the time of the simulation."""

    office: Office
    crowd: Crowd
    appointments: Appointments
    clerks: list[Clerk]
    say: Say
    booked: Sequence[BookedTime] = ()
    """The bookings of today, whose citizens come as well."""

    def is_open(self) -> bool:
        """Whether citizens can use the kiosk now."""
        return bool(self.office.staff_api.get("/state")["open"])

    def begin(self) -> None:
        """Open the unattended counters, and let the first citizen come."""
        office = self.office
        if not self.is_open():
            self.say(f"{office.branch}: outside the opening hours clerks hand out the tickets")
        stands = office.staff_api.get("/state")["counters"]
        teams = office.teams()
        for index, stand in enumerate(stands):
            if office.is_video(stand["id"]):
                continue  # its clerk is elsewhere, and there are two browsers to it
            if stand["state"] != "closed":
                self.say(f"{office.branch}: counter {stand['id']} is open already and left alone")
                continue
            clerk = Clerk(office, self.crowd, stand["id"], choices.team_of(index, teams))
            clerk.open()
            self.clerks.append(clerk)
        self.say(f"{office.branch}: counters opened: {len(self.clerks)}")
        self.crowd.expect()
        self.appointments.expect(self.booked)
        office.agenda.after_real(_LINE_SECONDS, self._minute)

    def end(self) -> None:
        """Close what was opened; the remaining visits are abandoned."""
        for clerk in self.clerks:
            try:
                clerk.close()
            except RequestRefused as refused:
                self.say(f"{self.office.branch}: counter {clerk.counter} stays open: {refused}")
        self.crowd.go_home()
        self._line()

    def _minute(self) -> None:
        self._line()
        self.office.agenda.after_real(_LINE_SECONDS, self._minute)

    def _line(self) -> None:
        found = self.office.staff_api.get("/state")
        waiting = sum(queue["waiting"] for queue in found["queues"])
        now = datetime.now(ZoneInfo(self.office.config["timezone"])).time().isoformat("seconds")
        self.say(f"{now} {self.office.branch}: {self.office.summary()}; {waiting} wait")


@contextmanager
def tokens(store: AccessStore, branches: list[str]) -> Iterator[Mapping[str, tuple[str, str]]]:
    """A kiosk's and a clerk's token for each branch, taken back at the end."""
    tokens: list[TokenRecord] = []

    def make(role: str, branch: str) -> str:
        token, secret = access.create_token(store, role, branch, now=store.now(), label=LABEL)
        tokens.append(token)
        return secret

    try:
        yield {branch: (make("kiosk", branch), make("clerk", branch)) for branch in branches}
    finally:
        for token in tokens:
            with suppress(NotFound):
                access.revoke_token(store, token.id)


def shift(line: Connection, branch: str, keys: tuple[str, str], agenda: Agenda, random: Random,
          say: Say) -> SimulatedShift:  # fmt: skip
    """A branch as it is configured now. Raises OperatorError if the branch allows no simulation."""
    kiosk, staff_api = (Api(line, branch, key) for key in keys)
    config = _configuration(staff_api, branch)
    services = active_services(config)
    if not services or config["historic"]:
        raise OperatorError(f"Branch {branch} is historic or has no active service; name another.")
    fitting = choices.fitted(demand(branch), services)
    office = Office(branch, config, fitting, kiosk, staff_api, agenda, random)
    zone = ZoneInfo(config["timezone"])
    crowd = Crowd(office, lambda: datetime.now(zone).hour)
    appointments = Appointments(office, crowd, lambda: round(time() * 1000))
    return SimulatedShift(office, crowd, appointments, [], say)


def play(shifts: list[SimulatedShift], agenda: Agenda, seconds: float | None) -> None:
    """Begin all, go on for so long or until stopped, and end all whatever happens."""
    with ExitStack() as endings:
        for one in shifts:
            endings.callback(one.end)
            one.begin()
        agenda.run(seconds)


def _configuration(staff_api: Api, branch: str) -> Any:
    try:
        return staff_api.get()
    except RequestRefused as refused:
        raise OperatorError(f"Branch {branch} cannot be used: {refused}") from None
