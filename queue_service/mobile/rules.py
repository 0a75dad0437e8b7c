"""A day's package: its content, its signature and parts, and the days still to be sent.

A package is one JSON text: a header, and the day's content as documents. Its ``content`` digest
shows whether two packages of a day have the same content; the signature covers all of the text.
Both sides know the token: the bus its secret, the central server the digest of it, which is the key
of the signature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from queue_service.visits.rules.visit import ENDED_STATES, Inquiry, Visit

FORMAT: Final = 1
"""The form of packages that this version writes, and the newest that it reads."""
PART_CHARACTERS: Final = 48 * 1024
"""A part of a package as it is sent; a request takes at most 64 KiB."""
MOST_PARTS: Final = 64
MOST_BYTES: Final = 32 * 1024 * 1024
"""A package's text when it is unpacked."""
MOST_COUNTED: Final = 100_000
"""The most that a day of a bus has of answers, of saved visits or of contacts, all together."""
PACKAGES_KEPT: Final = 2
"""Of so many packages that are not complete the central server keeps the parts; of more, the oldest
ones go."""
PARTS_KEPT_SECONDS: Final = 3600
"""How long the central server keeps parts of a package that is not complete."""
SETTLED_AFTER_MS: Final = 300_000
"""So long after its end a day is whole: its last completion can no longer be taken back."""
CLOCKS_APART_MS: Final = 300_000
"""How far ahead of the central server's clock a bus' clock may be."""
CLOCKS_SHOWN_FROM_MS: Final = 60_000
"""From so far apart on, the clocks of a bus and the central server are said to differ."""
SEQUENCE_AHEAD_MS: Final = 86_400_000
"""How far a package's number, which follows the clock, may be ahead of the central server's
clock."""
FIRST_PAUSE_MS: Final = 60_000
LONGEST_PAUSE_MS: Final = 300_000
"""Between two tries while the central server refuses: the first pause is doubled up to the
longest."""
LATE_AFTER_MS: Final = 180_000
"""After so long without contact, three rounds of the bus, the central server no longer shows the
present."""
SILENT_AFTER_MS: Final = 3_600_000
"""A bus that should be at a stop is shown as silent after so long without contact."""


class DayMark(NamedTuple):
    """The central server's mark of a day: a number that only grows, the digest of its content, and
    whether the day was over when it was packed.

    A mark without content asks for the day again.
    """

    sequence: int
    content: str = ""
    whole: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether nothing of the day is left to be sent."""
        return self.whole and self.content != ""

    def to_text(self) -> str:
        """The stored form."""
        return f"{self.sequence}|{self.content}|{int(self.whole)}"


def mark_from_text(text: str) -> DayMark:
    """Read a stored mark."""
    sequence, content, whole = text.split("|")
    return DayMark(int(sequence), content, whole == "1")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A package as it goes out: its parts, and what proves that they are all of it."""

    digest: str
    signature: str
    parts: tuple[str, ...]


def canonical(value: Any) -> str:
    """The one JSON text of a value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest_of(text: str) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def signature_of(key: str, text: str) -> str:
    """HMAC-SHA256 of a package's text; ``key`` is the digest of the token's secret."""
    return hmac.digest(bytes.fromhex(key), text.encode(), hashlib.sha256).hex()


def seal(package: Mapping[str, Any], key: str) -> Sealed:
    """Pack, sign and cut a package."""
    text = canonical(package)
    packed = base64.b64encode(zlib.compress(text.encode(), 6)).decode("ascii")
    cut = range(0, len(packed), PART_CHARACTERS)
    parts = tuple(packed[start : start + PART_CHARACTERS] for start in cut)
    return Sealed(digest_of(text), signature_of(key, text), parts)


def unseal(parts: Sequence[str], digest: str, signature: str, key: str) -> str | None:
    """The package's text; None if it is not what was signed with this key."""
    text = _unpacked("".join(parts))
    if text is None or not hmac.compare_digest(digest_of(text), digest):
        return None
    return text if hmac.compare_digest(signature_of(key, text), signature) else None


def _unpacked(packed: str) -> str | None:
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(base64.b64decode(packed, validate=True), MOST_BYTES)
        return None if unpacker.unconsumed_tail else raw.decode()
    except (binascii.Error, zlib.error, ValueError):
        return None


def reopened(before: Visit, after: Visit) -> Visit:
    """The visit with the change that was taken back between two packages, so that its replacement
    counts.

    It is ``before`` itself where nothing was.
    """
    inquiries = tuple(
        was if _stands(was, is_now) else was._replace(outcome=None, judged=None, completed_at=None)
        for was, is_now in zip_longest(before.inquiries, after.inquiries[: len(before.inquiries)])
    )
    ended_otherwise = before.state in ENDED_STATES and (
        after.state not in ENDED_STATES or after.ended_at != before.ended_at
    )
    return before._replace(
        state="serving" if ended_otherwise else before.state, inquiries=inquiries
    )


def _stands(was: Inquiry, is_now: Inquiry | None) -> bool:
    if was.outcome is None:
        return True
    return is_now is not None and was.completed_at == is_now.completed_at


def natural_wait(visit: Visit) -> int | None:
    """The first wait in ms, if it ended normally and shows what others may expect."""
    if visit.head_start_ms or not visit.counters_open or visit.bound_to:
        return None
    if visit.queued_at != visit.issued_at or visit.booked_for is not None:
        return None
    return visit.first_wait(visit.first_called_at)


def keeps_its_end(kept: Visit | None, sent: Visit) -> bool:
    """Whether a visit that has ended on the central server would be opened again by the package."""
    return kept is not None and kept.state in ENDED_STATES and sent.state not in ENDED_STATES


class VisitVersion(NamedTuple):
    """A visit as the bus sent it last: its stamp, and since when it is at a counter (ms).

    The bus has changed a visit since where its stamp is another one.
    """

    stamp: str
    at_counter_since: int | None = None


def version_of(visit: Visit) -> VisitVersion:
    """The digest of this version of a visit."""
    return VisitVersion(visit.stamp, visit.at_counter_since)


def is_touched(here: Visit, sent: VisitVersion) -> bool:
    """Whether the central server has called, served or moved a visit since the bus sent it as
    ``sent``.

    A visit that ended on the central server without a counter is not touched: it ended with the
    day, or was noted as left, and the bus may still serve it.
    """
    if here.stamp == sent.stamp:
        return False
    uncalled = here.state in ENDED_STATES and here.state != "completed"
    return not (uncalled and here.at_counter_since == sent.at_counter_since)


def is_same(one: Visit, other: Visit) -> bool:
    """Whether two versions of a visit differ by nothing but their stamps."""
    return one._replace(stamp="") == other._replace(stamp="")


def clocks_differ(ahead_ms: int | None) -> bool:
    """Whether a bus' clock, so far ahead of the central server's, has to be set; None if they were
    not compared."""
    return ahead_ms is not None and abs(ahead_ms) >= CLOCKS_SHOWN_FROM_MS


def pause_after(failures: int) -> int:
    """How long to wait after so many refusals in a row, in ms."""
    return min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << min(max(failures - 1, 0), 10))


def is_late(heard_at: int | None, now: int) -> bool:
    """Whether the central server shows an earlier state of a bus at ``now`` (ms)."""
    return heard_at is not None and now - heard_at >= LATE_AFTER_MS


def is_silent(heard_at: int | None, stop_since: int | None, now: int) -> bool:
    """Whether a bus that is at a stop since ``stop_since`` (ms) should have made contact."""
    if stop_since is None:
        return False
    return now - max(heard_at or 0, stop_since) >= SILENT_AFTER_MS
