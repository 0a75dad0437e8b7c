"""The report of a screen about itself.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from queue_service.contract.words import LanguageTag, Strict, example
from queue_service.devices.rules import Sound
from queue_service.language.languages import DEFAULT


class SlipBody(Strict):
    """A kiosk hands a slip to its printer (false), or its browser has printed one (true)."""

    model_config = example(printed=True)

    printed: bool


class SoundBody(Strict):
    """How a display's sound does. ``voices``: by language, whether it can be read aloud.

    ``none``: calls have the chime alone; ``blocked``: by the browser, until the screen is touched;
    ``off``: the screen is set to make no sound. Without ``voices`` it is set to read nothing aloud.
    ``by_server``: the languages that it reads by the server's clips; others by a voice of its own.
    """

    model_config = example(sound="ok", voices={DEFAULT: True}, by_server=[DEFAULT])

    sound: Sound
    voices: Annotated[dict[LanguageTag, bool], Field(max_length=20)] = Field(default={})
    by_server: Annotated[list[LanguageTag], Field(max_length=20)] = Field(default=[])
