"""Tickets: issued to wait, or served at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from secrets import token_urlsafe
from typing import Any, Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import Moment, moment
from queue_service.command import ATTEMPTS, Command, Queue, answer_in, exhausted, guess_moment, once
from queue_service.errors import BranchClosed, CounterClosed, Forbidden
from queue_service.visits.rules.answer import Answer, read_answer
from queue_service.visits.rules.events import ISSUED, SERVED
from queue_service.visits.rules.refusals import require_counter, require_language, require_service
from queue_service.visits.rules.visit import Channel, Priority
from queue_service.visits.store.visit_store import Draft

Drafting = Callable[[Branch, Moment], Draft]

_ID_BYTES: Final = 15
_encode: Final = json.JSONEncoder(separators=(",", ":")).encode


def issue(
    queue: Queue,
    command: Command,
    service: str,
    *,
    language: str | None = None,
    channel: Channel = "kiosk",
    priority: Priority = "normal",
) -> Answer:
    """Issue a ticket. Raises ServiceNotFound, ServiceInactive, BranchClosed and RateLimited.

    Opening hours bind kiosks alone: a clerk may still issue after closing time. A kiosk that gives
    priority is refused: Forbidden.
    """
    kiosk = command.caller.role == "kiosk"
    if kiosk and priority != "normal":
        raise Forbidden("A kiosk cannot give priority; a clerk can.")
    issued_by = command.caller.id if kiosk else None

    def draft(branch: Branch, when: Moment) -> Draft:
        prefix = require_service(branch, service).prefix
        if kiosk and not when.open:
            raise BranchClosed("The branch is closed; see the opening hours and come back then.")
        head_start = branch.priority_head_start_seconds * 1000 if priority == "high" else 0
        said = require_language(branch, language)
        visit_id = token_urlsafe(_ID_BYTES)
        document, event = _waiting(
            when.date, channel, said, service, priority, head_start, issued_by
        )
        return Draft(
            visit_id=visit_id,
            service=service,
            prefix=prefix,
            head_start_ms=head_start,
            document=document.replace("@id", visit_id),
            event=event.replace("@id", visit_id),
            event_name=ISSUED,
            rate_limit=queue.kiosk_tickets_per_minute if kiosk else 0,
            caller=command.caller.id,
        )

    return _new(queue, command, draft)


def serve(
    queue: Queue,
    command: Command,
    counter: str,
    service: str,
    *,
    channel: Channel = "desk",
    language: str | None = None,
) -> Answer:
    """Issue, call and start in one command: a walk-in or a phone call at a free counter.

    It never waited and is never announced. Raises as :func:`issue`, and CounterNotFound,
    CounterClosed or CounterBusy.
    """

    def draft(branch: Branch, when: Moment) -> Draft:
        require_counter(branch, counter)
        prefix = require_service(branch, service).prefix
        team = queue.branches.counters(branch.id)[0].get(counter)
        if team is None:
            raise CounterClosed(f"Counter {counter} is closed; open it first.")
        said = require_language(branch, language)
        visit_id = token_urlsafe(_ID_BYTES)
        document = _document(visit_id, when.date, "serving", channel, said, service)
        inquiry = {"service": service, "started_at": "@now", "running_since": "@now"}
        document |= {"counter": counter, "started_at": "@now", "inquiries": [inquiry]}
        document |= {"team": team} if team else {}
        return Draft(
            visit_id=visit_id,
            service=service,
            prefix=prefix,
            head_start_ms=0,
            document=_encode(document),
            event=_event(visit_id, "serving", counter, said, service),
            event_name=SERVED,
            counter=counter,
            team=team,
        )

    return _new(queue, command, draft, counter)


def _new(queue: Queue, command: Command, draft: Drafting, counter: str = "") -> Answer:
    def act() -> Answer:
        told: int | None = None
        for _ in range(ATTEMPTS):
            branch = queue.branches.get(command.branch)
            when = guess_moment(branch, command) if told is None else moment(branch, told)
            reply = queue.visits.issue(
                branch, draft(branch, when), when, command.idempotency, command.at
            )
            if reply[0] == "stale":
                queue.branches.forget(command.branch)
                told = int(reply[1])
            answer = answer_in(reply, counter)
            if answer is not None:
                return answer
        raise exhausted()

    return once(queue, command, act, lambda text: read_answer(text, replayed=True))


@lru_cache(maxsize=4096)
def _waiting(
    date: str,
    channel: Channel,
    language: str,
    service: str,
    priority: Priority,
    head_start: int,
    issued_by: str | None,
) -> tuple[str, str]:
    """The document and event of a ticket with ``@id`` for its id: the same all day for many."""
    document = _document("@id", date, "waiting", channel, language, service)
    document |= {
        "ahead": "@ahead",
        "counters_open": "@open",
        "counters_busy": "@busy",
        "estimate": "@range",
        "inquiries": [{"service": service}],
    }
    if priority != "normal":
        document |= {"priority": priority, "head_start_ms": head_start}
    if issued_by is not None:
        document["issued_by"] = issued_by
    return _encode(document), _event("@id", "waiting", None, language, service)


def _document(
    visit_id: str, date: str, state: str, channel: str, language: str, service: str
) -> dict[str, Any]:
    return {
        "id": visit_id,
        "number": "@number",
        "date": date,
        "state": state,
        "channel": channel,
        "language": language,
        "issued_service": service,
        "issued_at": "@now",
        "place": "@place",
        "queued_at": "@now",
    }


def _event(visit_id: str, state: str, counter: str | None, language: str, service: str) -> str:
    data = {
        "id": visit_id,
        "number": "@number",
        "service": service,
        "state": state,
        "counter": counter,
        "language": language,
        "recalls": 0,
        "at": "@now",
    }
    return _encode(data)
