"""Refusals and their reasons, and mistakes of operators.

Every refusal has a stable ``code`` that programs rely on, a sentence that says what to do next, and
leaves nothing changed. ``web/problems/errors.py`` gives each code its HTTP status.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

FieldError = dict[str, str]
"""An invalid field: ``field`` is its path, ``reason`` a sentence."""

REPORTED: Final = 50
"""How many faults one refusal names at most: enough to correct, too few to flood."""


class OperatorError(Exception):
    """The service cannot run as it is set up; its text is one sentence on what to do."""


class QueueError(Exception):
    """A request that cannot be carried out; nothing was changed.

    ``detail`` is one sentence for a person. ``extra`` holds further members of the problem
    document, such as the state that did not allow the command.
    """

    code: ClassVar[str]

    def __init__(self, detail: str, **extra: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra


class Unauthenticated(QueueError):
    """The request has no valid credentials."""

    code = "unauthenticated"


class TokenExpired(Unauthenticated):
    """The token of a program has ended; an administrator makes another."""

    code = "token_expired"


class Forbidden(QueueError):
    """The caller is known, and its role or branch does not allow this."""

    code = "forbidden"


class BranchNotFound(QueueError):
    """No branch has this id."""

    code = "branch_not_found"


class ServiceNotFound(QueueError):
    """The branch has no service with this id."""

    code = "service_not_found"


class CounterNotFound(QueueError):
    """The branch has no counter with this id."""

    code = "counter_not_found"


class VisitNotFound(QueueError):
    """The branch knows no visit with this id, or it is older than the retention."""

    code = "visit_not_found"


class NotFound(QueueError):
    """Nothing is at this address."""

    code = "not_found"


class WrongState(QueueError):
    """The state of the visit, or of another requested part, does not allow it: see ``state``."""

    code = "wrong_state"


class CounterBusy(QueueError):
    """The counter already has a visit that is called or being served: ``visit`` is its id."""

    code = "counter_busy"


class CounterClosed(QueueError):
    """The counter is closed."""

    code = "counter_closed"


class CounterPaused(QueueError):
    """Anyone who is at the counter has paused it."""

    code = "counter_paused"


class NoConversation(QueueError):
    """This video counter has no visit."""

    code = "no_conversation"


class ConversationTaken(QueueError):
    """Another page than the one that asks is the clerk's in this conversation."""

    code = "conversation_taken"


class BranchClosed(QueueError):
    """The branch is outside its opening hours."""

    code = "branch_closed"


class ServicePaused(QueueError):
    """Kiosks give no tickets for the service for now; ``until`` is when they give them again."""

    code = "service_paused"


class ServiceClosed(QueueError):
    """The service is outside its own hours; ``opens_at`` is when numbers are given again."""

    code = "service_closed"


class ServiceFull(QueueError):
    """Kiosks have given as many tickets for the service as they may on this day."""

    code = "service_full"


class TooEarly(QueueError):
    """A citizen arrives long before the booked time; ``come_back_at`` is when to come."""

    code = "too_early"


class TooManyErrands(QueueError):
    """One number covers only so many errands."""

    code = "too_many_errands"


class NotOffered(QueueError):
    """The time cannot be booked: no offer has it, or it is further ahead than can be booked."""

    code = "not_offered"


class SlotTaken(QueueError):
    """Every place of the time that can be booked is held, booked or blocked."""

    code = "slot_taken"


class HoldEnded(QueueError):
    """The hold of the time has ended, and somebody else has the place; or the hold is another
    one's."""

    code = "hold_ended"


class AlreadyBooked(QueueError):
    """The owner of the hold has booked already: ``booking`` is its code."""

    code = "already_booked"


class TooLate(QueueError):
    """The time has begun, or is too near to be booked, moved or cancelled."""

    code = "too_late"


class BookingNotFound(QueueError):
    """No booking has this code, or it is over for more than a day."""

    code = "unknown_code"


class BookingOver(QueueError):
    """The booking is cancelled, missed or has arrived already: see ``state``."""

    code = "booking_over"


class OtherDay(QueueError):
    """A citizen arrives on another day than the booked one; ``starts_at`` is the booked time."""

    code = "other_day"


class BookedElsewhere(QueueError):
    """The booking is one of another branch: ``branch`` is its id, next to its name and address."""

    code = "booked_elsewhere"


class Overlapping(QueueError):
    """Something of the kind is in force already: ``intervention`` is its id."""

    code = "intervention_overlaps"


class AppointmentsMet(QueueError):
    """A change meets another number of citizens with an appointment than the caller has agreed to:
    ``appointments``, of whom so many keep their time after all (``kept``), and so many get a letter
    (``letters``)."""

    code = "appointments_met"


class BranchElsewhere(QueueError):
    """The branch is run on a machine of its own, such as a book bus."""

    code = "branch_elsewhere"


class BranchArchived(QueueError):
    """The branch is out of use; only its past is read."""

    code = "branch_archived"


class BranchTakenOver(QueueError):
    """The central server runs the branch of this machine, so no new numbers are given here."""

    code = "taken_over"


class ServiceInactive(QueueError):
    """The service is switched off in this branch."""

    code = "service_inactive"


class DayFinal(QueueError):
    """The visits of the business day are no longer kept, so nothing comes to its figures."""

    code = "day_final"


class InUse(QueueError):
    """Something open still needs what would be taken away."""

    code = "in_use"


class PreconditionFailed(QueueError):
    """Another user has changed the same in between."""

    code = "precondition_failed"


class Invalid(QueueError):
    """A field is missing, unknown or out of range; ``errors`` names each."""

    code = "invalid"

    @classmethod
    def at(cls, field: str, reason: str, detail: str | None = None) -> Invalid:
        """The refusal of one field. ``detail`` says what to do if the reason does not say it."""
        return cls.of([{"field": field, "reason": reason}], detail)

    @classmethod
    def of(cls, faults: Sequence[FieldError], detail: str | None = None) -> Invalid:
        """One refusal of all these fields."""
        return cls(detail or _correct(faults), errors=list(faults[:REPORTED]))


class PackageAltered(QueueError):
    """A day's package is not what its sender signed, or cannot be read."""

    code = "package_altered"


class OtherBranch(QueueError):
    """A day's package, or a visit in it, belongs to another branch."""

    code = "other_branch"


class NotMobile(QueueError):
    """A bus reports for a branch that the central server has not set up as a mobile one."""

    code = "not_mobile"


class OtherMachine(QueueError):
    """Another machine sends the days of a mobile branch, with the same token."""

    code = "other_machine"


class NewerVersion(QueueError):
    """The request has a form that only a newer version of this service reads."""

    code = "newer_version"


class DateOutOfRange(QueueError):
    """A day's package is of a date that is yet to come, or older than the retention."""

    code = "date_out_of_range"


class PartsMissing(QueueError):
    """Parts of a day's package did not come, or were kept too long; send them again."""

    code = "parts_missing"


class ConfiguredCentrally(QueueError):
    """The configuration of this branch comes from another service."""

    code = "configured_at_home"


class IdempotencyKeyReused(QueueError):
    """The key was already used for another request."""

    code = "idempotency_key_reused"


class RateLimited(QueueError):
    """Too much at once; ``Retry-After`` is the time to wait in whole seconds."""

    code = "rate_limited"


class StoreUnavailable(QueueError):
    """The store does not answer in time, is loading, read-only or full."""

    code = "store_unavailable"


def _correct(faults: Sequence[FieldError]) -> str:
    named = [fault["field"] for fault in faults[:3] if fault["field"]]
    if not named:
        return f"Correct the body: {faults[0]['reason']}"
    if len(faults) == 1:
        return f"Correct {named[0]}: {faults[0]['reason']}"
    more = f" and {len(faults) - len(named)} more" if len(faults) > len(named) else ""
    return f"Correct {', '.join(named)}{more}; the errors say why."
