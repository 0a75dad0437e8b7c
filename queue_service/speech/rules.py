"""A clip: a text in a language, and the id that follows from both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

ClipState = Literal["ready", "asked", "none"]
"""``asked``: a worker has been asked for the clip; ``none``: the server has no voice for it."""

LONGEST_TEXT: Final = 300
"""Characters of the longest text, some 25 seconds of speech."""

MOST_TEXTS: Final = 20
"""Texts of one request: a worker makes a clip in a tenth of a second or less."""

WORDS_PER_MINUTE: Final = 150
"""The speed of speech; a calm announcement."""

_MAKING: Final = f"espeak-ng opus {WORDS_PER_MINUTE}"
"""Changes with the way in which clips are made, so that no older clip is taken for a new one."""

_WITHIN_WORDS: Final = "\N{ZERO WIDTH NON-JOINER}"
"""Persian is read otherwise without it."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A text that is spoken in a language."""

    language: str
    text: str

    @property
    def id(self) -> str:
        """A digest of everything that the clip depends on: its content never changes."""
        return sha256(f"{_MAKING}\n{self.language}\n{self.text}".encode()).hexdigest()[:32]


def clips_of(language: str, texts: Iterable[str]) -> list[Clip]:
    """The clip of each text, in order; spaces and unprintable characters are of no account."""
    return [Clip(language, _plain(text)) for text in texts]


def _plain(text: str) -> str:
    return "".join(c for c in " ".join(text.split()) if c.isprintable() or c == _WITHIN_WORDS)


def to_drop(sizes: Iterable[tuple[str, int]], *, most: int, room: int) -> list[str]:
    """The clips to remove, of all clips from the oldest with their sizes (bytes).

    At most ``most`` clips stay, of no more than ``room`` bytes together.
    """
    known = list(sizes)
    count, taken = len(known), sum(size for _, size in known)
    dropped = []
    for clip, size in known:
        if count <= most and taken <= room:
            break
        dropped.append(clip)
        count, taken = count - 1, taken - size
    return dropped
