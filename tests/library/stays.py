"""The expected result of each visit, computed by the test itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple


@dataclass
class Ticket:
    """A visit as the test knows it: which verbs were used on it and their responses.

    ``said`` has each event's name with the service, outcome, counter and team that hold from then
    on; ``at`` the instants (ms), from the log or the paper.
    """

    id: str
    number: str
    service: str
    channel: str = "kiosk"
    paper: bool = False
    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    at: list[int] = field(default_factory=list)

    def does(self, event: str, **what: Any) -> None:
        """One more event."""
        self.said.append((event, what))


class Inquiry(NamedTuple):
    """A completed inquiry; ``ms`` is its handling time. An unwritten outcome is empty."""

    service: str
    outcome: str
    ms: int
    completed_at: int
    counter: str
    team: str
    channel: str
    paper: bool


class Stay(NamedTuple):
    """The result of a visit; ``waited`` until its first call, ``left`` until it left without."""

    service: str
    state: str
    issued_at: int
    paper: bool
    waited: int | None
    left: int | None
    inquiries: tuple[Inquiry, ...]


ENDS: Final = {"completed", "no_show", "abandoned", "incomplete"}


@dataclass
class _Follower:
    """The state of a visit; ``since`` is when its present handling began."""

    ticket: Ticket
    service: str
    state: str = "waiting"
    counter: str = ""
    team: str = ""
    waited: int | None = None
    left: int | None = None
    called: bool = False
    since: int | None = None
    handled: int = 0
    inquiries: tuple[Inquiry, ...] = ()

    def follow(self, event: str, at: int, what: Mapping[str, str]) -> None:
        """One more event."""
        self.counter = what.get("counter", self.counter)
        self.team = what.get("team", self.team)
        if event == "called":
            self._call(at)
        elif event in ("started", "resumed"):
            self.since, self.state, self.called = at, "serving", True
        elif event in ("parked", "transferred", "completed", "continued"):
            self._stop(event, at, what)
        elif event in ENDS:
            self.state = event
            self.left = None if self.called or event != "abandoned" else at - self.ticket.at[0]
        elif event == "requeued":
            self.state = "waiting"
        self.service = what.get("service", self.service)

    def _call(self, at: int) -> None:
        if not self.called:
            self.waited = at - self.ticket.at[0]
        self.called, self.since, self.state = True, at, "called"

    def _stop(self, event: str, at: int, what: Mapping[str, str]) -> None:
        if self.since is not None:
            self.handled += at - self.since
        if "outcome" in what:
            own = self.ticket
            found = Inquiry(
                self.service, what["outcome"], self.handled, at, self.counter, self.team,
                own.channel, own.paper,
            )  # fmt: skip
            self.inquiries, self.handled = (*self.inquiries, found), 0
        self.since = at if event == "continued" else None
        states = {"parked": "parked", "completed": "completed", "continued": "serving"}
        self.state = states.get(event, "waiting")


def stay_of(ticket: Ticket) -> Stay:
    """Follow a ticket through its day."""
    one = _Follower(ticket, ticket.service)
    for (event, what), at in zip(ticket.said, ticket.at, strict=True):
        one.follow(event, at, what)
    return Stay(
        ticket.service, one.state, ticket.at[0], ticket.paper, one.waited, one.left, one.inquiries
    )


def ticket_so_far(ticket: Ticket) -> Ticket:
    """The ticket with any instants: its state does not depend on them."""
    return Ticket(
        ticket.id, ticket.number, ticket.service, said=ticket.said, at=[0] * len(ticket.said)
    )


def by(rows: Iterable[Any], key: Any) -> dict[str, list[Any]]:
    """The rows under their keys."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found
