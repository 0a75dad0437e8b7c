"""Subscriptions: the recipients of alerts, their kinds and channels.

A subscription belongs to the account that made it, and its address is that person's own: it is
kept here alone, goes with the account, and is in no event, log or history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final, Literal, get_args
from urllib.parse import urlsplit

from queue_service.contract.addresses import is_mail_address
from queue_service.errors import Invalid

AlertKind = Literal[
    "goal",  # a goal is at risk
    "wait",  # somebody has waited so many minutes
    "unattended",  # the branch is open, and no counter is
    "kiosk",  # a kiosk gives far more numbers than usual
]
AlertChannel = Literal["board", "mail", "webhook"]

KINDS: Final[tuple[AlertKind, ...]] = get_args(AlertKind)
CHANNELS: Final[tuple[AlertChannel, ...]] = get_args(AlertChannel)
WAIT_MINUTES: Final = range(1, 241)
USUAL_WAIT_MINUTES: Final = 15
MOST: Final = 20
"""Subscriptions that one account may have in one branch."""
_LONGEST_URL: Final = 500


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription. ``target``: a mail address or a URL; empty for the board.

    ``all_clear``: by mail, also when it is over. ``secret`` signs what goes to a webhook.
    """

    id: str
    owner: str
    kinds: tuple[AlertKind, ...]
    wait_minutes: int
    channel: AlertChannel
    target: str = field(repr=False)
    language: str
    created_at: int
    all_clear: bool = False
    secret: str = field(default="", repr=False)

    @property
    def hint(self) -> str:
        """The target as other people may see it: the first letter of an address, a URL's host."""
        if self.channel == "mail":
            name, _, domain = self.target.partition("@")
            return f"{name[:1]}…@{domain}"
        return urlsplit(self.target).hostname or ""


def checked_kinds(value: Iterable[str]) -> tuple[AlertKind, ...]:
    """The kinds of notification, in order and without duplicates. Raises Invalid."""
    wanted = set(value)
    if not wanted or not wanted <= set(KINDS):
        raise Invalid.at("kinds", "Choose at least one event.")
    return tuple(kind for kind in KINDS if kind in wanted)


def checked_minutes(value: str) -> int:
    """A wait in whole minutes. Raises Invalid."""
    if not (value.isascii() and value.isdigit() and int(value) in WAIT_MINUTES):
        raise Invalid.at("minutes", "Use a whole number of minutes from 1 to 240.")
    return int(value)


def checked_channel(value: str) -> AlertChannel:
    """A subscription. Raises Invalid."""
    for channel in CHANNELS:
        if value == channel:
            return channel
    raise Invalid.at("channel", "Choose the board, e-mail or a webhook.")


def checked_target(channel: AlertChannel, value: str, inside: Collection[str]) -> str:
    """The valid form of a target; ``inside``: hosts of the own network that a webhook may reach.

    Raises Invalid.
    """
    if channel == "board":
        return ""
    return _checked_address(value) if channel == "mail" else checked_url(value, inside)


def _checked_address(value: str) -> str:
    if not is_mail_address(value):
        raise Invalid.at("target", "Use one e-mail address, such as name@example.dk.")
    return value


def checked_url(
    value: str, inside: Collection[str], where: str = "target", longest: int = _LONGEST_URL
) -> str:
    """The valid form of a webhook's URL: https, except for a host of the own network. Raises
    Invalid."""
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    odd = parts.username is not None or parts.fragment if host else True
    if not host or odd or port == 0 or len(value) > longest or not _plain(value):
        raise Invalid.at(where, "Use a whole address, such as https://example.dk/alerts.")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in inside):
        raise Invalid.at(where, "Use an address that begins with https://.")
    return value


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text
