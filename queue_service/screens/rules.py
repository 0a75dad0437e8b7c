"""Whether a screen works, from its own reports, and its problems.

A screen reports while its page holds the event stream open, so one that is switched off says
nothing. While its branch is closed that is as it should be. All instants are in ms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, get_args

from queue_service.access.rules.credentials import TokenRecord
from queue_service.devices.rules import SoundReport
from queue_service.printers.rules.printer import PrinterReport

SILENT_MS: Final = 5 * 60_000
"""A screen reports each minute; one that has not for so long is off, or has no connection."""

ScreenState = Literal["well", "act", "off", "unknown"]
"""``act``: somebody has to do something; ``off``: silent while the branch is closed; ``unknown``: a
feedback terminal, which sends answers and no reports."""

ScreenProblem = Literal[
    "never_seen",  # its page has never been open
    "silent",  # it was seen, and is not now
    "outdated",  # its page is of another release than this one
    "sound_blocked",  # by its browser, until it is touched
    "no_voice",  # calls have the chime alone
    "voice_missing",  # so have those in some languages
    "printer",  # it cannot print, or soon cannot
]
SCREEN_PROBLEMS: Final[tuple[ScreenProblem, ...]] = get_args(ScreenProblem)


@dataclass(frozen=True, slots=True)
class ScreenReports:
    """A screen with its last reports. ``seen_at``: when its page was last open; ``slip_at`` and
    ``printed_at``: when a kiosk handed a slip to its browser, and when that printed one. Each is 0,
    and ``release`` empty, without such a report."""

    token: TokenRecord
    seen_at: int
    release: str = ""
    sound: SoundReport | None = None
    printer: PrinterReport | None = None
    slip_at: int = 0
    printed_at: int = 0

    def is_seen(self, now: int) -> bool:
        """Whether its page is open."""
        return self.seen_at > 0 and now - self.seen_at <= SILENT_MS


@dataclass(frozen=True, slots=True)
class ScreenHealth:
    """A screen, whether it does well, and its problems."""

    screen: ScreenReports
    state: ScreenState
    problems: tuple[ScreenProblem, ...] = ()


def health(screen: ScreenReports, release: str, now: int, *, is_open: bool) -> ScreenHealth:
    """How a screen does; ``release`` is that of this service, and ``is_open`` of the branch."""
    if screen.token.feedback:
        return ScreenHealth(screen, "unknown")
    if not screen.is_seen(now):
        if not screen.seen_at:
            return ScreenHealth(screen, "act", ("never_seen",))
        return ScreenHealth(screen, "act", ("silent",)) if is_open else ScreenHealth(screen, "off")
    found = tuple(_problems(screen, release, now))
    return ScreenHealth(screen, "act" if found else "well", found)


def _problems(screen: ScreenReports, release: str, now: int) -> Iterator[ScreenProblem]:
    if screen.release and screen.release != release:
        yield "outdated"
    sound, printer = screen.sound, screen.printer
    if sound is not None and sound.recent(now):
        if sound.sound == "blocked":
            yield "sound_blocked"
        elif sound.sound == "none":
            yield "no_voice"
        elif sound.missing:
            yield "voice_missing"
    if printer is not None and printer.troubled and printer.recent(now):
        yield "printer"
