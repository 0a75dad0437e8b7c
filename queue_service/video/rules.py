"""Video counters: the next visit over several branches, and how two browsers find each other.

A video counter is a screen in one branch that is served by a clerk elsewhere. Picture and sound go
from browser to browser (WebRTC); only the messages by which the two connect pass through here.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha1
from typing import Any, Final, Literal, NamedTuple, get_args

from queue_service.branches.rules.branch import Branch
from queue_service.visits.rules.visit import Visit

Party = Literal["screen", "clerk"]
"""The two ends of a conversation: the page in the booth, and the page of the clerk."""

LineResult = Literal["connected", "reconnected", "lost"]
"""The result of a connection between the two pages; a lost one may be connected again."""
LINE_RESULTS: Final[tuple[LineResult, ...]] = get_args(LineResult)

MESSAGES_KEPT_MS: Final = 60_000
"""How long after the last message of a counter all of them are forgotten. Each is left out once it
is this old itself, so none is in the store for more than twice as long."""
MOST_MESSAGES: Final = 60
"""So many of a counter's messages are kept, the newest."""

MOST_SENT: Final = 120
"""So many messages may a page send within :data:`SENT_SECONDS`: two pages that look for a way to
each other again and again send about 70."""
SENT_SECONDS: Final = 60
MOST_RESULTS: Final = 100
"""The number of connection results that a screen may report within :data:`RESULTS_SECONDS`."""
RESULTS_SECONDS: Final = 300
PAGE_KEPT_MS: Final = 12 * 3600 * 1000
"""For how long a conversation belongs to the clerk's page that called or took it over, unless it
says something. It is over with the visit in any case."""
JOINED: Final = "joined"
"""The message to the screen that another clerk's page has the conversation now."""

_LINE: Final = "video|"

CREDENTIAL_SECONDS: Final = 2 * 3600
"""How long a page may use a TURN server with the credentials it was given."""


def line_field(counter: str, result: LineResult) -> str:
    """The field of the branch's totals that counts a result at a counter."""
    return f"{_LINE}{counter}|{result}"


def counters_of(fields: Iterable[str]) -> list[str]:
    """The counters whose connections the totals count."""
    found = (
        field.removeprefix(_LINE).partition("|")[0] for field in fields if field.startswith(_LINE)
    )
    return sorted(set(found))


class VideoCounter(NamedTuple):
    """A counter of a branch, both by id."""

    branch: str
    counter: str


class Candidate(NamedTuple):
    """The next visit of a counter: its place in the queue (microseconds)."""

    place: int
    branch: str
    counter: str


def in_turn(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates in the order in which they are called: the earliest place first.

    A place is the time of issue less the head start of a priority, as in the queue of one branch.
    Of two that are alike the branch that comes first in the alphabet goes first.
    """
    return sorted(candidates)


def waits_for(visit: Visit, branch: Branch, counter: str, team: str | None, now: int) -> bool:
    """Whether a counter, open with this team, may call a visit next at ``now`` (ms)."""
    if visit.state != "waiting" or (visit.held_until or 0) > now:
        return False
    if visit.for_team or visit.bound:
        return visit.bound == counter or (team is not None and visit.for_team == team)
    return visit.service in branch.takes(counter, team)


def first_of(visits: Collection[Visit]) -> Visit | None:
    """The candidate with the earliest place; None without any."""
    return min(visits, key=lambda visit: visit.place, default=None)


@dataclass(frozen=True, slots=True)
class IceServers:
    """The servers that help two browsers to find a way to each other, by their addresses.

    Without any they connect where both are in one network. ``secret`` is the secret that a TURN
    server shares with this service.
    """

    stun: tuple[str, ...] = ()
    turn: tuple[str, ...] = ()
    secret: str = ""

    def for_page(self, now: int) -> list[dict[str, Any]]:
        """The servers as ``RTCPeerConnection`` takes them, at ``now`` (ms).

        The credentials of TURN hold for two hours, by the convention that coturn calls
        ``use-auth-secret``: the name is when they end, the password its HMAC-SHA1.
        """
        found: list[dict[str, Any]] = [{"urls": list(self.stun)}] if self.stun else []
        if self.turn:
            name = str(now // 1000 + CREDENTIAL_SECONDS)
            digest = hmac.digest(self.secret.encode(), name.encode(), sha1)
            credential = b64encode(digest).decode()
            found.append({"urls": list(self.turn), "username": name, "credential": credential})
        return found
