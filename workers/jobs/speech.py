"""The job that makes clips of speech for screens."""

from __future__ import annotations

from queue_service.speech import operations
from queue_service.speech.rules import Clip
from queue_service.speech.store import ClipStore
from workers.context import jobs, queue


def make(language: str, *texts: str) -> None:
    """Make the clips of these texts, unless they are kept already."""
    clips = [Clip(language, text) for text in texts]
    operations.make(ClipStore(jobs().connection), clips, queue().store.time())
