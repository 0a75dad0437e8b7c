"""A whole day of a library, done through the API, and what was done kept by the test's own hand."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

from redis import Redis

from queue_service import sample
from queue_service.access.operations.access import create_token
from queue_service.access.rules.caller import Role
from queue_service.access.store import AccessStore
from queue_service.runtime.settings import Settings
from queue_service.store.connection import connect
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from tests.dashboards.day import noon_zone
from tests.running import Running, descendants, kill
from tests.running import service as run_service
from tests.web.service import ALWAYS, Refused

DAY: Final = "dagen"
OTHER: Final = "naboen"
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_MS: Final = timedelta(milliseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Reply(NamedTuple):
    """A response: its document, or its bytes where it is none, and whether it was a repeat's."""

    status: int
    content: bytes
    replayed: bool

    @property
    def json(self) -> Any:
        """Its document, None for an empty one."""
        return json.loads(self.content) if self.content else None


@dataclass
class Office:
    """The service as several roles use it. Every POST has a key of its own, and can be repeated."""

    url: str
    tokens: dict[Role, str]
    sent: list[tuple[Role, str, Any, str]] = field(default_factory=list)
    _keys: Iterator[int] = field(default_factory=lambda: count(1))

    def get(self, role: Role, path: str) -> Any:
        """A document below the day's branch."""
        return self.ask(role, "GET", f"/api/v1/branches/{DAY}{path}").json

    def page(self, path: str) -> bytes:
        """What a supervisor sees under an address."""
        return self.ask("supervisor", "GET", path).content

    def post(self, role: Role, path: str, branch: str = DAY, **body: Any) -> Any:
        """Do something; the answer's document. Raises Refused."""
        address, key = f"/api/v1/branches/{branch}{path}", f"key-{next(self._keys)}"
        answer = self.ask(role, "POST", address, body, key).json
        self.sent.append((role, address, body, key))
        return answer

    def refused(self, role: Role, path: str, **body: Any) -> str:
        """The code of a refusal."""
        try:
            self.post(role, path, **body)
        except Refused as refusal:
            return str(refusal.problem["code"])
        return ""

    def ask(self, role: Role, method: str, path: str, body: Any = None, key: str = "") -> Reply:
        """A request as it is sent. Raises Refused."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        request = urllib.request.Request(  # noqa: S310 - our own service
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers=headers,
        )
        try:
            with _OPENER.open(request, timeout=30) as answer:
                replayed = answer.headers.get("Idempotent-Replayed") == "true"
                return Reply(answer.status, answer.read(), replayed)
        except urllib.error.HTTPError as error:
            raise Refused(error.code, json.loads(error.read())) from None


@dataclass
class Ticket:
    """A visit as the test knows it: which verbs were used on it and what they were told.

    ``said`` has each event's name with the service, outcome, counter and team that hold from then
    on; ``at`` the instants (ms), which the log tells, or the paper.
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
    """One that was completed; ``ms`` is its handling time. An outcome nobody wrote is empty."""

    service: str
    outcome: str
    ms: int
    completed_at: int
    counter: str
    team: str
    channel: str
    paper: bool


class Stay(NamedTuple):
    """What a visit came to; ``waited`` until its first call, ``left`` until it went without one."""

    service: str
    state: str
    issued_at: int
    paper: bool
    waited: int | None
    left: int | None
    inquiries: tuple[Inquiry, ...]


_ENDS: Final = {"completed", "no_show", "abandoned", "incomplete"}


@dataclass
class _Follower:
    """Where a visit has come to; ``since`` is when its present handling began."""

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
        elif event in _ENDS:
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


@dataclass
class Day:
    """What the test did, and did not."""

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

    # What is done with tickets.

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
        """Whoever comes next there."""
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
        """Somebody who never waited."""
        found = self.office.post(
            "clerk", f"/counters/{counter}/serve", service=service, channel=channel
        )
        ticket = Ticket(found["id"], found["number"], service, channel)
        ticket.does("started", counter=counter, team=self.open[counter])
        self.tickets[ticket.id] = ticket
        return ticket.id

    # What is done besides.

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

    # What it came to.

    def stays(self) -> list[Stay]:
        """Every visit, followed to its end."""
        return [stay_of(ticket) for ticket in self.tickets.values()]

    def inquiries(self) -> list[Inquiry]:
        """Every completed inquiry."""
        return [inquiry for stay in self.stays() for inquiry in stay.inquiries]

    def close(self) -> None:
        """The administrator ends the day: whoever waits has gone, who is parked is not finished."""
        self.office.post("admin", "/close-day")
        for ticket in self.tickets.values():
            state = stay_of(ticket_so_far(ticket)).state
            if state not in _ENDS:
                ended = {"waiting": "abandoned", "called": "no_show"}
                ticket.does(ended.get(state, "incomplete"))
        self.other_events.update(["day.closed", *["counter.closed"] * len(self.open)])


def ticket_so_far(ticket: Ticket) -> Ticket:
    """The ticket with any instants: its state does not depend on them."""
    return Ticket(
        ticket.id, ticket.number, ticket.service, said=ticket.said, at=[0] * len(ticket.said)
    )


def milliseconds(text: str) -> int:
    """Since 1970."""
    return (datetime.fromisoformat(text) - _EPOCH) // _MS


def read_log(client: Redis, day: Day) -> Counter[str]:
    """Give each ticket the instants at which the log has its events, and check that they are those.

    The names of all other events of the branch, counted.
    """
    told: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    others: Counter[str] = Counter()
    entries: Any = client.xrange(BranchKeys(DAY).events)
    for _, entry in entries:
        name, data = entry["event"], json.loads(entry["data"])
        kind, _, verb = name.partition(".")
        if kind == "visit" and verb not in ("entered", "removed", "needs_changed", "moved"):
            told[data["id"]].append((verb, int(data["at"])))
        else:
            others[name] += 1
    for ticket in day.tickets.values():
        if not ticket.paper:
            events = told.pop(ticket.id)
            assert [name for name, _ in events] == [name for name, _ in ticket.said], ticket
            ticket.at = [at for _, at in events]
    assert not told, "the log tells of visits that nobody had"
    return others


# The service, and the branches on it.


def _document() -> dict[str, Any]:
    document = sample.documents()["biblioteket"]
    for name in ("quiet_hours", "hours_exceptions"):
        document.pop(name, None)
    document["services"][3] |= {"private": True}
    document["counters"] = document["counters"][:3]
    return document | {"opening_hours": ALWAYS, "timezone": noon_zone(), "name": "Dagen"}


@contextmanager
def _running(folder: Path) -> Iterator[tuple[Running, Redis]]:
    with (
        run_service(folder, QUEUE_SAMPLE="0") as up,
        connect(Settings(data_dir=folder, sample=False)) as client,
    ):
        yield up, client


def _office(up: Running, client: Redis) -> Office:
    """Tokens of the roles, and two branches alike."""
    store = AccessStore(RedisStore(client))

    def token(role: Role, branch: str | None = None) -> str:
        return create_token(store, role, branch, now=store.now())[1]

    own: tuple[Role, ...] = ("kiosk", "clerk")
    everywhere: tuple[Role, ...] = ("supervisor", "admin", "metrics")
    tokens = {role: token(role, DAY) for role in own} | {role: token(role) for role in everywhere}
    office = Office(up.url, tokens)
    for branch, name in ((DAY, "Dagen"), (OTHER, "Naboen")):
        document = _document() | {"name": name}
        office.ask("admin", "PUT", f"/api/v1/branches/{branch}", document)
    return office


@contextmanager
def library_day(folder: Path) -> Iterator[tuple[Day, Redis]]:
    """The day up to its evening: eight wait, one is parked; the service runs and is not closed."""
    with ExitStack() as stack:
        up, client = stack.enter_context(_running(folder))
        day = Day(_office(up, client))
        morning(day)
        _power_cut(up)
        up, client = stack.enter_context(_running(folder))
        day.office.url = up.url
        repeat(day.office)
        afternoon(day)
        on_paper(day)
        evening(day)
        yield day, client


def _power_cut(up: Running) -> None:
    kill([up.process.pid, *descendants(up.process.pid)])
    up.process.wait()


def repeat(office: Office) -> None:
    """Whoever had no answer before the power went sends it again: nothing is done twice."""
    done_twice = [
        address
        for role, address, body, key in office.sent
        if not office.ask(role, "POST", address, body, key).replayed
    ]
    assert done_twice == []


def morning(day: Day) -> None:
    """Everything that staff and citizens do, once at least."""
    office = day.office
    day.man("1", "citizen-service")
    day.man("2", "library")
    for service in ("pas", "pas", "sundhedskort", "turist", "korekort", "pension", "pas", "turist"):
        day.issue(service)
    first = day.issue("pas", "clerk", needs=["seat", "interpreter"], priority_reason="cannot_wait")
    bound = day.issue("sundhedskort", "clerk", needs=["hearing_loop"], counter="2")
    call = office.post("kiosk", "/help-calls")
    office.post("clerk", f"/help-calls/{call['id']}/take")
    office.post("clerk", f"/help-calls/{call['id']}/end")
    day.other_events.update(["help.open", "help.coming", "help.helped"])

    assert day.next("1") == first, "it has a head start"
    day.start(first)
    for _ in range(6):
        day.contact("turist", place="floor", kind="information")
    for _ in range(5):
        day.contact("pas", "1", channel="phone")
    day.act(
        first, "continue", "continued", does={"outcome": "resolved", "service": "korekort"},
        outcome="resolved", service="korekort",
    )  # fmt: skip
    day.complete(first, "follow_up")
    day.call(bound, "2")
    day.start(bound)
    day.act(bound, "park", "parked", does={})
    quiet = day.next("2", silent=True)
    day.start(quiet)
    day.complete(quiet, "self_service")
    day.act(bound, "resume", "resumed", does={"counter": "2", "team": "library"}, counter="2")
    day.complete(bound, "referred")
    gone = day.next("1")
    day.act(gone, "no-show", "no_show", does={})
    day.act(gone, "requeue", "requeued", does={}, delay_seconds=0)
    sent = day.next("1")
    day.start(sent)
    day.act(
        sent, "transfer", "transferred", does={"outcome": "unresolved", "service": "turist"},
        outcome="unresolved", service="turist",
    )  # fmt: skip

    office.post("clerk", "/counters/2/pause", reason="lunch")
    office.post("clerk", "/counters/2/resume")
    busy = day.next("1")
    day.start(busy)
    office.post("clerk", "/counters/1/pause", reason="meeting")
    day.complete(busy, "resolved")
    office.post("clerk", "/counters/1/resume")
    day.pauses += [("2", "lunch"), ("1", "meeting")]
    day.other_events.update(
        ["counter.paused"] * 2 + ["counter.pause_planned"] + ["counter.resumed"] * 2
    )

    mistake = day.contact("andet", "2")
    office.post("clerk", f"/contacts/{mistake}/undo")
    day.contacts.remove(("andet", "desk", "information", "2"))
    for _ in range(7):
        day.contact("sundhedskort", "2", place="self_service", outcome="self_service")


def afternoon(day: Day) -> None:
    """A supervisor has a hand in it, and somebody is served who never waited."""
    office = day.office
    office.post("supervisor", "/interventions", kind="lend_counter", counter="2", services=["pas"])
    drawn = [ticket for ticket in day.tickets.values() if ticket.channel == "kiosk"]
    used = sum(ticket.service == "pas" for ticket in drawn)
    office.post("supervisor", "/interventions", kind="cap_service", service="pas", limit=used + 1)
    office.post(
        "supervisor", "/interventions", kind="announcement", screens=["display"],
        texts={"da": "Vi er tilbage", "en": "We are back"},
    )  # fmt: skip
    day.issue("pas")
    assert office.refused("kiosk", "/visits", service="pas") == "service_full"
    day.other_events["branch.changed"] += 4  # the three, and the cap that is reached
    for outcome in ("resolved", "self_service", "referred", "follow_up", "unresolved"):
        day.handle("1", outcome)
    day.handle("2")
    called = day.next("1")
    day.complete(called, "resolved")  # nobody pressed start
    for channel in ("desk", "phone"):
        served = day.serve("2", "turist", channel)
        day.complete(served, "resolved")
    left = day.issue("andet")
    office.post("kiosk", f"/visits/{left}/abandon")
    day.tickets[left].does("abandoned")


PAPER: Final[tuple[tuple[dict[str, str], str], ...]] = (
    ({"number": "7-1", "service": "pas", "taken": "9:00", "called": "9:05", "started": "9:06",
      "done": "9:20", "outcome": "resolved", "counter": "1", "team": "citizen-service"},
     "completed"),
    ({"number": "7-2", "service": "turist", "taken": "9:10", "called": "9:30", "done": "9:33"},
     "completed"),
    ({"number": "7-3", "service": "sundhedskort", "taken": "9:20", "called": "9:40"}, "no_show"),
    ({"number": "7-4", "service": "korekort", "taken": "9:25", "done": "9:55"}, "abandoned"),
    ({"number": "7-5", "service": "pas", "taken": "10:40"}, "completed"),
)  # fmt: skip
"""What stood on the paper tickets, and how they ended."""


def on_paper(day: Day) -> None:
    """What was written while the power was away; one number twice, one by mistake."""
    office, date = day.office, day.office.get("supervisor", "/state")["business_date"]
    zone = _document()["timezone"]

    def at(clock: str) -> int:
        hours = -int(zone.removeprefix("Etc/GMT") or 0)
        return milliseconds(f"{date}T{clock:0>5}:00+00:00") - hours * 3_600_000

    rows = [{**row, "ended": ended} for row, ended in PAPER]
    found = office.post("clerk", "/paper-visits", date=date, rows=rows)["rows"]
    assert {row["status"] for row in found} == {"entered"}
    again = office.post("clerk", "/paper-visits", date=date, rows=rows[:1])["rows"][0]
    assert (again["status"], again["differs"]) == ("already", False)
    wrong = {"number": "7-6", "service": "pas", "taken": "9:00", "called": "9:01", "done": "9:02"}
    office.post("clerk", "/paper-visits", date=date, rows=[wrong])
    office.post("clerk", "/paper-visits/remove", date=date, number="7-6")
    day.other_events.update(["visit.entered"] * 6 + ["visit.removed"])
    for (row, ended), answer in zip(PAPER, found, strict=True):
        ticket = Ticket(answer["visit"]["id"], row["number"], row["service"], "desk", paper=True)
        _write_down(ticket, row, ended, at)
        day.tickets[ticket.id] = ticket


def _write_down(ticket: Ticket, row: Mapping[str, str], ended: str, at: Any) -> None:
    where = {"counter": row.get("counter", ""), "team": row.get("team", "")}
    names = {"taken": "issued", "called": "called", "started": "started"}
    steps = [(names[name], at(row[name]), where) for name in names if name in row]
    last: dict[str, str] = {}
    if ended == "completed" and "called" in row:
        last = {"outcome": row.get("outcome", "")}
    steps.append((ended, at(row.get("done", row.get("called", row["taken"]))), last))
    for event, when, what in steps:
        ticket.does(event, **what)
        ticket.at.append(when)


def evening(day: Day) -> None:
    """Somebody is laid aside and nobody comes back to them, and eight wait in vain."""
    while day.calls_next("1"):
        pass
    laid = day.serve("1", "korekort")
    day.act(laid, "park", "parked", does={})
    for service in (
        "korekort",
        "korekort",
        "pension",
        "pension",
        "turist",
        "turist",
        "andet",
        "andet",
    ):
        day.issue(service)


def by(rows: Iterable[Any], key: Any) -> dict[str, list[Any]]:
    """The rows under their keys."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found
