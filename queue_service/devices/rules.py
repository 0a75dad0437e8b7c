"""The sound of displays: the reports of displays, and which of them need attention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Sound = Literal["ok", "none", "blocked", "off"]
"""``none``: the chime alone, since no language has a voice; ``blocked``: the browser lets nothing
be heard until somebody touches the screen; ``off``: somebody has set it to make no sound."""

RECENT_MS: Final = 15 * 60_000
"""A display reports at least every five minutes; one that does not is switched off."""


@dataclass(frozen=True, slots=True)
class SoundReport:
    """The report of a display at ``at`` (ms). ``voices``: by language, whether it can be read
    aloud.

    ``voices`` is empty if the screen is set to read nothing aloud. ``by_server``: the languages
    that are read by the server's clips; the others are read by the browser's voices.
    """

    at: int
    sound: Sound
    voices: Mapping[str, bool] = field(default_factory=dict)
    by_server: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The languages without a voice, whose calls have the chime alone."""
        return tuple(language for language, there in self.voices.items() if not there)

    @property
    def troubled(self) -> bool:
        """Whether the room does not hear what it should."""
        return self.sound in ("blocked", "none") or bool(self.missing)

    def recent(self, now: int) -> bool:
        """Whether the display still reports."""
        return now - self.at <= RECENT_MS
