"""The actions of the day, and their log."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from redis import Redis

from queue_service.access.rules.caller import Role
from queue_service.store.keys import BranchKeys
from tests.library.office import DAY, Office
from tests.library.stays import ENDS, Inquiry, Stay, Ticket, stay_of, ticket_so_far


@dataclass
class Day:
    """The test's actions and refusals."""

    office: Office
    tickets: dict[str, Ticket] = field(default_factory=dict)
    contacts: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Service, channel, kind and counter of each that was not taken back."""
    pauses: list[tuple[str, str]] = field(default_factory=list)
    needs: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    open: dict[str, str] = field(default_factory=dict)
    """The open counters' teams."""
    other_events: Counter[str] = field(default_factory=Counter)

    # Actions on tickets.

    def issue(self, service: str, role: Role = "kiosk", **more: Any) -> str:
        """A ticket; its id."""
        body = {"service": service, **more}
        if role == "clerk":
            body["channel"] = more.get("channel", "desk")
        found = self.office.post(role, "/visits", **body)
        ticket = Ticket(found["id"], found["number"], service, body.get("channel", "kiosk"))
        ticket.does("issued")
        self.tickets[ticket.id] = ticket
        self.needs.update(more.get("needs", ()))
        self.reasons.update([more["priority_reason"]] if "priority_reason" in more else [])
        return ticket.id

    def next(self, counter: str, **more: Any) -> str:
        """Anyone who comes next there."""
        found = self.office.post("clerk", f"/counters/{counter}/call-next", **more)
        self.tickets[found["id"]].does("called", counter=counter, team=self.open[counter])
        return str(found["id"])

    def call(self, ticket: str, counter: str) -> None:
        """A chosen one."""
        where = {"counter": counter, "team": self.open[counter]}
        self.act(ticket, "call", "called", does=where, counter=counter)

    def act(
        self, ticket: str, path: str, event: str, /, *, does: Mapping[str, Any], **body: Any
    ) -> Any:
        """A verb on a visit."""
        answer = self.office.post("clerk", f"/visits/{ticket}/{path}", **body)
        self.tickets[ticket].does(event, **does)
        return answer

    def start(self, ticket: str) -> None:
        """They came."""
        self.act(ticket, "start", "started", does={})

    def complete(self, ticket: str, outcome: str) -> None:
        """The last inquiry is done."""
        self.act(ticket, "complete", "completed", does={"outcome": outcome}, outcome=outcome)

    def handle(self, counter: str, outcome: str = "resolved", **more: Any) -> str:
        """Call the next, serve and complete."""
        ticket = self.next(counter, **more)
        self.start(ticket)
        self.complete(ticket, outcome)
        return ticket

    def calls_next(self, counter: str) -> bool:
        """Whether somebody waited, who was called and served."""
        waiting = self.office.get("supervisor", "/state")["queues"]
        if any(queue["waiting"] for queue in waiting):
            self.handle(counter)
            return True
        return False

    def serve(self, counter: str, service: str, channel: str = "desk") -> str:
        """A visit that never waited."""
        found = self.office.post(
            "clerk", f"/counters/{counter}/serve", service=service, channel=channel
        )
        ticket = Ticket(found["id"], found["number"], service, channel)
        ticket.does("started", counter=counter, team=self.open[counter])
        self.tickets[ticket.id] = ticket
        return ticket.id

    # Other actions.

    def contact(self, service: str, counter: str = "", **more: str) -> str:
        """A contact without a ticket; its id."""
        at = {"counter": counter} if counter else {}
        found = self.office.post("clerk", "/contacts", service=service, **at, **more)
        self.contacts.append((service, found["channel"], found["kind"], counter))
        return str(found["id"])

    def man(self, counter: str, team: str) -> None:
        """A counter opens."""
        self.office.post("clerk", f"/counters/{counter}/open", team=team)
        self.open[counter] = team
        self.other_events["counter.opened"] += 1

    # Results.

    def stays(self) -> list[Stay]:
        """Every visit, followed to its end."""
        return [stay_of(ticket) for ticket in self.tickets.values()]

    def inquiries(self) -> list[Inquiry]:
        """Every completed inquiry."""
        return [inquiry for stay in self.stays() for inquiry in stay.inquiries]

    def close(self) -> None:
        """The administrator ends the day: waiting visits have left, parked ones are incomplete."""
        self.office.post("admin", "/close-day")
        for ticket in self.tickets.values():
            state = stay_of(ticket_so_far(ticket)).state
            if state not in ENDS:
                ended = {"waiting": "abandoned", "called": "no_show"}
                ticket.does(ended.get(state, "incomplete"))
        self.other_events.update(["day.closed", *["counter.closed"] * len(self.open)])


def read_log(client: Redis, day: Day) -> Counter[str]:
    """Give each ticket the instants at which the log has its events, and check that they are those.

    The names of all other events of the branch, counted.
    """
    logged: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    others: Counter[str] = Counter()
    entries: Any = client.xrange(BranchKeys(DAY).events)
    for _, entry in entries:
        name, data = entry["event"], json.loads(entry["data"])
        kind, _, verb = name.partition(".")
        if kind == "visit" and verb not in ("entered", "removed", "needs_changed", "moved"):
            logged[data["id"]].append((verb, int(data["at"])))
        else:
            others[name] += 1
    for ticket in day.tickets.values():
        if not ticket.paper:
            events = logged.pop(ticket.id)
            assert [name for name, _ in events] == [name for name, _ in ticket.said], ticket
            ticket.at = [at for _, at in events]
    assert not logged, "the log tells of visits that nobody had"
    return others
