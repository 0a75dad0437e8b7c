"""Requests and responses about the playbook.

New members may come; those here stay.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from queue_service.contract.answers import Count, Instant
from queue_service.contract.queries import DateRange
from queue_service.contract.words import (
    TEXT_PATTERN,
    DateText,
    Id,
    KnownLanguage,
    Published,
    Strict,
    example,
)
from queue_service.language.languages import DEFAULT
from queue_service.playbook.rules import (
    LONGEST_ADDRESS,
    LONGEST_LIMITS,
    LONGEST_LINE,
    LONGEST_OWNER,
    LONGEST_SEARCH,
    LONGEST_SELF_SERVICE,
    LONGEST_STEPS,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    MOST_FORMS,
    MOST_LINES,
)

_ADDRESS: Final = re.compile(
    r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?([/?#][!-~]*)?", re.I | re.ASCII
)
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control characters other than line breaks and tabs, and those that turn the direction around."""


def _https(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        reason = "It must be an address that begins with https://, such as https://www.borger.dk."
        raise PydanticCustomError("address", reason)
    return value


def _readable(value: str) -> str:
    text = value.replace("\r\n", "\n").strip("\n")
    if _UNSEEN.search(text):
        raise PydanticCustomError("unseen", "It holds characters that cannot be seen.")
    return text


Address = Annotated[str, Field(max_length=LONGEST_ADDRESS), AfterValidator(_https)]
Steps = Annotated[str, Field(max_length=LONGEST_STEPS), AfterValidator(_readable)]
Limits = Annotated[str, Field(max_length=LONGEST_LIMITS), AfterValidator(_readable)]
BringLine = Annotated[str, Field(pattern=TEXT_PATTERN, max_length=LONGEST_LINE)]


class FormLinkBody(Strict):
    """A form: its title and where it is."""

    title: Annotated[str, Field(pattern=TEXT_PATTERN, max_length=LONGEST_TITLE)]
    address: Address


class SelfServiceBody(Strict):
    """A way for citizens to help themselves, in a sentence, and its address."""

    text: Annotated[str, Field(pattern=TEXT_PATTERN, max_length=LONGEST_SELF_SERVICE)]
    address: Address


class TextsBody(Strict):
    """An entry in one language. ``steps`` and ``limits`` are Markdown."""

    summary: Annotated[str, Field(pattern=TEXT_PATTERN, max_length=LONGEST_SUMMARY)]
    bring: Annotated[list[BringLine], Field(default_factory=list, max_length=MOST_LINES)]
    self_service: SelfServiceBody | None = None
    steps: Steps = ""
    limits: Limits = ""
    forms: Annotated[list[FormLinkBody], Field(default_factory=list, max_length=MOST_FORMS)]


class ContentBody(Strict):
    """The content of an entry. ``owner`` is a function of the municipality, never a person."""

    model_config = example(
        owner="Borgerservice", review_by="2027-06-01", texts={DEFAULT: {"summary": "Nyt pas"}}
    )

    owner: Annotated[str, Field(pattern=TEXT_PATTERN, max_length=LONGEST_OWNER)]
    review_by: DateText
    ask_at_kiosk: bool = False
    texts: Annotated[dict[KnownLanguage, TextsBody], Field(min_length=1)]


class PlaybookQuery(Strict):
    """``q``: words that the text must have; ``lang``: in which language, by default the page's."""

    q: Annotated[str, Field(max_length=LONGEST_SEARCH, description="Words to search for.")] = ""
    lang: KnownLanguage | None = Field(default=None, description="The language of the texts.")
    branch: Id | None = Field(default=None, description="Only entries of this branch's services.")


class PublicText(Published):
    """The public text of an entry, in one language."""

    bring: list[str]
    self_service: SelfServiceBody | None


class ReadText(PublicText):
    """An entry in one language, with its Markdown also as safe HTML."""

    summary: str
    steps: str
    limits: str
    forms: list[FormLinkBody]
    steps_html: str
    limits_html: str


class ListedEntry(Published):
    """The version in force for a service; a kiosk receives ``ask_at_kiosk`` and the public texts.

    ``overdue``: its review was due before today.
    """

    service: Id
    name: dict[str, str]
    version: Count
    ask_at_kiosk: bool
    text: ReadText | PublicText
    owner: str | None = None
    review_by: DateText | None = None
    overdue: bool | None = None
    approved_at: Instant | None = None


class PlaybookAnswer(Published):
    """The entries in force, by service."""

    language: str
    entries: list[ListedEntry]


class ApprovedAnswer(Published):
    """A version: its number, when it was approved and by which account."""

    version: Count
    at: Instant
    by: str
    content: ContentBody


class DraftAnswer(Published):
    """A draft: when it was saved and by which account."""

    at: Instant
    by: str
    content: ContentBody


class PublicContent(Published):
    """The public content of an entry, by language."""

    version: Count
    ask_at_kiosk: bool
    texts: dict[str, PublicText]


class EntryAnswer(Published):
    """A service's entry. Only those who may write see the draft; a kiosk sees what is public."""

    service: Id
    name: dict[str, str]
    revision: Count
    approved: ApprovedAnswer | PublicContent | None
    draft: DraftAnswer | None = None


class SavedBody(Strict):
    """The service that somebody needs no number for, after reading what they can do themselves."""

    model_config = example(service="pas")

    service: Id


class SavedCounted(Published):
    """Whether it is counted; an uncounted press was taken for a repeat."""

    counted: bool


SavedBreakdown = Literal["day", "month", "hour", "service"]


class SavedQuery(DateRange):
    """The dates, both inclusive and by default today, and what a row is about."""

    by: SavedBreakdown = Field(default="day", description="The subject of a row.")


class SavedRow(Published):
    """How many under one key: a date, a month, an hour of the day or a service."""

    key: str
    saved: Count


class SavedAnswer(Published):
    """The saved visits of a branch in a range of dates."""

    branch: Id
    from_: DateText = Field(alias="from")
    to: DateText
    by: SavedBreakdown
    rows: list[SavedRow]
    total: Count
