"""The kinds of values that requests and configurations are made of, and how each is explained.

Strict everywhere: a number in quotes is no number, and an unknown field is refused, because a
misspelt one that is silently ignored is found weeks later.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
)
from pydantic_core import PydanticCustomError

from queue_service.language.languages import LANGUAGES

ID_PATTERN: Final = r"^[a-z0-9][a-z0-9_-]{0,63}$"
SERVICE_PATTERN: Final = r"^([a-z0-9][a-z0-9_-]{0,63}|\*)$"
PREFIX_PATTERN: Final = r"^[A-Z]{1,3}$"
LANGUAGE_PATTERN: Final = r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$"
TIME_PATTERN: Final = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
UNTIL_PATTERN: Final = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00|closing)$"
DATE_PATTERN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
NUMBER_PATTERN: Final = r"^[A-Za-z]{1,3}[0-9]{1,9}$"
TELEPHONE_PATTERN: Final = r"^\+?[0-9][0-9 ()./-]{0,22}[0-9]$"
KLE_PATTERN: Final = r"^[0-9]{2}(\.[0-9]{2}){0,2}$"
KEY_PATTERN: Final = r"^[!-~]{1,200}$"
ENTRY_PATTERN: Final = r"^[0-9]{1,19}-[0-9]{1,19}$"
DIGEST_PATTERN: Final = r"^[0-9a-f]{64}$"
MACHINE_PATTERN: Final = r"^[0-9a-f]{32}$"
PAGE_PATTERN: Final = r"^[A-Za-z0-9-]+$"
_UNSEEN: Final = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
"""Control characters, line breaks, and those that turn the writing direction around."""
TEXT_PATTERN: Final = rf"^[^{_UNSEEN}]*[^\s{_UNSEEN}][^{_UNSEEN}]*$"

PATTERN_REASONS: Final = {
    ID_PATTERN: (
        "It must begin with a small letter or a digit and hold only small letters a-z, digits, "
        "_ and -, at most 64 of them."
    ),
    SERVICE_PATTERN: "It must be the id of one of the branch's services, or * for all of them.",
    PREFIX_PATTERN: "It must be one to three capital letters A-Z.",
    LANGUAGE_PATTERN: "It must be a language code such as da or en.",
    TIME_PATTERN: 'It must be a time of day from "00:00" to "24:00", such as "09:30".',
    UNTIL_PATTERN: 'It must be a time of day such as "15:00", or "closing".',
    DATE_PATTERN: "It must be a date such as 2026-12-24.",
    NUMBER_PATTERN: "It must be a ticket number such as A012.",
    TELEPHONE_PATTERN: (
        "It must be a telephone number of 2 to 24 characters, such as 4410: "
        "digits, spaces and ( ) . / -, with + at the beginning only."
    ),
    KLE_PATTERN: (
        "It must be a number of KL Emnesystematik: a main group such as 23, a group such as 23.05 "
        "or a topic such as 23.05.00."
    ),
    KEY_PATTERN: "It must be 1 to 200 visible ASCII characters.",
    ENTRY_PATTERN: "It must be an id that was answered before, such as 1795593600000-0.",
    DIGEST_PATTERN: "It must be 64 digits 0-9 and a-f.",
    MACHINE_PATTERN: "It must be 32 digits 0-9 and a-f.",
    PAGE_PATTERN: "It must hold only letters a-z and A-Z, digits and -.",
    TEXT_PATTERN: "It must be a text on one line that is not empty.",
}
"""The sentence for a text that does not match."""

Id = Annotated[str, Field(pattern=ID_PATTERN)]
Telephone = Annotated[str, Field(pattern=TELEPHONE_PATTERN)]
"""A number to dial, as it is shown: spaces and marks stay."""
Kle = Annotated[str, Field(pattern=KLE_PATTERN)]
"""A task's number in KL Emnesystematik, the municipalities' taxonomy."""
Prefix = Annotated[str, Field(pattern=PREFIX_PATTERN)]
LanguageTag = Annotated[str, Field(pattern=LANGUAGE_PATTERN)]


def _with_texts(value: str) -> str:
    if value not in LANGUAGES:
        raise PydanticCustomError(
            "language",
            "There are texts in these languages only: {languages}.",
            {"languages": ", ".join(LANGUAGES)},
        )
    return value


KnownLanguage = Annotated[LanguageTag, AfterValidator(_with_texts)]
"""A language that pages, slips and voices can speak."""
Text = Annotated[str, Field(pattern=TEXT_PATTERN, max_length=200)]
TranslatedText = Annotated[dict[KnownLanguage, Text], Field(min_length=1, max_length=20)]
"""A text in one or more languages, by language code."""


def _kind_of_name(value: Any) -> str:
    return "[translations]" if isinstance(value, dict) else "[text]"


NameText = Annotated[
    Annotated[Text, Tag("[text]")] | Annotated[TranslatedText, Tag("[translations]")],
    Discriminator(_kind_of_name),
]
"""A text that is the same in every language, or one by language code."""


def _whole(value: Any) -> Any:
    """Take 300.0 for 300: JSON knows one kind of number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE: Final = BeforeValidator(_whole)
"""A whole number, however it is written: ``Annotated[int, Field(ge=1), WHOLE]``.

It is last. pydantic publishes a limit that follows it as no keyword of JSON Schema.
"""


def _on_the_calendar(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("date", "There is no such date.") from None
    return value


DateText = Annotated[str, Field(pattern=DATE_PATTERN), AfterValidator(_on_the_calendar)]
"""A date of the branch's own calendar, ``YYYY-MM-DD``."""


class Published(BaseModel):
    """A document that is answered or sent.

    Its validator is built when the description is made, which most processes never do.
    """

    model_config = ConfigDict(defer_build=True)


class Strict(BaseModel):
    """A document in which every field is known and of its own kind.

    Its validator is built for the first such document: a process reads few kinds of them.
    """

    model_config = ConfigDict(
        defer_build=True,
        strict=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        regex_engine="rust-regex",
    )


def example(**fields: Any) -> ConfigDict:
    """The configuration of a model whose description shows this body."""
    return ConfigDict(json_schema_extra={"examples": [fields]})
