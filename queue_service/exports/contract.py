"""Requests and responses about files and reports.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from queue_service.contract.answers import Count, Instant
from queue_service.contract.words import DateText, Id, LanguageTag, Published, Strict, example
from queue_service.exports.store import ExportState
from queue_service.language.languages import DEFAULT

MOST_BRANCHES = 200

Kinds = Annotated[list[Literal["week", "month"]], Field(min_length=1, max_length=2)]


class ExportBody(Strict):
    """A file that is wanted. Dates are inclusive.

    ``content`` is a table, ``all`` of them, ``branches``, ``comparison``, ``count-week`` or
    ``open-data``; a refusal lists every one. ``branches`` are for contents about several: by
    default all that the caller sees and that count in sums. Open data is always CSV.
    """

    model_config = example(content="all", **{"from": "2026-11-01", "to": "2026-11-30"})

    content: Annotated[str, Field(max_length=40)]
    from_: DateText = Field(alias="from")
    to: DateText
    format: Literal["csv", "xlsx"] = "xlsx"
    language: LanguageTag = DEFAULT
    branches: Annotated[list[Id], Field(max_length=MOST_BRANCHES)] = Field(default=[])


class ExportAnswer(Published):
    """A file and how far it has got: ``done`` of ``of`` steps.

    ``state`` is ``asked``, ``working``, ``ready``, ``failed`` with a ``problem``, or ``dropped``
    for a file that made room for newer ones. A file that is ready is kept until ``kept_until``, and
    has a ``name`` and a ``size`` in bytes.
    """

    id: str
    state: ExportState
    content: str
    from_: DateText = Field(alias="from")
    to: DateText
    format: Literal["csv", "xlsx", "pdf"]
    language: LanguageTag
    branches: list[Id]
    name: str
    requested_at: Instant
    done: Count
    of: Count
    size: Count | None
    problem: str | None
    kept_until: Instant | None


class ExportsAnswer(Published):
    """The files of a branch, the latest first."""

    exports: list[ExportAnswer]


class ReportAnswer(Published):
    """A report that is kept: its week or month."""

    id: str
    kind: Literal["week", "month"]
    from_: DateText = Field(alias="from")
    to: DateText


class ReportsAnswer(Published):
    """The reports of a branch, the latest period first."""

    reports: list[ReportAnswer]


class ReportsQuery(Strict):
    """The reports that are wanted; by default all."""

    kind: Literal["week", "month"] | None = Field(
        default=None, description="Weekly or monthly reports alone."
    )


class ReportQuery(Strict):
    """The language of a report."""

    language: LanguageTag = Field(default=DEFAULT, description="A language of staff.")


class ReportFileBody(Strict):
    """The language of a report as PDF."""

    model_config = example(language=DEFAULT)

    language: LanguageTag = DEFAULT


class ReaderBody(Strict):
    """An address of mail that gets each new report of these kinds."""

    model_config = example(target="leder@holbaek.dk", kinds=["week"])

    target: Annotated[str, Field(max_length=200)]
    kinds: Kinds
    language: LanguageTag = DEFAULT


class ReaderAnswer(Published):
    """A reader of reports; ``hint`` is the beginning and the host of the address."""

    id: str
    hint: str
    kinds: list[Literal["week", "month"]]
    language: LanguageTag
    since: Instant


class ReadersAnswer(Published):
    """The readers of a branch's reports, the earliest first."""

    readers: list[ReaderAnswer]
