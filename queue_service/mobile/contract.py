"""The messages between a mobile branch and the central server.

New members may come; those here stay. An answer may have members that an older bus does not know.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from queue_service.contract.words import (
    DIGEST_PATTERN,
    MACHINE_PATTERN,
    DateText,
    Id,
    LanguageTag,
    Published,
    Strict,
    example,
)
from queue_service.mobile.rules import MOST_COUNTED, MOST_PARTS, PART_CHARACTERS
from queue_service.notes.rules import LONGEST_NOTE

Hex = Annotated[str, Field(pattern=DIGEST_PATTERN)]
Milliseconds = Annotated[int, Field(ge=0, le=9_999_999_999_999)]
PackageResult = Literal["received", "repeated", "older"]
"""``older``: the central server has a later package of that day, and keeps it."""


class MobileContactBody(Strict):
    """The first and last message of a bus. Instants are ms since the epoch.

    ``complete_until``: up to then the central server has everything, as far as the bus knows;
    ``revision`` is that of the configuration which the bus has from the central server,
    ``playbook`` the digest of its playbook. ``machine`` distinguishes it from another with the same
    token. ``ahead_ms``: how far the clock of the bus is ahead of the central server's, measured by
    its last response.
    """

    model_config = example(format=1, program="0.3.0")

    format: Annotated[int, Field(ge=1)]
    program: Annotated[str, Field(max_length=60)]
    machine: Annotated[str, Field(pattern=MACHINE_PATTERN)] | None = None
    complete_until: Milliseconds | None = None
    unsent: Annotated[int, Field(ge=0, le=100_000)] = 0
    revision: Annotated[str, Field(max_length=64)] | None = None
    playbook: Annotated[str, Field(max_length=64)] | None = None
    ahead_ms: Annotated[int, Field(ge=-9_999_999_999_999, le=9_999_999_999_999)] | None = None


class DayKept(Published):
    """The central server's copy of a day. Without ``content`` it asks for the day again."""

    sequence: int
    content: str
    whole: bool


class PlaybookOut(Published):
    """The approved entries of the playbook, what the pages of a bus show of the central server's
    other branches (names, hours, lifelines with their telephones), and the digest that identifies
    both."""

    digest: str
    entries: list[dict[str, Any]]
    branches: list[dict[str, Any]] = Field(default=[])


class TouchedVisit(Published):
    """A visit that somebody on the central server has changed since the bus sent it with ``stamp``.

    ``visit`` is the central server's document of it once it has ended, null while it is open there.
    """

    stamp: str
    visit: dict[str, Any] | None


class ContactAnswer(Published):
    """The days on the central server, and its messages to the bus.

    ``configuration`` is null if the bus has this revision already, ``playbook`` if it has
    these entries. ``run_by`` is ``home`` after an administrator ended the bus' part: then the
    central server issues tickets, and the bus still sends. ``touched``, by id, are visits that the
    bus leaves to the central server; ``twice`` those that both sides changed (date → id → number),
    of which the central server keeps both versions. ``now`` is the central server's clock (ms).
    """

    branch: Id
    revision: str
    configuration: dict[str, Any] | None
    playbook: PlaybookOut | None
    run_by: Literal["bus", "home"]
    days: dict[DateText, DayKept]
    touched: dict[str, TouchedVisit] = Field(default={})
    twice: dict[DateText, dict[str, str]] = Field(default={})
    now: Milliseconds | None = None


class PartBody(Strict):
    """A part of a package, from number 0 on; ``digest`` is that of the whole text."""

    model_config = example(digest="0" * 64, data="H4sIAAAA")

    digest: Hex
    data: Annotated[str, Field(max_length=PART_CHARACTERS)]


class PartAnswer(Published):
    """How many parts of the package are there."""

    parts: int


class DayBody(Strict):
    """The end of a package: the central server puts its parts together, and takes all of it or
    nothing."""

    model_config = example(format=1, digest="0" * 64, signature="0" * 64, parts=1)

    format: Annotated[int, Field(ge=1)]
    digest: Hex
    signature: Hex
    parts: Annotated[int, Field(ge=1, le=MOST_PARTS)]


class DayAnswer(Published):
    """The result of a package, and the central server's copy of the day now."""

    date: DateText
    outcome: PackageResult
    sequence: int
    content: str
    whole: bool


class CountersNow(Strict):
    """The counters when the package was made: open with their team, free since (ms), and paused as
    ``counters:paused`` has them."""

    open: dict[Id, Annotated[str, Field(max_length=64)]]
    free: dict[Id, Milliseconds]
    paused: dict[Id, Annotated[str, Field(pattern=r"^[0-9]{1,13}\|[a-z0-9_-]+\|[a-z0-9_-]*$")]] = (
        Field(default={}, exclude_if=lambda paused: not paused)
    )


def _within_a_day(counts: dict[str, int]) -> dict[str, int]:
    if sum(counts.values()) > MOST_COUNTED:
        raise PydanticCustomError("sum", f"All together it must be at most {MOST_COUNTED}.")
    return counts


PackageCounts = Annotated[
    dict[
        Annotated[str, Field(pattern=r"^[a-z0-9_|-]{1,300}$")],
        Annotated[int, Field(ge=0, le=MOST_COUNTED)],
    ],
    AfterValidator(_within_a_day),
]
"""Counts by the field that they are kept under."""


class InterventionNote(Strict):
    """The note of an intervention on the package's date."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE)]
    at: Milliseconds
    texts: dict[LanguageTag, Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE)]]


class Content(Strict):
    """A day as it is kept: visits by their documents, openings of counters, and what is counted in
    addition: citizens' answers, visits that the playbook saved, and contacts without a ticket, of
    which a machine that runs an older version says nothing, as of the notes of interventions."""

    visits: Annotated[list[dict[str, Any]], Field(max_length=20_000)]
    shifts: Annotated[
        list[
            Annotated[
                str, Field(pattern=r"^[0-9]{1,13}\|[a-z0-9_-]+\|(open|paused|closed)\|[a-z0-9_-]*$")
            ]
        ],
        Field(max_length=20_000),
    ]
    feedback: PackageCounts
    saved: PackageCounts
    contacts: PackageCounts = Field(default={}, exclude_if=lambda contacts: not contacts)
    notes: Annotated[list[InterventionNote], Field(max_length=1000)] = Field(
        default=[], exclude_if=lambda notes: not notes
    )
    counters: CountersNow


class Package(Strict):
    """A day's package. ``whole``: the day was over, and nothing of it can change any more.

    ``grows``: its counts that have no visits may lack what was sent before, since the bus was
    restored from a backup. Otherwise they replace what was sent before.
    """

    format: int
    program: str
    branch: Id
    timezone: str
    date: DateText
    sequence: Annotated[int, Field(ge=1, le=9_999_999_999_999)]
    made_at: Milliseconds
    whole: bool
    content: Content
    grows: bool = Field(default=False, exclude_if=lambda grows: not grows)
