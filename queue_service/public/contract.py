"""The public answers about branches."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from queue_service.contract.answers import Count, Instant, Ratio, Seconds
from queue_service.contract.words import DateText, Id, Published

Texts = dict[str, str]
"""A text by language code."""


class OpenHours(Published):
    """From an instant until just before another."""

    from_: Annotated[Instant, Field(alias="from")]
    until: Instant


class OpenDay(Published):
    """A date of the branch's calendar; without hours it is closed. ``note``: why it differs."""

    date: DateText
    hours: list[OpenHours]
    note: Texts


class ComingStop(Published):
    """A place where a mobile branch stops."""

    name: Texts
    from_: Annotated[Instant, Field(alias="from")]
    until: Instant


class WaitToExpect(Published):
    """The wait of somebody who takes a number now: eight of ten lie in such a range."""

    low: Seconds
    high: Seconds


class OnlineService(Published):
    """How a citizen does it without coming: a sentence, and the address."""

    text: str
    address: str


class PublicServiceAnswer(Published):
    """A service. ``issuing``: a citizen can take a number for it now. ``hours`` is null if it is
    open whenever the branch is, and ``opens_at`` unless it is outside its own hours.

    ``waiting`` and ``estimated_wait_seconds`` are null if they are unknown or would reveal who
    came for which service. ``bring`` and ``online`` are the playbook's, by language.
    ``booking_page``: the path of the page that books a time; null if none can be booked.
    """

    id: Id
    name: Texts
    description: Texts
    issuing: bool
    hours: list[OpenDay] | None
    opens_at: Instant | None
    waiting: Count | None
    estimated_wait_seconds: WaitToExpect | None
    bring: dict[str, list[str]]
    online: dict[str, OnlineService]
    booking_page: str | None


class RangesHeldAnswer(Published):
    """Of the ranges given in a month (``2026-11``) and over, how many held the wait.

    ``ratio`` has two decimals. Days that are not over count nothing.
    """

    month: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]
    judged: Count
    ratio: Ratio


class PublicBranchAnswer(Published):
    """A branch before a citizen goes there. It holds no time at which it was looked at: the
    response's ``Date`` and ``Age`` say that, and its ETag changes only with the content.

    ``closes_at`` and ``opens_at`` are null if they do not apply. ``days`` are today and the six
    days after it, ``other_days`` later dates with other hours, such as holidays. ``waiting`` is
    null if the queue is on another machine. ``estimates_held`` is null until a month has 20.
    ``street_address`` is null if it is not configured.
    """

    branch: Id
    name: str
    street_address: str | None
    timezone: str
    page: str
    open: bool
    closes_at: Instant | None
    opens_at: Instant | None
    days: list[OpenDay]
    other_days: list[OpenDay]
    stops: list[ComingStop]
    waiting: Count | None
    services: list[PublicServiceAnswer]
    estimates_held: RangesHeldAnswer | None
    announcements: list[Texts]


class PublicBranchLine(Published):
    """A branch in the overview."""

    branch: Id
    name: str
    page: str
    open: bool
    closes_at: Instant | None
    opens_at: Instant | None
    waiting: Count | None


class PublicBranchesAnswer(Published):
    """The branches that are switched on, by name."""

    branches: list[PublicBranchLine]
