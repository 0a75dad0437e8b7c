"""For how long each kind of data is kept, in words, from the constants that the code goes by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from queue_service.access.operations.attempts import DEVICE_MS, WINDOW_MS
from queue_service.access.rules.lifetimes import LONGEST_SESSION_MS, SESSION_MS, UNUSED_ACCOUNT_MS
from queue_service.alerts.store import HISTORY_KEPT
from queue_service.clerk_pins.rules import KNOWN_MS
from queue_service.contacts.rules import UNDO_WITHIN_MS
from queue_service.exports.store import KEPT_MS as FILES_KEPT_MS
from queue_service.language.catalogues import N_, NN_
from queue_service.language.wording import Wording
from queue_service.lifeline.keys import KEPT_SECONDS as LIFELINE_SECONDS
from queue_service.privacy.rules.kept_data import Kind
from queue_service.reception.keys import KEPT_SECONDS as HELP_SECONDS
from queue_service.reports.store import REMEMBERED_SECONDS
from queue_service.speech.store import KEPT_MS as SPEECH_KEPT_MS
from queue_service.visits.rules.follow_code import KEPT_MS as FOLLOW_KEPT_MS

REPEATS_SECONDS: Final = 86_400
EVENTS_KEPT: Final = 20_000
"""As ``MEMORY_SECONDS`` and ``LOG_LENGTH`` of ``store/prelude.lua``."""
_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86_400
_MINUTES: Final = NN_("{n} minute", "{n} minutes")
_HOURS: Final = NN_("{n} hour", "{n} hours")
_DAYS: Final = NN_("{n} day", "{n} days")
_FIXED: Final[Mapping[str, int]] = {
    "follow": FOLLOW_KEPT_MS // 1000,
    "contact": UNDO_WITHIN_MS // 1000,
    "help": HELP_SECONDS,
    "lifeline": LIFELINE_SECONDS,
    "repeats": REPEATS_SECONDS,
    "window": WINDOW_MS // 1000,
    "device": DEVICE_MS // 1000,
    "known": KNOWN_MS // 1000,
    "session": SESSION_MS // 1000,
    "unused": UNUSED_ACCOUNT_MS // 1000,
    "longest_session": LONGEST_SESSION_MS // 1000,
    "letters": REMEMBERED_SECONDS,
    "files": FILES_KEPT_MS // 1000,
    "speech": SPEECH_KEPT_MS // 1000,
}


def kept(kind: Kind, say: Wording, retention_days: Collection[int], audit_days: int) -> str:
    """For how long a kind of data is kept; ``retention_days`` are those of the branches."""
    lengths = {name: in_words(seconds, say) for name, seconds in _FIXED.items()}
    return say(
        kind.kept,
        **lengths,
        retention=_retention(retention_days, say),
        audit=in_words(audit_days * _DAY, say),
        events=say.count(EVENTS_KEPT),
        alerts=say.count(HISTORY_KEPT),
    )


def in_words(seconds: int, say: Wording) -> str:
    """A length in the largest unit that is whole: ``2 minutes``, ``12 hours``, ``90 days``."""
    if seconds % _DAY == 0:
        return say.counted(_DAYS, seconds // _DAY)
    if seconds % _HOUR == 0:
        return say.counted(_HOURS, seconds // _HOUR)
    return say.counted(_MINUTES, seconds // _MINUTE)


def _retention(days: Collection[int], say: Wording) -> str:
    if not days:
        return say(N_("as the branch has it configured"))
    least, most = min(days), max(days)
    if least == most:
        return in_words(least * _DAY, say)
    return say(
        N_("{least} to {most}, by branch"),
        least=in_words(least * _DAY, say),
        most=in_words(most * _DAY, say),
    )
