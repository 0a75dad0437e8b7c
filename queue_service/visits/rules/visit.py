"""A visit and its inquiries, and the document they are stored as.

All instants are milliseconds since the epoch (UTC), all lengths milliseconds. A stored document
leaves out what has its default, so that a finished visit takes few bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from math import inf
from typing import Any, Final, Literal, NamedTuple, get_args

from queue_service.branches.rules.branch import TEAM
from queue_service.visits.rules.needs import Need, Noted, PriorityReason
from queue_service.visits.rules.packing import unpack

State = Literal[
    "waiting", "called", "serving", "parked", "completed", "no_show", "abandoned", "incomplete"
]
Outcome = Literal["resolved", "self_service", "referred", "follow_up", "unresolved"]
UnknownOutcome = Literal["unknown"]
"""Of an inquiry that is known to be completed, not how."""
Channel = Literal["kiosk", "desk", "phone", "written", "online"]
Priority = Literal["normal", "high"]

OPEN_STATES: Final = frozenset({"waiting", "called", "serving", "parked"})
AT_COUNTER: Final = frozenset({"called", "serving"})
ENDED_STATES: Final[tuple[State, ...]] = ("completed", "no_show", "abandoned", "incomplete")
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
FIRST_CONTACT: Final = frozenset({"resolved", "self_service"})
_decode: Final = json.JSONDecoder().decode
_encode: Final = json.JSONEncoder(separators=(",", ":")).encode
PAPER: Final = "paper"
"""The source of a visit that had a number on paper and was entered afterwards."""
OF_HOME: Final = "home:"
"""On a bus: the binding of numbers that the central server has called or moved."""
OF_BUS: Final = "bus:"
"""At a central server that took over: the binding of the bus' waiting numbers."""

Judgement = Mapping[str, bool]
"""Goal → whether it was within that goal's limit."""


class Inquiry(NamedTuple):
    """One service handled within a visit: the unit of the service goals.

    ``running_since`` is set while the clock runs; ``handled_ms`` is the time that earlier legs
    took, so a parked or transferred inquiry resumes where it was. ``judged`` says for each goal
    whether this inquiry was within it, by the goal in force when it was completed.
    """

    service: str
    outcome: Outcome | UnknownOutcome | None = None
    started_at: int | None = None
    running_since: int | None = None
    handled_ms: int = 0
    completed_at: int | None = None
    counter: str | None = None
    team: str | None = None
    judged: Judgement | None = None
    judged_parked: Judgement | None = None

    @property
    def stood_ms(self) -> int:
        """How long a completed inquiry was paused between start and completion, parked or sent on;
        0 for one that is not completed."""
        if self.started_at is None or self.completed_at is None:
            return 0
        return max(0, self.completed_at - self.started_at - self.handled_ms)

    def paused(self, now: int) -> Inquiry:
        """The inquiry with its clock stopped at ``now``."""
        if self.running_since is None:
            return self
        spent = max(0, now - self.running_since)
        return self._replace(running_since=None, handled_ms=self.handled_ms + spent)

    def running(self, now: int) -> Inquiry:
        """The inquiry with its clock running from ``now``."""
        return self._replace(running_since=now, started_at=self.started_at or now)


class Errand(NamedTuple):
    """A service that is still wanted, and for how many people: so many inquiries."""

    service: str
    people: int = 1


class Stay(NamedTuple):
    """A stretch that a visit spent at a counter, called or served, before it went on elsewhere.

    ``parked`` when it was laid aside then; else it waited again.
    """

    counter: str
    since: int
    until: int
    parked: bool = False


class Queued(NamedTuple):
    """How a visit was queued until ``until``, when its citizen asked for a later time."""

    until: int
    place: int
    head_start_ms: int
    waited_ms: int
    queued_at: int
    held_until: int | None
    not_before: int | None
    away: tuple[tuple[int, int], ...]
    estimate: tuple[int, int] | None
    booked_head_start_ms: int = 0


class Visit(NamedTuple):
    """One citizen's stay. The ``number`` is on the ticket; the ``id`` is the identity.

    ``place`` orders the queue: microseconds, from the time of issue less the head start, with a
    sequence in the last three digits so that no two tickets tie. ``queued_at`` begins the present
    stretch of waiting and may lie ahead, when the citizen asked for a delay. ``counter`` is where
    the visit is, was parked, or ended. ``bound`` is the one counter that is to call it,
    ``for_team`` the one team; at most one of them is set, until the citizen is served. ``stamp`` is
    the change that made it what it is: two changes that look alike have different ones. ``stays``
    are its earlier stretches at counters, ``resumed_at`` is when it was last brought back to one.
    ``issued_by`` is the id of the kiosk's token, so that the kiosk can take back what it issued by
    mistake; it is never set for staff. ``silent``: the last call made no sound, and makes none on a
    screen that comes back later.

    The estimate shown at issue is never changed: ``ahead`` (people, whatever their service),
    ``counters_open`` and ``counters_busy`` (of those that take the service), and ``estimate``, the
    range of the wait in seconds; a delay the citizen asks for, or a priority given later, takes it
    back. ``needs`` and ``priority_reason`` are notes of the staff (``visits/rules/needs.py``).

    ``closed`` are the times, from and until, over which it was carried while the branch was closed,
    and ``carried_to`` is when the branch opens after the last of them.

    ``not_before`` is the time as of which it is queued, where the citizen asked not to be called
    before: the time that was asked for, or when they were back. ``away`` are the times, from and
    until, that they asked for (``visits/rules/postponing.py``). ``earlier`` is how it was queued
    before, as long as nothing else has happened to it since.

    ``errands`` come after the inquiry at hand, in order (``visits/rules/errands.py``).

    ``booked_for`` is the time of the booking that it comes for, None for one that walked in, and
    ``booked_head_start_ms`` how much earlier it is queued for that (``visits/rules/booked.py``); 0
    if it came late.

    ``source`` is ``paper`` for a visit that had a number on paper (``paper/rules.py``); it was
    entered at ``entered_at``, when it had ended already, and may lack any time but the issue.
    """

    id: str
    number: str
    date: str
    state: State
    channel: Channel
    language: str
    issued_service: str
    issued_at: int
    place: int
    queued_at: int
    inquiries: tuple[Inquiry, ...]
    priority: Priority = "normal"
    head_start_ms: int = 0
    ahead: int | None = None
    counters_open: int | None = None
    counters_busy: int | None = None
    estimate: tuple[int, int] | None = None
    waited_ms: int = 0
    walked_ms: int = 0
    held_until: int | None = None
    bound: str | None = None
    first_called_at: int | None = None
    called_at: int | None = None
    called_to: str | None = None
    recalled_at: int | None = None
    recalls: int = 0
    started_at: int | None = None
    ended_at: int | None = None
    counter: str | None = None
    team: str | None = None
    judged: Judgement | None = None
    stamp: str = ""
    resumed_at: int | None = None
    stays: tuple[Stay, ...] = ()
    issued_by: str | None = None
    silent: bool = False
    for_team: str | None = None
    needs: tuple[Need, ...] = ()
    priority_reason: PriorityReason | None = None
    closed: tuple[tuple[int, int], ...] = ()
    carried_to: int | None = None
    source: Literal["paper"] | None = None
    entered_at: int | None = None
    not_before: int | None = None
    away: tuple[tuple[int, int], ...] = ()
    errands: tuple[Errand, ...] = ()
    earlier: Queued | None = None
    booked_for: int | None = None
    booked_head_start_ms: int = 0

    @property
    def noted(self) -> Noted:
        """The notes of staff on it."""
        return Noted(self.needs, self.priority_reason)

    @property
    def inquiry(self) -> Inquiry:
        """The inquiry at hand: the last one."""
        return self.inquiries[-1]

    @property
    def service(self) -> str:
        """The service the visit waits for or is served with now."""
        return self.inquiries[-1].service

    @property
    def also_wanted(self) -> tuple[str, ...]:
        """The other services that it is for after the inquiry at hand, each once, in their order by
        name."""
        if not self.errands:
            return ()
        return tuple(sorted({e.service for e in self.errands} - {self.service}))

    @property
    def bound_to(self) -> str | None:
        """The only counter or team that calls it next: a counter's id, or ``team:`` and a team's;
        None for any.

        No id has a colon, so that a team is never taken for a counter.
        """
        return self.bound or (f"{TEAM}{self.for_team}" if self.for_team else None)

    @property
    def at_counter_since(self) -> int | None:
        """When it last came to a counter: called, brought back, or served at once."""
        return max(self.called_at or 0, self.resumed_at or 0) or self.started_at

    def left_counter(self, until: int, *, parked: bool = False) -> Visit:
        """The visit with its stretch at the counter kept, which ends now."""
        since = self.at_counter_since
        if since is None or not self.counter:
            return self
        return self._replace(
            stays=(*self.stays, Stay(self.counter, since, max(since, until), parked))
        )

    @property
    def came(self) -> bool:
        """Whether the citizen has come to the counter since the last call, or was served at once.

        The call is then over, wherever the visit went from there.
        """
        if self.state in ("serving", "parked", "completed", "incomplete"):
            return True
        return self.started_at is not None and self.started_at >= (self.called_at or 0)

    @property
    def left_uncalled(self) -> bool:
        """Whether the citizen left before any call; at the latest when the day was closed."""
        return self.state == "abandoned" and self.first_called_at is None

    @property
    def drew_number(self) -> bool:
        """Whether it waited for its turn. A visit that was served at once did not, which its
        missing number of people ahead shows; for a number on paper it is unknown."""
        return self.ahead is not None or self.source == PAPER

    def first_wait(self, until: int | None) -> int | None:
        """From issue to ``until``, the first call or departure; None if there is no such wait.

        The time over which it was carried is left out, unless the wait ended before that was over,
        and so is the time that the citizen asked for, and that before the booked time.

        A visit served at once never waited for its turn, even if a transfer has it wait and be
        called later.
        """
        if until is None or not self.drew_number:
            return None
        closed = (span for span in self.closed if span[1] <= until)
        left_out = _length_within((*closed, *self.away, *self._before_booking), until)
        return max(0, until - self.issued_at - left_out)  # a clock may have been set back

    @property
    def waits_since(self) -> int:
        """Its issue, later by the time over which it was carried, the time that the citizen asked
        for and that before the booked time: the wait that is shown goes on without them."""
        return self.issued_at + _length_within((*self.closed, *self.away, *self._before_booking))

    @property
    def before_booked_time(self) -> bool:
        """Whether it came before the time of its booking, so that its wait begins later."""
        return self.booked_for is not None and self.booked_for > self.issued_at

    @property
    def _before_booking(self) -> tuple[tuple[int, int], ...]:
        return ((self.issued_at, self.booked_for or 0),) if self.before_booked_time else ()

    def is_carried(self, now: int) -> bool:
        """Whether it waits for the branch to open again, at ``now`` (ms) or later."""
        return self.state == "waiting" and self.carried_to is not None and self.carried_to >= now

    def wait_ended_since(self, before: Visit) -> int | None:
        """The first wait, if a call has ended it since the visit was as ``before``."""
        return self.first_wait(self.first_called_at) if before.first_called_at is None else None

    def with_inquiry(self, inquiry: Inquiry) -> Visit:
        """The visit with its last inquiry replaced."""
        return self._replace(inquiries=(*self.inquiries[:-1], inquiry))

    def waited(self, now: int) -> int:
        """How long the citizen has waited in all, without a delay they asked for."""
        if self.state != "waiting":
            return self.waited_ms
        return self.waited_ms + max(0, now - self.queued_at)

    def document(self) -> dict[str, Any]:
        """The visit as a JSON-ready mapping, without what has its default."""
        document = _without_defaults(self)
        document["inquiries"] = [_without_defaults(i) for i in self.inquiries]
        if self.errands:
            document["errands"] = [_without_defaults(errand) for errand in self.errands]
        if self.earlier:
            document["earlier"] = self.earlier._asdict()
        return document

    def to_json(self) -> str:
        """The stored form; :func:`visit_from_json` reads it back."""
        return _encode(self.document())


def _length_within(spans: Iterable[tuple[int, int]], until: float = inf) -> int:
    """How long the spans last together up to an instant, each moment counted once."""
    total, reached = 0, 0
    for begins, ends in sorted(spans):
        since, end = max(begins, reached), int(min(ends, until))
        total += max(0, end - since)
        reached = max(reached, end)
    return total


def _without_defaults(item: Visit | Inquiry | Errand) -> dict[str, Any]:
    defaults = item._field_defaults
    values = item._asdict().items()
    return {k: v for k, v in values if k not in defaults or v != defaults[k]}


def visit_from_json(text: str) -> Visit:
    """Read a stored visit, packed or not."""
    document = _decode(unpack(text))
    document["inquiries"] = tuple([Inquiry(**inquiry) for inquiry in document["inquiries"]])
    if "errands" in document:
        document["errands"] = tuple(Errand(**errand) for errand in document["errands"])
    if "stays" in document:
        document["stays"] = tuple(Stay(*stay) for stay in document["stays"])
    for name in ("closed", "away"):
        if name in document:
            document[name] = tuple((begins, ends) for begins, ends in document[name])
    for name in ("estimate", "needs"):
        if document.get(name):
            document[name] = tuple(document[name])
    if "earlier" in document:
        queued = document["earlier"]
        queued["away"] = tuple((begins, ends) for begins, ends in queued["away"])
        queued["estimate"] = queued["estimate"] and tuple(queued["estimate"])
        document["earlier"] = Queued(**queued)
    return Visit(**document)


def visit_or_none(text: str) -> Visit | None:
    """The same, or None if a disk or a program has damaged what is stored."""
    try:
        return visit_from_json(text)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def as_issued(visit: Visit) -> Visit:
    """The visit before anything that is counted happened to it."""
    return visit._replace(
        state="waiting",
        inquiries=(Inquiry(visit.issued_service),),
        first_called_at=None,
        started_at=None,
        ended_at=None,
        judged=None,
    )
