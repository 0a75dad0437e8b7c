"""Asking for clips, and making them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from queue_service.errors import NotFound
from queue_service.speech.rules import Clip, ClipState
from queue_service.speech.store import ClipStore
from queue_service.speech.synthesis import NoSpeech, synthesise, voice

JOB: Final = "workers.jobs.speech.make"
JOB_ID: Final = "speech"
"""The same for all clips: one such job waits or runs at a time, so that no urgent job waits for
more. Screens ask again for clips that are still missing."""

Enqueue = Callable[..., object]
"""Enqueues a job: its function, its id, and its arguments."""


@dataclass(frozen=True, slots=True)
class SpeechService:
    """Clips for the screens of all branches; ``enqueue`` puts a job in the queue."""

    store: ClipStore
    enqueue: Enqueue

    def prepare(self, clips: Sequence[Clip]) -> list[ClipState]:
        """Have a worker make those of these clips that are not kept; returns the state of each.

        The clips are of one language. A repeated request asks for nothing twice. Raises
        StoreUnavailable.
        """
        if not clips:
            return []
        there = self.store.there(clips)
        missing = [clip for clip in dict.fromkeys(clips) if clip not in there and clip.text]
        absent: ClipState = "asked"
        if not voice(clips[0].language) or (missing and self.store.problem()):
            absent = "none"
        elif missing:
            self._ask(missing)
        return ["ready" if clip in there else absent if clip.text else "none" for clip in clips]

    def audio(self, clip_id: str) -> bytes:
        """A clip's audio. Raises NotFound for one that is not kept, and StoreUnavailable."""
        audio = self.store.audio(clip_id)
        if audio is None:
            raise NotFound("There is no such clip: ask for its text again.")
        return audio

    def _ask(self, clips: Sequence[Clip]) -> None:
        self.enqueue(JOB, JOB_ID, clips[0].language, *(clip.text for clip in clips))


def make(store: ClipStore, clips: Sequence[Clip], now: int) -> None:
    """Make those of these clips that are not kept, in the worker; ``now`` is in ms.

    If this machine cannot, the reason is noted and screens use their browsers' voices.
    """
    there = store.there(clips)
    for clip in clips:
        if clip in there:
            continue
        try:
            store.keep(clip, synthesise(clip), now)
        except NoSpeech as error:
            store.note_problem(str(error))
            return
