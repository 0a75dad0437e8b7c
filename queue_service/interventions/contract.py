"""Requests and responses about interventions.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from queue_service.branches.rules.interventions import Asker, InterventionKind, Screen, Until
from queue_service.contract.answers import Count, Instant
from queue_service.contract.words import (
    UNTIL_PATTERN,
    DateText,
    Id,
    LanguageTag,
    Published,
    Strict,
    Text,
    example,
)
from queue_service.interventions.rules import LONGEST_TEXT, MOST_TICKETS
from queue_service.visits.contract import Number


class InterventionBody(Strict):
    """An intervention to begin.

    ``until`` is a time of today, ``closing``, or nothing: until somebody ends it, at the latest
    when the day ends. A ``lend_counter`` has ``counter`` and either ``team`` or ``services``, which
    it takes in addition; an ``open_counter`` has ``counter`` and, if wanted, ``team``; a
    ``pause_service`` has ``service``, a ``cap_service`` also ``limit``, the most that kiosks issue
    of it on the day, those before counted; an ``announcement`` has ``texts`` by language and
    ``screens``. A ``carry_over`` has none, and no ``until``: it lasts to the next opening. A
    ``not_today`` has ``numbers``, for each service the first number that is not reached today; it
    lasts until closing, and takes the place of one that names the same service.

    ``appointments`` is how many appointments the caller expects a ``carry_over`` to meet; with
    another number it is refused, and nothing is changed.
    """

    model_config = example(kind="pause_service", service="pas", until="15:00")

    kind: InterventionKind
    until: Annotated[str, Field(pattern=UNTIL_PATTERN)] | None = None
    counter: Id | None = None
    team: Id | None = None
    service: Id | None = None
    services: list[Id] = Field(default_factory=list, max_length=200)
    limit: Annotated[int, Field(ge=0, le=MOST_TICKETS)] | None = None
    texts: dict[LanguageTag, Annotated[Text, Field(max_length=LONGEST_TEXT)]] = Field(
        default_factory=dict
    )
    screens: list[Screen] = Field(default_factory=list, max_length=2)
    numbers: dict[Id, Number] = Field(default_factory=dict, exclude_if=lambda numbers: not numbers)
    appointments: Annotated[int, Field(ge=0)] | None = Field(
        default=None, exclude_if=lambda appointments: appointments is None
    )


class InterventionAnswer(Published):
    """An intervention.

    ``ends_at`` is when it is over by itself, ``ended_at`` when somebody ended it before.
    ``asked_by`` is a role, never a person. ``issued`` is how many tickets a cap has counted and
    ``full`` whether those are all; ``carried`` how many wait who are carried over.
    """

    id: str
    kind: InterventionKind
    business_date: DateText
    begins_at: Instant
    ends_at: Instant
    until: Until
    ended_at: Instant | None
    in_force: bool
    asked_by: Asker
    counter: Id | None
    team: Id | None
    services: list[Id]
    limit: Count | None
    texts: dict[LanguageTag, str]
    screens: list[Screen]
    numbers: dict[Id, str]
    issued: Count | None
    full: bool
    carried: Count | None


class InterventionList(Published):
    """The interventions of a branch: those in force, then those that are over since yesterday."""

    interventions: list[InterventionAnswer]
