"""On the bus: take the configuration from the central server, and send it every day that it lacks.

The central server says what it has of each day, so nothing has to be remembered here: every day
that the central server does not have whole is sent, the oldest first. A round may be broken off
anywhere and begun again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from queue_service import __version__
from queue_service.access.rules.caller import Caller
from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import day_bounds, moment
from queue_service.branches.rules.elsewhere import branch_from_shown
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.contacts.store import ContactStore
from queue_service.counters.rules import pause_text
from queue_service.counters.store import CounterStore
from queue_service.days.rules.period import between, days_after
from queue_service.days.rules.shifts import carried, to_text
from queue_service.days.store import DayStore
from queue_service.errors import BranchNotFound, QueueError
from queue_service.feedback.store import FeedbackStore
from queue_service.mobile.client import CentralServer, CentralServerRefused, ConnectionFailed
from queue_service.mobile.contract import ContactAnswer
from queue_service.mobile.operations import playbook
from queue_service.mobile.rules import (
    FORMAT,
    SETTLED_AFTER_MS,
    DayMark,
    canonical,
    digest_of,
    pause_after,
    seal,
)
from queue_service.mobile.store import RUN_CENTRALLY, MobileStore
from queue_service.notes.rules import INTERVENTION
from queue_service.notes.store import NoteStore
from queue_service.paper.store import PaperStore
from queue_service.playbook.store import PlaybookStore
from queue_service.visits.rules.counting import count
from queue_service.visits.rules.events import visit_event
from queue_service.visits.rules.visit import OPEN_STATES, visit_from_json
from queue_service.visits.store.visit_store import Decided, VisitStore

_CENTRAL_SERVER: Final = Caller("central-server", "admin")
"""The caller of changes that come from the central server."""


@dataclass(slots=True)
class Round:
    """The result of one contact with the central server. ``problem`` is a sentence, empty when all
    went well.

    ``lost``: the central server was not reached, or the connection failed.
    """

    branch: str = ""
    sent: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    unsent: list[str] = field(default_factory=list)
    configured: bool = False
    lost: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Packed:
    """A day as it would be sent now."""

    date: str
    content: dict[str, Any]
    whole: bool
    at: int
    """Before it was read (ms), so that what was read later counts as later."""

    @property
    def digest(self) -> str:
        """The digest of its content."""
        return digest_of(canonical(self.content))


def send_when_due(queue: Queue, central: CentralServer) -> Round | None:
    """Make a round, unless the pause after a refusal still lasts."""
    branch_id = bus_branch(queue)
    known = queue.get(MobileStore).known(branch_id) if branch_id else {}
    if queue.store.time() < int(known.get("next_at", 0)):
        return None
    return send(queue, central)


def send(queue: Queue, central: CentralServer) -> Round:
    """One round: get what the central server has, take its configuration, send what it lacks.

    A failed connection is reported in the round, and remembered for the next pause.
    """
    done = Round()
    try:
        _round(queue, central, done)
    except ConnectionFailed as error:
        done.lost, done.problem = True, str(error)
    except CentralServerRefused as refusal:
        done.problem = refusal.detail
    _note(queue, done)
    return done


def bus_branch(queue: Queue) -> str | None:
    """The branch of this machine that is configured on the central server; None if there is
    none."""
    for branch_id in queue.get(BranchStore).ids():
        if queue.get(BranchStore).fact(branch_id, "home"):
            return branch_id
    return None


def unsent(queue: Queue, branch: Branch, now: int) -> list[str]:
    """The dates that the central server does not have whole, as far as this machine knows; today
    among them."""
    marks = queue.get(MobileStore).marks(branch.id)
    oldest = days_after(moment(branch, now).date, -branch.retention_days)
    kept = queue.get(DayStore).with_visits(branch.id, queue.get(DayStore).dates(branch.id, oldest))
    recent = list(between(oldest, moment(branch, now).date).dates())
    # Citizens answer, and help themselves, also on a day without visits.
    answered = queue.get(FeedbackStore).days(branch.id, recent)
    helped = queue.get(PlaybookStore).saved(branch.id, recent)
    reached = queue.get(ContactStore).days(branch.id, recent)
    noted = {
        date
        for date, notes in queue.get(NoteStore).all(branch.id).items()
        if date in recent and any(note.kind == INTERVENTION for note in notes)
    }
    # The central server's board shows the counters as they are, also before the first visit and
    # after the last.
    begun = {date for date in marks if date in recent}
    opened = {recent[-1]} if queue.get(CounterStore).states(branch.id).manned else set()
    dates = sorted({*kept, *answered, *helped, *reached, *noted, *begun, *opened})
    return [date for date in dates if not marks.get(date, DayMark(0)).is_complete]


def lacking(queue: Queue, branch: Branch, now: int) -> list[str]:
    """The dates of which the central server does not have all that is here, as far as this machine
    knows.

    The central server has the running day, until something else happens on it.
    """
    marks = queue.get(MobileStore).marks(branch.id)
    return [packed.date for packed in _lacking(queue, branch, marks, now)]


def pack(queue: Queue, branch: Branch, date: str, now: int) -> Packed:
    """The current content of a day."""
    at = queue.store.time()
    visits = queue.get(VisitStore).of_day(branch.id, date)
    begins, ends = day_bounds(branch, date)
    shifts = queue.get(DayStore).shifts(branch.id, ends)
    kept = [*carried(shifts, begins), *(shift for shift in shifts if shift.at >= begins)]
    feedback = queue.get(FeedbackStore).days(branch.id, [date]).get(date, {})
    saved = queue.get(PlaybookStore).saved(branch.id, [date]).get(date, {})
    contacts = queue.get(ContactStore).days(branch.id, [date]).get(date, {})
    counters = queue.get(CounterStore).states(branch.id)
    content: dict[str, Any] = {
        "visits": [visit.document() for visit in visits],
        "shifts": [to_text(shift) for shift in kept],
        "feedback": {name: int(n) for name, n in feedback.items()},
        "saved": {name: int(n) for name, n in saved.items()},
        "counters": {
            "open": counters.open,
            "free": queue.get(CounterStore).free(branch.id),
        },
    }
    if counters.paused:
        paused = {counter: pause_text(pause) for counter, pause in counters.paused.items()}
        content["counters"]["paused"] = paused
    if contacts:
        # Without any, a central server that runs an older version takes the day as well.
        content["contacts"] = {name: int(n) for name, n in contacts.items()}
    notes = [
        note
        for note in queue.get(NoteStore).all(branch.id).get(date, ())
        if note.kind == INTERVENTION
    ]
    if notes:
        content["notes"] = [
            {"id": note.id, "text": note.text, "at": note.at, "texts": dict(note.texts)}
            for note in notes
        ]
    whole = now >= ends + SETTLED_AFTER_MS and all(v.state not in OPEN_STATES for v in visits)
    if whole:
        # The present state of counters is no part of a past day.
        content["counters"] = {"open": {}, "free": {}}
    return Packed(date, content, whole, at)


def _round(queue: Queue, central: CentralServer, done: Round) -> None:
    known_id = bus_branch(queue)
    known = queue.get(MobileStore).known(known_id) if known_id else {}
    until, left = _complete_until(queue, known_id)
    began = queue.store.time()
    heard = _contact(queue, central, known, until, left)
    ahead_ms = _ahead(heard, began, queue.store.time())
    done.branch = branch_id = str(heard["branch"])
    problem = _configure(queue, central, branch_id, heard, done)
    queue.get(MobileStore).note_taken_over(branch_id, heard["run_by"] == RUN_CENTRALLY)
    queue.get(BranchStore).forget(branch_id)
    _leave_to_central_server(queue, branch_id, heard.get("touched", {}))
    queue.get(MobileStore).keep_changed_twice(branch_id, heard.get("twice", {}))
    problem = problem or _take_playbook(queue, branch_id, heard)
    marks = {date: DayMark(**mark) for date, mark in heard["days"].items()}
    queue.get(MobileStore).keep_marks(branch_id, marks)
    ahead = "" if ahead_ms is None else ahead_ms
    queue.get(MobileStore).note(branch_id, reached_at=queue.store.time(), ahead_ms=ahead)
    try:
        branch = queue.get(BranchStore).current(branch_id)
    except BranchNotFound:
        done.problem = problem
        return
    began = queue.store.time()
    for packed in _lacking(queue, branch, marks, began):
        try:
            _send_day(queue, central, branch, packed, marks.get(packed.date))
            done.sent.append(packed.date)
        except CentralServerRefused as refusal:
            done.refused[packed.date] = refusal.detail
            if refusal.code == "newer_version":
                raise
    done.unsent = lacking(queue, branch, queue.store.time())
    # A day that is not whole yet is on the central server as it is: nothing of it is missing.
    until = day_bounds(branch, min(done.refused))[0] if done.refused else began
    known = queue.get(MobileStore).known(branch_id)
    _contact(queue, central, known, until, len(done.refused), ahead_ms=ahead_ms)
    queue.get(MobileStore).note(branch_id, reached_at=queue.store.time(), complete_until=until)
    done.problem = problem or next(iter(done.refused.values()), "")


def _ahead(heard: Mapping[str, Any], asked_at: int, answered_at: int) -> int | None:
    """How far this clock is ahead of the central server's (ms), to half the time that the answer
    took; None if the central server runs an older version."""
    now = heard.get("now")
    return None if now is None else (asked_at + answered_at) // 2 - int(now)


def _contact(
    queue: Queue,
    central: CentralServer,
    known: Mapping[str, str],
    until: int | None,
    left: int,
    *,
    ahead_ms: int | None = None,
) -> dict[str, Any]:
    said: dict[str, Any] = {
        "format": FORMAT,
        "program": __version__,
        "machine": queue.get(MobileStore).machine(),
        "complete_until": until,
        "unsent": left,
        "revision": known.get("home_revision"),
        "playbook": known.get("home_playbook"),
    }
    if ahead_ms is not None:
        # A central server that does not send its time does not know this field either.
        said["ahead_ms"] = ahead_ms
    heard = central.ask("POST", "/api/v1/mobile/contact", said)
    try:
        ContactAnswer.model_validate(heard)
    except ValidationError:
        raise ConnectionFailed(
            "The answer is not the central server's, or its version is older than book buses."
        ) from None
    return heard


def _leave_to_central_server(queue: Queue, branch_id: str, touched: Mapping[str, Any]) -> None:
    """Leave to the central server the numbers that it has changed and that nothing was done with
    here since.

    While the central server has one open no counter here calls it; once it has ended it is here as
    on the central server.
    """
    if not touched:
        return
    branch, services = queue.get(BranchStore).current(branch_id), {}
    for visit in queue.get(VisitStore).many(branch_id, touched):
        stamp, document = touched[visit.id]["stamp"], touched[visit.id]["visit"]
        if visit.state not in OPEN_STATES or visit.stamp != stamp:
            continue
        if document is None:
            if visit.state in ("waiting", "parked"):
                services[visit.id] = visit.service
        elif (
            loaded := queue.get(VisitStore).load(branch_id, visit.id, None)
        ) and loaded.visit == visit:
            after = visit_from_json(json.dumps(document))
            event = (f"visit.{after.state}", visit_event(after, loaded.now))
            ended = Decided(loaded, after, count(visit, after), event)
            queue.get(VisitStore).commit(branch, ended, None)
            queue.get(MobileStore).forget_call(branch_id, visit.id)
    queue.get(MobileStore).leave(branch_id, services)


def _complete_until(queue: Queue, branch_id: str | None) -> tuple[int | None, int]:
    """Until when the central server has everything, as of the last round, and how many days it
    lacks."""
    if branch_id is None:
        return None, 0
    known = queue.get(MobileStore).known(branch_id).get("complete_until")
    try:
        branch = queue.get(BranchStore).get(branch_id)
    except BranchNotFound:
        return None, 0
    now = queue.store.time()
    today = moment(branch, now).date
    left = [date for date in unsent(queue, branch, now) if date != today]
    return (int(known) if known else None), len(left)


def _configure(
    queue: Queue, central: CentralServer, branch_id: str, heard: dict[str, Any], done: Round
) -> str:
    """Put the central server's configuration in place; a sentence where that is not possible
    now."""
    document = heard["configuration"]
    if document is None:
        return ""
    try:
        put_branch(
            queue,
            branch_id,
            parse_config(document, branch_id),
            from_central_server=True,
            by=_CENTRAL_SERVER,
        )
        queue.get(BranchStore).keep_central_server(branch_id, central.url)
    except QueueError as error:
        return f"The configuration from the central server cannot be used yet: {error.detail}"
    queue.get(MobileStore).note(branch_id, home_revision=str(heard["revision"]))
    done.configured = True
    return ""


def _take_playbook(queue: Queue, branch_id: str, heard: dict[str, Any]) -> str:
    """Put the central server's playbook in force; a sentence where this version cannot read it."""
    if heard["playbook"] is None:
        return ""
    branches = heard["playbook"].get("branches", [])
    try:
        playbook.take(queue, heard["playbook"]["entries"])
        for shown in branches:
            branch_from_shown(shown)
    except (KeyError, TypeError, ValueError):
        return "This version cannot read the playbook from the central server: update the bus."
    queue.get(MobileStore).note(
        branch_id, home_branches=json.dumps(branches), home_playbook=heard["playbook"]["digest"]
    )
    return ""


def _lacking(queue: Queue, branch: Branch, marks: dict[str, DayMark], now: int) -> Iterator[Packed]:
    """The days that the central server lacks, or has otherwise, the oldest first."""
    # Paper tickets may be entered long after their day was over and sent.
    recent = between(
        days_after(moment(branch, now).date, -branch.retention_days), moment(branch, now).date
    )
    on_paper = queue.get(PaperStore).dates(branch.id, recent.dates())
    for date in sorted({*unsent(queue, branch, now), *on_paper}):
        packed = pack(queue, branch, date, now)
        mark = marks.get(date)
        if mark is None or (mark.content, mark.whole) != (packed.digest, packed.whole):
            yield packed


def _send_day(
    queue: Queue, central: CentralServer, branch: Branch, packed: Packed, mark: DayMark | None
) -> None:
    package = {
        "format": FORMAT,
        "program": __version__,
        "branch": branch.id,
        "timezone": branch.timezone,
        "date": packed.date,
        # The clock, and more than the central server knows: after a restored copy it still grows.
        "sequence": max(packed.at, (mark.sequence if mark else 0) + 1),
        "made_at": packed.at,
        "whole": packed.whole,
        "content": packed.content,
    }
    if packed.date <= queue.get(MobileStore).known(branch.id).get("restored_on", ""):
        package["grows"] = True
    sealed = seal(package, central.key)
    path = f"/api/v1/mobile/days/{packed.date}"
    for number, data in enumerate(sealed.parts):
        central.ask("PUT", f"{path}/parts/{number}", {"digest": sealed.digest, "data": data})
    answer = central.ask(
        "PUT",
        path,
        {
            "format": FORMAT,
            "digest": sealed.digest,
            "signature": sealed.signature,
            "parts": len(sealed.parts),
        },
    )
    kept = DayMark(answer["sequence"], answer["content"], answer["whole"])
    queue.get(MobileStore).keep_mark(branch.id, packed.date, kept)


def _note(queue: Queue, done: Round) -> None:
    """Keep how the round went; the next one waits longer after each refusal in a row.

    After a failed connection it does not wait: changes on the central server have to be known at
    once.
    """
    branch_id = done.branch or bus_branch(queue)
    if branch_id is None:
        queue.get(MobileStore).note_no_branch(done.problem)
        return
    known = queue.get(MobileStore).known(branch_id)
    refused = bool(done.problem) and not done.lost
    failures = int(known.get("failures", 0)) + 1 if refused else 0
    pause = pause_after(failures) if failures else 0
    now = queue.store.time()
    queue.get(MobileStore).note(
        branch_id, tried_at=now, failures=failures, problem=done.problem, next_at=now + pause
    )
