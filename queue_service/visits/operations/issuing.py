"""Tickets: issued to wait, or served at once."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from secrets import token_urlsafe
from typing import Final, NamedTuple

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import Moment, moment
from queue_service.branches.rules.interventions import in_force, kiosk_cap, unchanged_within
from queue_service.branches.rules.service_hours import unchanged_by_services
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, once, retry_with_time
from queue_service.errors import BranchClosed, Forbidden, QueueError, ServiceFull, TooEarly
from queue_service.language.instants import rfc3339
from queue_service.visits.operations.deciding import result_in
from queue_service.visits.operations.errands import require_not_full
from queue_service.visits.operations.visits import carry
from queue_service.visits.rules.booked import Booked
from queue_service.visits.rules.command_result import CommandResult, read_answer
from queue_service.visits.rules.errands import require_few, without_one
from queue_service.visits.rules.events import ISSUED, SERVED
from queue_service.visits.rules.follow_code import follow_code
from queue_service.visits.rules.needs import Noted
from queue_service.visits.rules.refusals import (
    counter_closed,
    require_counter,
    require_in_hours,
    require_issuing,
    require_language,
    require_not_paused,
    require_service,
)
from queue_service.visits.rules.ticket_template import ESTIMATE, ID, NUMBER, Blank, Ticket
from queue_service.visits.rules.visit import Channel, Errand, Inquiry, Priority, State, Visit
from queue_service.visits.store.visit_store import VisitStore

_ID_BYTES: Final = 15
_NOTHING: Final = Noted()


class _Wanted(NamedTuple):
    """The request for a ticket. ``counter`` is the counter that the visit is bound to; with
    ``serve`` it is served there at once. ``errands`` come after the first inquiry of ``service``.
    ``follow``: with a code for the citizen's phone. ``booked`` is the booking that it is for.
    """

    service: str
    language: str | None
    channel: Channel
    priority: Priority = "normal"
    noted: Noted = _NOTHING
    counter: str | None = None
    serve: bool = False
    errands: tuple[Errand, ...] = ()
    follow: bool = False
    booked: Booked | None = None


def issue(
    queue: Queue,
    command: Command,
    service: str,
    *,
    language: str | None = None,
    channel: Channel = "kiosk",
    priority: Priority = "normal",
    noted: Noted = _NOTHING,
    counter: str | None = None,
    people: int = 1,
    errands: Iterable[Errand] = (),
    follow: bool = False,
    booked: Booked | None = None,
) -> CommandResult:
    """Issue a ticket, for the service of so many ``people`` and then for further ``errands``. With
    ``follow`` it has a code for the citizen's phone. ``booked`` is the booking that its citizen
    comes for.

    Raises TooManyErrands, ServiceNotFound, ServiceInactive, BranchClosed, ServiceClosed and
    RateLimited, and ServicePaused or ServiceFull where an intervention says so.

    Raises TooEarly for a booking whose time is too far ahead; ``anyway`` makes it a ticket like
    any other. The hours, pauses and limits of a service do not bind who has a booking for it.

    Opening hours and interventions bind kiosks alone: a clerk may still issue. A kiosk that gives
    priority, notes anything or chooses a counter is refused: Forbidden. A reason gives priority.
    With a counter the visit is bound to it: CounterNotFound, and CounterClosed if it is closed.
    """
    if noted.reason:
        priority = "high"
    if command.caller.role == "kiosk":
        if priority != "normal":
            raise Forbidden("A kiosk cannot give priority; a clerk can.")
        if noted.needs or counter is not None:
            raise Forbidden("A kiosk notes no needs and chooses no counter; a clerk can.")
    every = (Errand(service, people), *errands)
    require_few(every)
    left = without_one(every, service)
    wanted = _Wanted(
        service, language, channel, priority, noted, counter,
        errands=left, follow=follow, booked=booked,
    )  # fmt: skip
    return _issue_once(queue, command, wanted)


def serve(
    queue: Queue,
    command: Command,
    counter: str,
    service: str,
    *,
    channel: Channel = "desk",
    language: str | None = None,
) -> CommandResult:
    """Issue, call and start in one command: a walk-in or a phone call at a free counter.

    It never waited and is never announced. Raises as :func:`issue`, and CounterNotFound,
    CounterClosed, CounterPaused or CounterBusy.
    """
    wanted = _Wanted(service, language, channel, counter=counter, serve=True)
    return _issue_once(queue, command, wanted)


def _issue_once(queue: Queue, command: Command, wanted: _Wanted) -> CommandResult:
    act = partial(_issue, queue, command, wanted)
    return once(queue, command, act, partial(_issued_before, command, wanted))


def _issued_before(command: Command, wanted: _Wanted, text: str) -> CommandResult:
    return _with_code(command, wanted, read_answer(text, replayed=True))


def _with_code(command: Command, wanted: _Wanted, result: CommandResult) -> CommandResult:
    """The result of a repeated request with the code that the first had made."""
    code = follow_code(command.branch, result.visit.id, command.idempotency)
    return result._replace(code=code if wanted.follow else "")


@retry_with_time
def _issue(queue: Queue, command: Command, now: int, wanted: _Wanted) -> CommandResult | None:
    branch = queue.get(BranchStore).get(command.branch, command.at)
    when = moment(branch, now)
    if branch.interventions:
        edges = unchanged_within(branch.interventions, now, when.since, when.until)
        when = replace(when, since=edges[0], until=edges[1])
    if branch.timed_services:
        edges = unchanged_by_services(branch, now, when.since, when.until)
        when = replace(when, since=edges[0], until=edges[1])
    booking = wanted.booked.booking if wanted.booked is not None else ""
    if wanted.booked is not None:
        edges = wanted.booked.unchanged_within(now, when.since, when.until)
        when = replace(when, since=edges[0], until=edges[1])
        wanted = wanted._replace(booked=_in_order(wanted.booked, when.since))
    if wanted.serve:
        ticket = _at_counter(queue, wanted, branch, when)
    else:
        ticket = _to_wait(queue, command, wanted, branch, when)._replace(booking=booking)
    visit_id = token_urlsafe(_ID_BYTES)
    code = follow_code(branch.id, visit_id, command.idempotency) if wanted.follow else ""
    reply = queue.get(VisitStore).issue(
        branch, ticket, visit_id, when, command.idempotency, command.at, code
    )
    if reply[0] == "full":
        raise ServiceFull("No more numbers are given for this service today.")
    result = result_in(queue, command, reply, wanted.counter)
    if result and branch.interventions and result.visit.state == "waiting" and not result.replayed:
        _carry_over(queue, command, branch, result.visit, when)
    if result and result.replayed:
        return _with_code(command, wanted, result)
    return result and result._replace(code=code)


def _to_wait(
    queue: Queue, command: Command, wanted: _Wanted, branch: Branch, when: Moment
) -> Ticket:
    require_issuing(branch)
    wanted_service = require_service(branch, wanted.service)
    for errand in wanted.errands:
        require_service(branch, errand.service)
    if wanted.counter is not None:
        require_counter(branch, wanted.counter)
    kiosk = command.caller.role == "kiosk"
    if kiosk and not when.open:
        raise BranchClosed("The branch is closed; see the opening hours and come back then.")
    if kiosk:
        own = () if wanted.booked else (wanted.service,)
        for service in (*own, *(errand.service for errand in wanted.errands)):
            require_in_hours(branch, service, when.since)
            require_not_paused(branch, service, when.since)
            if service != wanted.service:
                require_not_full(queue, branch, service, when.since)
    capped = kiosk and wanted.booked is None
    cap = kiosk_cap(branch.interventions, wanted.service, when.since) if capped else None
    spoken = require_language(branch, wanted.language)
    high = wanted.priority == "high"
    visit = _visit("waiting", when, wanted.channel, spoken, Inquiry(wanted.service))._replace(
        priority=wanted.priority,
        head_start_ms=branch.priority_head_start_seconds * 1000 if high else 0,
        ahead=Blank.ahead,
        counters_open=Blank.open,
        counters_busy=Blank.busy,
        estimate=ESTIMATE,
        issued_by=command.caller.id if kiosk else None,
        bound=wanted.counter,
        needs=wanted.noted.needs,
        priority_reason=wanted.noted.reason,
        errands=wanted.errands,
    )
    if wanted.booked is not None:
        visit = _for_booking(visit, wanted.booked, when.since)
    rate_limit = queue.kiosk_tickets_per_minute if kiosk else 0
    return Ticket(
        visit,
        wanted_service.prefix,
        ISSUED,
        rate_limit,
        command.caller.id,
        cap,
        private=wanted_service.private,
        booked=wanted.booked,
    )


def _in_order(booked: Booked, now: int) -> Booked | None:
    """The booking as it counts in the order; None if its citizen waits like anyone who walks in.

    Raises TooEarly.
    """
    if booked.arrival(now) != "early":
        return booked
    if not booked.anyway:
        raise TooEarly(
            "It is too early for this appointment.",
            starts_at=rfc3339(booked.at),
            come_back_at=rfc3339(booked.first),
        )
    return None


def _for_booking(visit: Visit, booked: Booked, now: int) -> Visit:
    """A visit that waits for its booked time; late, it has its place by the arrival alone."""
    if booked.arrival(now) == "late":
        return visit._replace(booked_for=booked.at)
    return visit._replace(
        booked_for=booked.at, booked_head_start_ms=Blank.head, queued_at=Blank.waits
    )


def _at_counter(queue: Queue, wanted: _Wanted, branch: Branch, when: Moment) -> Ticket:
    counter = wanted.counter or ""
    require_issuing(branch)
    require_counter(branch, counter)
    service = require_service(branch, wanted.service)
    opened, _ = queue.get(VisitStore).counters(branch.id)
    team = opened.get(counter)
    if team is None:
        raise counter_closed(counter)
    spoken = require_language(branch, wanted.language)
    inquiry = Inquiry(service.id, started_at=Blank.now, running_since=Blank.now)
    visit = _visit("serving", when, wanted.channel, spoken, inquiry)._replace(
        started_at=Blank.now, counter=counter, team=team or None
    )
    return Ticket(visit, service.prefix, SERVED, private=service.private)


def _visit(state: State, when: Moment, channel: Channel, language: str, inquiry: Inquiry) -> Visit:
    return Visit(
        id=ID,
        number=NUMBER,
        date=when.date,
        state=state,
        channel=channel,
        language=language,
        issued_service=inquiry.service,
        issued_at=Blank.now,
        place=Blank.place,
        queued_at=Blank.now,
        inquiries=(inquiry,),
    )


def _carry_over(queue: Queue, command: Command, branch: Branch, visit: Visit, when: Moment) -> None:
    """Carry over at once whom the staff have wait while the branch is closed for the day."""
    step = Command(command.branch, command.caller, None, command.at)
    for one in in_force(branch.interventions, when.since, "carry_over"):
        # It is issued, whatever comes of this: the schedule carries over who is not yet.
        with suppress(QueueError):
            carry(queue, step, visit.id, one.begins, one.ends)
