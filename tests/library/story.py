"""A whole day of a library, done through the API: all that staff and citizens do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from redis import Redis

from queue_service import sample
from queue_service.access.operations.access import create_token
from queue_service.access.rules.caller import Role
from queue_service.access.store import AccessStore
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from tests.dashboards.day import noon_zone
from tests.library.day import Day
from tests.library.office import DAY, OTHER, Office
from tests.library.stays import Ticket
from tests.running import Running, descendants, kill
from tests.running import service as run_service
from tests.web.service import ALWAYS

_MS: Final = timedelta(milliseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(text: str) -> int:
    """Since 1970."""
    return (datetime.fromisoformat(text) - _EPOCH) // _MS


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
        client.incrby(BranchKeys(DAY).paper_sheets, 7)
        on_paper(day)
        evening(day)
        yield day, client


def _power_cut(up: Running) -> None:
    kill([up.process.pid, *descendants(up.process.pid)])
    up.process.wait()


def repeat(office: Office) -> None:
    """Anyone who had no answer before the power went sends it again: nothing is done twice."""
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
    day.complete(called, "resolved")  # without *start*
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
"""The content of the paper tickets, and how they ended."""


def on_paper(day: Day) -> None:
    """The paper tickets of a power cut; one number twice, one by mistake."""
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
    """A visit is parked and never resumed, and eight wait in vain."""
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
