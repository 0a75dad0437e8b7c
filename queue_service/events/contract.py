"""Every event of a branch's log: its data, its receivers, and the content of webhooks.

``visits/rules/events.py`` decides what screens see; a test compares this table with it and against
what a whole day sends. New members of the data may come; those here stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from queue_service.access.rules.caller import Role
from queue_service.board.contract import StateAnswer
from queue_service.bookings.rules.booking import BookingChannel as BookingChannel
from queue_service.contract.answers import Count, Instant, Seconds
from queue_service.contract.words import ENTRY_PATTERN, DateText, Id, LanguageTag, Published
from queue_service.lifeline.rules import CallState as CallState
from queue_service.reception.rules import HelpState as HelpState
from queue_service.referrals.rules import ReferralState as ReferralState
from queue_service.video.rules import Party
from queue_service.visits.rules.visit import State

EntryId = Annotated[str, Field(pattern=ENTRY_PATTERN, examples=["1795593600000-0"])]
"""An entry of a branch's log: milliseconds since 1970 and a number; a later entry has a greater."""


class Why(Published):
    """The reason of a call: its ``queue`` (a service, or ``@`` and what it is bound to), its
    ``place`` there (microseconds) with the head start in it, and whether a person chose it.

    Of a visit that comes for a booking also the booked time, and the head start for that.
    """

    queue: str
    place: float
    head_start_seconds: Seconds
    chosen: bool
    booked_for: Instant | None = None
    booked_head_start_seconds: Seconds | None = None


class At(Published):
    """When it happened."""

    at: Instant


class VisitSeen(At):
    """A visit as screens see it; ``counter`` if somebody is sent to one, else null.

    ``service`` is null if it is talked about behind a closed door. ``silent`` comes while it is
    called: the call is shown, and not heard.
    """

    number: str
    service: Id | None
    state: State
    counter: Id | None
    language: LanguageTag
    recalls: Count
    silent: bool | None = None


class CallOver(At):
    """A visit that is called no more, as screens see it: it waits again, is missed (``no_show``),
    or its call is over."""

    number: str
    state: Literal["waiting", "no_show", "over"]


class VisitEvent(VisitSeen):
    """A visit as staff see it. ``why`` comes with a call alone; ``was`` is its state before, and
    ``left`` the counter that it is no longer called or served at.

    Its ``service`` is never null; it is ``private`` if screens see null.
    """

    id: str
    private: bool = False
    was: State | None = None
    left: Id | None = None
    why: Why | None = None


class PaperEvent(VisitEvent):
    """A visit that had a number on paper and was entered for its ``date``, or removed again."""

    source: Literal["paper"]
    date: DateText


class VisitTold(At):
    """A visit as webhooks send it.

    Not its language, which with times and places may identify a person, and not why it was called,
    which explains a call to the one who made it.
    """

    id: str
    number: str
    service: Id
    state: State
    counter: Id | None
    recalls: Count


class PaperTold(VisitTold):
    """A visit from paper as webhooks send it: entered for its ``date``, or removed again."""

    source: Literal["paper"]
    date: DateText


class CounterEvent(At):
    """A counter that opened, was handed to another team, or closed."""

    counter: Id
    team: Id | None


class PauseEvent(At):
    """A counter that is paused, or will be once its visit has left."""

    counter: Id
    reason: Id


class CounterChange(At):
    """A counter whose pause is over or was taken back, or to which another clerk has come."""

    counter: Id


class BranchChanged(At):
    """A new revision of the configuration, or a change in the playbook of one of its services."""

    revision: str


class DayReceived(At):
    """The day of a book bus has arrived at the central server."""

    date: DateText


class VideoMessage(At):
    """The two pages of a video counter have messages for each other."""

    counter: Id
    from_: Party = Field(alias="from")


class LifelineEvent(At):
    """A call from a counter (``from``, ``desk``) to a lifeline of the branch ``hall``."""

    id: str
    hall: Id
    lifeline: Id
    from_: Id = Field(alias="from")
    desk: Id
    number: str
    service: Id
    state: CallState
    place: Count | None


class ReferralEvent(At):
    """A referral that was sent, or that changed at either of its branches."""

    id: str
    number: str
    service: Id
    sender: Id
    receiver: Id
    state: ReferralState


class BookingEvent(At):
    """A booking that was made, moved, cancelled or reminded of, or whose citizen has come or not.

    ``code`` changes the booking on its page: the municipality's own letters need it, and no screen
    receives it. ``was`` is the booked time before a move, ``by`` whether the citizen or the branch
    wanted that, or a cancellation. An earlier time that is ``offered`` is
    held ``until`` an instant.
    """

    code: str
    service: Id
    starts_at: Instant
    language: LanguageTag
    channel: BookingChannel
    was: Instant | None = None
    by: Literal["citizen", "staff"] | None = None
    offered: Instant | None = None
    until: Instant | None = None


class BlockEvent(At):
    """Places of a service's times from an instant on that are blocked, 0 if they are released."""

    service: Id
    starts_at: Instant
    places: int


class HelpSeen(At):
    """A call for help from a kiosk, and its state, as kiosks see it."""

    state: HelpState


class HelpEvent(HelpSeen):
    """A call for help from a kiosk, and its state."""

    id: str


class StoreEvent(Published):
    """Whether the store answers. In no log, so it has no id."""

    up: bool


class Nothing(Published):
    """No data: ``{}``."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event: its data for staff, for screens (None: as for staff), and for webhooks.

    ``roles``: its receivers; ``booth``: of the kiosks, only the screen of the video counter where
    it happens. ``told``: None if no webhook sends it. ``logged``: it is in the branch's log, and
    its id can be given as Last-Event-ID.
    """

    staff: type[BaseModel]
    screens: type[BaseModel] | None = None
    told: type[BaseModel] | None = None
    roles: frozenset[Role] = frozenset({"kiosk", "display", "clerk", "supervisor", "admin"})
    logged: bool = True
    booth: bool = False


_STAFF: Final[frozenset[Role]] = frozenset({"clerk", "supervisor", "admin"})
_VISIT: Final = Event(VisitEvent, VisitSeen, VisitTold)
_SERVED: Final = Event(VisitEvent, VisitSeen, VisitTold, _STAFF | {"kiosk"}, booth=True)
"""Of a visit at a counter other screens hear that its call is over, and no more."""
_COUNTER: Final = Event(CounterEvent, At, CounterEvent, _STAFF)
_BRANCH: Final = Event(At, None, At)
_LIFELINE: Final = Event(LifelineEvent, roles=_STAFF)
_REFERRAL: Final = Event(ReferralEvent, roles=_STAFF)

_PRIVATE_VISIT: Final = Event(VisitEvent, roles=_STAFF)
"""A visit's needs and the reason for its priority may concern a citizen's health: no system
receives them."""
_PAUSE: Final = Event(PauseEvent, roles=_STAFF)
"""A counter's pauses are those of the one who works at it: no system keeps a list of them."""
_BOOKING: Final = Event(BookingEvent, None, BookingEvent, _STAFF)
_HELP: Final = Event(HelpEvent, HelpSeen, roles=_STAFF | {"kiosk"})

_SCREENS: Final[frozenset[Role]] = frozenset({"kiosk", "display"})

EVENTS: Final[Mapping[str, Event]] = {
    **{
        f"visit.{name}": _VISIT
        for name in (
            "issued", "called", "recalled", "reclassified", "requeued", "abandoned", "undone",
            "language_changed", "carried", "postponed",
        )
    },
    **{
        f"visit.{name}": _SERVED
        for name in (
            "started", "continued", "completed", "transferred", "parked", "resumed", "no_show",
            "incomplete",
        )
    },
    "visit.call_over": Event(CallOver, roles=_SCREENS),
    "visit.needs_changed": _PRIVATE_VISIT,
    "visit.moved": _PRIVATE_VISIT,
    "visit.errands_changed": _PRIVATE_VISIT,
    "visit.entered": Event(PaperEvent, None, PaperTold, _STAFF),
    "visit.removed": Event(PaperEvent, None, PaperTold, _STAFF),
    "counter.opened": _COUNTER,
    "counter.closed": _COUNTER,
    "counter.paused": _PAUSE,
    "counter.pause_planned": _PAUSE,
    "counter.resumed": Event(CounterChange, roles=_STAFF),
    "counter.taken_over": Event(CounterChange, roles=_STAFF),
    "branch.state_changed": Event(At, roles=_SCREENS),
    "branch.opened": _BRANCH,
    "branch.closed": _BRANCH,
    "branch.changed": Event(BranchChanged, None, BranchChanged),
    "branch.removed": Event(Nothing, logged=False),
    "day.closed": _BRANCH,
    "day.received": Event(DayReceived, None, DayReceived),
    "video.message": Event(
        VideoMessage, roles=frozenset({"kiosk", "clerk", "admin"}), booth=True
    ),
    **{
        f"lifeline.{name}": _LIFELINE
        for name in ("ringing", "taken", "cancelled", "missed", "ended", "acknowledged")
    },
    **{
        f"referral.{name}": _REFERRAL
        for name in ("sent", "accepted", "closed", "returned", "withdrawn", "settled")
    },
    **{
        f"booking.{name}": _BOOKING
        for name in (
            "booked", "moved", "cancelled", "displaced", "restored", "offered", "reminded",
            "arrived", "missed",
        )
    },
    "booking.blocked": Event(BlockEvent, roles=_STAFF),
    **{
        f"help.{name}": _HELP
        for name in ("open", "coming", "helped", "cancelled", "unanswered")
    },
    "snapshot": Event(StateAnswer, logged=False),
    "store": Event(StoreEvent, logged=False),
}  # fmt: skip
"""Every event that a stream may send. Screens receive the events of counters as
branch.state_changed."""

FOR_WEBHOOKS: Final[tuple[str, ...]] = tuple(name for name, event in EVENTS.items() if event.told)
"""The events that webhooks may send."""
GROUPS: Final[tuple[str, ...]] = tuple(
    dict.fromkeys(f"{n.partition('.')[0]}.*" for n in FOR_WEBHOOKS)
)
"""``visit.*`` and its like: all events that begin so."""
