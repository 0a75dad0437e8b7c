"""A paper ticket: its number, its times on the clock, and the visit that they make.

A number is the number of its sheet, a hyphen, and its place on it: ``14-3``. It begins with a digit
and a ticket of the service with a letter, so that the two never meet.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from queue_service.errors import FieldError
from queue_service.language.catalogues import N_
from queue_service.visits.rules.visit import PAPER, Inquiry, Outcome, UnknownOutcome, Visit

NUMBER_PATTERN: Final = r"^[1-9][0-9]{0,5}-[1-8]$"
CLOCK_PATTERN: Final = r"^([01]?[0-9]|2[0-3])[:.]?[0-5][0-9][abAB]?$"
TICKETS_ON_A_SHEET: Final = 8
MOST_SHEETS: Final = 30
"""As many sheets are made at once."""
SHEETS_SKIPPED: Final = 1000
"""So many are taken for printed if it is unknown which are."""
MOST_ROWS: Final = 100
REMOVED_WITHIN_MS: Final = 86_400_000
"""For so long after it was entered a ticket can be removed, to be entered again."""

Ended = Literal["completed", "no_show", "abandoned"]
SheetMoment = Literal["taken", "called", "started", "done"]
MOMENTS: Final[tuple[SheetMoment, ...]] = ("taken", "called", "started", "done")

NO_SUCH_TIME: Final = N_("The clock never showed this time that day.")
TWICE: Final = N_(
    "The clock showed this time twice that day: write a after it for the first time, b for the "
    "second."
)
ONCE: Final = N_("The clock showed this time once that day: leave the letter out.")
TO_COME: Final = N_("This time is still to come.")
EARLIER: Final = N_("It lies before the time on its left.")
NUMBER_REASON: Final = N_("It must be a number of a printed sheet, such as 14-3.")
NOT_PRINTED: Final = N_("No sheet with this number was printed here: check the number.")
CLOCK_REASON: Final = N_("It must be a time of day, such as 9:30.")
TAKEN_MISSING: Final = N_("Write when the number was taken.")
NOT_STARTED: Final = N_(
    "Only who was helped has a beginning: choose how it ended, or leave it out."
)
NOT_CALLED: Final = N_(
    "A visit that left before the call has no call: choose “did not come” instead."
)
NO_OUTCOME: Final = N_("Only who was helped has an outcome: leave it out.")
TWICE_HERE: Final = N_("This number is in another row already.")
REASONS: Final = (
    NO_SUCH_TIME, TWICE, ONCE, TO_COME, EARLIER, TAKEN_MISSING, NOT_STARTED, NOT_CALLED, NO_OUTCOME,
    TWICE_HERE, NUMBER_REASON, NOT_PRINTED, CLOCK_REASON,
)  # fmt: skip
"""The sentences that a row can be refused with."""

_LAST_HOUR: Final = 23
_CLOCK: Final = re.compile(r"(\d{1,2})[:.]?(\d{2})([ab]?)")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class SheetDay(NamedTuple):
    """A business day: its date, its zone, and until when it may be entered (ms)."""

    date: str
    timezone: str
    now: int


class Written(NamedTuple):
    """The content of a ticket. Times are as on the clock, ``""`` for an empty field."""

    number: str
    service: str
    ended: Ended
    times: Mapping[SheetMoment, str]
    outcome: Outcome | None = None
    counter: str | None = None
    team: str | None = None


class Instants(NamedTuple):
    """When it happened, in ms; None if it is not known."""

    taken: int | None
    called: int | None
    started: int | None
    done: int | None


def sheet_numbers(sheet: int) -> list[str]:
    """The numbers on one sheet."""
    return [f"{sheet}-{place}" for place in range(1, TICKETS_ON_A_SHEET + 1)]


def sheet_of(number: str) -> int:
    """The sheet that a number is on."""
    return int(number.partition("-")[0])


def instant(day: SheetDay, clock: str) -> int | str:
    """When the clock showed a time that day, in ms; else the sentence that says what is wrong.

    ``0930`` and ``9.30`` are ``09:30``. In the hour that the end of summer time doubles an ``a`` or
    ``b`` says which of the two it was.
    """
    found = _CLOCK.fullmatch(clock.lower())
    if found is None or int(found[1]) > _LAST_HOUR:
        return NO_SUCH_TIME
    hour, minute, letter = found.groups()
    wall = datetime.fromisoformat(f"{day.date}T{hour:0>2}:{minute}:00")
    zone = ZoneInfo(day.timezone)
    shown = sorted({_ms(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1)})
    shown = [at for at in shown if _wall(at, zone) == wall]
    if not shown:
        return NO_SUCH_TIME
    if len(shown) == 1 and letter:
        return ONCE
    if len(shown) > 1 and not letter:
        return TWICE
    at = shown[letter == "b"]
    return at if at <= day.now else TO_COME


def clock_of(day: SheetDay, at: int | None) -> str:
    """The time as :func:`instant` reads it back; ``""`` for None."""
    if at is None:
        return ""
    clock = _wall(at, ZoneInfo(day.timezone)).time().isoformat("minutes")
    if instant(day, clock) != TWICE:
        return clock
    return next(f"{clock}{letter}" for letter in "ab" if instant(day, f"{clock}{letter}") == at)


def read(day: SheetDay, written: Written) -> tuple[Instants, list[FieldError]]:
    """The instants of a ticket, and what is wrong with it, by field."""
    found = {name: instant(day, clock) for name, clock in written.times.items() if clock}
    faults = [_fault(name, at) for name, at in found.items() if isinstance(at, str)]
    times = {name: at for name, at in found.items() if isinstance(at, int)}
    faults += _out_of_order(times)
    faults += _not_of(written)
    return Instants(*(times.get(name) for name in MOMENTS)), faults


def _out_of_order(times: Mapping[SheetMoment, int]) -> Iterator[FieldError]:
    latest = 0
    for name in MOMENTS:
        at = times.get(name)
        if at is None:
            continue
        if at < latest:
            yield _fault(name, EARLIER)
        latest = max(latest, at)


def _not_of(written: Written) -> Iterator[FieldError]:
    """The fields that contradict such an end."""
    if not written.times.get("taken"):
        yield _fault("taken", TAKEN_MISSING)
    if written.ended == "completed":
        return
    if written.times.get("started"):
        yield _fault("started", NOT_STARTED)
    if written.outcome is not None:
        yield _fault("outcome", NO_OUTCOME)
    if written.ended == "abandoned" and written.times.get("called"):
        yield _fault("called", NOT_CALLED)


def visit_of(
    written: Written, at: Instants, *, visit_id: str, date: str, language: str, now: int
) -> Visit:
    """The visit of a ticket without errors, entered at ``now`` (ms).

    An unknown time stays out of its figures: without a call there is no waiting time, without
    beginning and end no inquiry. A missing beginning is the call, as for a visit that is completed
    without being started.
    """
    taken = at.taken or 0
    left = at.done if written.ended != "no_show" else at.done or at.called
    waited = at.called if written.ended != "abandoned" else at.done
    return Visit(
        id=visit_id,
        number=written.number,
        date=date,
        state=written.ended,
        channel="desk",
        language=language,
        issued_service=written.service,
        issued_at=taken,
        place=taken * 1000,
        queued_at=taken,
        inquiries=(_inquiry(written, at),),
        waited_ms=0 if waited is None else waited - taken,
        walked_ms=at.started - at.called if at.started and at.called else 0,
        first_called_at=at.called,
        called_at=at.called,
        called_to=written.counter if at.called else None,
        started_at=at.started,
        ended_at=left,
        counter=written.counter,
        team=written.team,
        source=PAPER,
        entered_at=now,
    )


def _inquiry(written: Written, at: Instants) -> Inquiry:
    begun = at.started or at.called
    if written.ended != "completed" or begun is None or at.done is None:
        return Inquiry(written.service, started_at=at.started)
    unknown: UnknownOutcome = "unknown"
    return Inquiry(
        written.service,
        outcome=written.outcome or unknown,
        started_at=begun,
        handled_ms=at.done - begun,
        completed_at=at.done,
        counter=written.counter,
        team=written.team,
    )


def visit_id(branch: str, date: str, number: str) -> str:
    """The id of a ticket's visit: the same however often it is entered, on a bus and on the central
    server."""
    digest = blake2b(f"{branch}|{date}|{number}".encode(), digest_size=15).digest()
    return urlsafe_b64encode(digest).decode()


def same(entered: Visit, visit: Visit) -> bool:
    """Whether two visits have the same data of a ticket."""
    return _told(entered) == _told(visit)


def _told(visit: Visit) -> Visit:
    """The visit without what entering it adds, and without how goals judged it."""
    bare = tuple(i._replace(judged=None, judged_parked=None) for i in visit.inquiries)
    return visit._replace(
        id="", entered_at=None, stamp="", language="", judged=None, inquiries=bare
    )


def _fault(field: str, reason: str) -> FieldError:
    return {"field": field, "reason": reason}


def _ms(local: datetime) -> int:
    return (local - _EPOCH) // timedelta(milliseconds=1)


def _wall(at: int, zone: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(milliseconds=at)).astimezone(zone).replace(tzinfo=None)
