"""Requests for clips, and their states."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from queue_service.contract.words import LanguageTag, Published, Strict, example
from queue_service.language.languages import DEFAULT
from queue_service.speech.rules import LONGEST_TEXT, MOST_TEXTS, ClipState

ClipText = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]


class SpeechBody(Strict):
    """Texts that a screen is about to speak, in one language."""

    model_config = example(language=DEFAULT, texts=["Nummer A, nul et to,", "skranke et."])

    language: LanguageTag
    texts: Annotated[list[ClipText], Field(min_length=1, max_length=MOST_TEXTS)]


class ClipAnswer(Published):
    """A clip: its audio is at ``speech/<id>`` once its state is ``ready``.

    ``asked``: a worker makes it, in a second as a rule; ask again. ``none``: the server has no
    voice for the language, or no program that speaks.
    """

    id: str
    state: ClipState


class SpeechAnswer(Published):
    """The clip of each text, in the order of the request."""

    clips: list[ClipAnswer]
