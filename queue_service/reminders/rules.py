"""Which message is due to a citizen who asked for one.

A reminder belongs to a visit that waits. Two messages may be sent: when so few people are ahead as
the citizen chose, and when the number is called. Each is sent once, however often the reminder is
changed or taken back. After the call nothing is left to send, and the address is forgotten; a
citizen who waits again may ask again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from queue_service.following.rules import Followed

MessageChannel = Literal["text", "push"]
MessageReason = Literal["place", "call"]
MessageOutcome = Literal["sent", "failed"]
STATES: Final[Mapping[MessageReason, str]] = {"place": "waiting", "call": "called"}
"""The state of a visit in which each message is sent."""
MESSAGE_CHANNELS: Final[tuple[MessageChannel, ...]] = get_args(MessageChannel)
MESSAGE_OUTCOMES: Final[tuple[MessageOutcome, ...]] = get_args(MessageOutcome)
MOST_AHEAD: Final = 20
"""The most people ahead at whom a message can be wanted."""
PLACE_TTL_SECONDS: Final = 60
"""How long a push service keeps the message near the turn, which soon is true no more."""
LONGEST_TTL_SECONDS: Final = 24 * 3600
LONGEST_ENDPOINT: Final = 2000
"""The longest address of a browser at its push service."""

_PROMISED: Final = ("waiting", "next")
"""The states of a waiting visit whose turn comes by itself."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """The wish of a citizen: where to, and from how many people ahead on.

    ``to`` is a telephone number, or the stored form of a browser's subscription. It is empty once
    nothing is left to send. ``begun`` has the reasons whose message was sent,
    or tried.
    """

    channel: MessageChannel
    to: str = field(repr=False)
    place: int
    begun: tuple[MessageReason, ...] = ()


def due(reminder: Reminder, followed: Followed) -> MessageReason | None:
    """The message that is due in this state of the visit, if any."""
    if not reminder.to:
        return None
    if followed.state == "called":
        return None if "call" in reminder.begun else "call"
    if followed.state not in _PROMISED or followed.ahead is None:
        return None
    near = followed.ahead <= reminder.place
    return "place" if near and "place" not in reminder.begun else None


def ttl_seconds(reason: MessageReason, no_show_after_seconds: int) -> int:
    """How long a push service keeps a message for a phone that it does not reach.

    The one at the call is kept until the call counts as missed, and never longer than a day.
    """
    return (
        PLACE_TTL_SECONDS if reason == "place" else min(no_show_after_seconds, LONGEST_TTL_SECONDS)
    )


def outcome_field(channel: MessageChannel, outcome: MessageOutcome) -> str:
    """The field of a branch's totals that counts messages."""
    return f"reminder|{channel}|{outcome}"
