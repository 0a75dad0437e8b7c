"""The content of a report, in no language yet, and its stored form.

A report is kept as it was sent: nothing that happens later changes what people have read.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal, get_args

from queue_service.days.rules.period import Period
from queue_service.feedback.rules import Question
from queue_service.goals.rules.goal import Goal, goal_from_document
from queue_service.goals.rules.verdicts import LEAST_JUDGED, Interval, beyond, undecided
from queue_service.history.store import NamedPart
from queue_service.insight.rules.finding import Finding
from queue_service.language.languages import name_in
from queue_service.notes.rules import Note
from queue_service.tables.model import Value

ReportKind = Literal["week", "month"]
KINDS: tuple[ReportKind, ...] = get_args(ReportKind)


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal over the period; without a ratio nothing was judged, or too few to be shown.

    Reports kept by 0.1.0 do not say how their interval was worked out: from single inquiries.
    ``days`` is on how many days any were judged; None in those kept by versions up to 0.4.0.
    """

    goal: Goal
    target: float | None
    judged: int
    within: int
    ratio: float | None
    low: float | None
    high: float | None
    verdict: str
    interval: Interval = "wilson"
    days: int | None = None

    @property
    def verdict_key(self) -> str:
        """Its verdict, or why there is none: a name of
        :data:`queue_service.goals.wording.VERDICTS`."""
        if self.verdict != "open":
            return self.verdict
        if self.days is None and self.interval == "wilson" and self.judged >= LEAST_JUDGED:
            return "few"
        return undecided(self.judged, self.interval, self.days or 1)

    @property
    def beyond(self) -> int | None:
        """Its misses beyond what it tolerates; None without a share or a target."""
        if self.ratio is None or self.target is None:
            return None
        return beyond(self.judged, self.within, self.target)


@dataclass(frozen=True, slots=True)
class AnswersLine:
    """How many answered a question, and the share that was very satisfied, with its interval.

    Answers are counted as goals on them count, so there are ten at least
    (:func:`queue_service.feedback.rules.counted_by_date`). ``days`` is as of a
    goal; several dates may count as one.
    """

    question: Question
    n: int
    ratio: float
    low: float
    high: float
    interval: Interval
    days: int | None = None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table in no language: its rows by key, the figures in them, their total.

    A column is a figure's id, or a goal's id and figure (``handling-6-min:share``). The rows of
    ``hidden`` keys are about too few people, or would reveal those, and are empty.
    """

    id: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: tuple[Value, ...]
    hidden: frozenset[str]

    def by_key(self) -> Mapping[str, Mapping[str, Value]]:
        """Each row by its columns, under its own key."""
        rows = (dict(zip(self.columns, row, strict=True)) for row in self.rows)
        return dict(zip(self.keys, rows, strict=True))

    def whole(self) -> Mapping[str, Value]:
        """The total by its columns."""
        return dict(zip(self.columns, self.total, strict=True))


@dataclass(frozen=True, slots=True)
class Report:
    """One branch's week or month, as of ``made_at`` (ms).

    ``now`` and ``before`` are the figures of the period and of the one before it, by the figures'
    ids. Unless ``exact`` some percentiles are estimated. ``names`` has the names of services and of
    reasons of pauses (:func:`name_key`), and what made the listed hours hard (:func:`cause_key`).
    ``answers`` is of the questions that enough have answered; reports kept by 0.2.0 have none.
    ``sample_until`` is the last date whose figures are made up, of the period and of the period it
    is compared with; empty if none are. ``paper`` of ``issued`` visits had a number on paper.
    """

    branch: str
    branch_name: str
    timezone: str
    kind: ReportKind
    first: str
    last: str
    made_at: int
    exact: bool
    findings: tuple[Finding, ...]
    goals: tuple[GoalLine, ...]
    now: Mapping[str, Value]
    before: Mapping[str, Value]
    sheets: tuple[ReportTable, ...]
    notes: tuple[Note, ...]
    names: Mapping[str, Mapping[str, str]]
    answers: tuple[AnswersLine, ...] = ()
    sample_until: str = ""
    paper: int = 0
    issued: int = 0

    @property
    def id(self) -> str:
        """Unique in the branch: ``week-2026-11-23``."""
        return report_id(self.kind, self.first)

    @property
    def period(self) -> Period:
        """Its dates."""
        return Period(self.kind, self.first, self.last)

    def name(self, part: NamedPart, item: str, language: str) -> str:
        """The name of a service or of a pause's reason; the id of other parts."""
        return name_in(self.names.get(name_key(part, item), {}), language, default=item)

    def cause(self, date: str, hour: str, language: str) -> str:
        """The cause of a hard hour, in a sentence; empty if nothing was unusual, and in reports
        kept by 0.3.0."""
        return self.names.get(cause_key(date, hour), {}).get(language, "")

    def goal(self, goal_id: str) -> Goal | None:
        """A goal by its id."""
        return next((line.goal for line in self.goals if line.goal.id == goal_id), None)


def name_key(part: NamedPart, item: str) -> str:
    """Under what a report keeps a name: a service's under its id alone."""
    return item if part == "service" else f"{part}:{item}"


def cause_key(date: str, hour: str) -> str:
    """Under what a report keeps, next to the names, what made an hour of a date hard."""
    return f"cause:{date}:{hour}"


def report_id(kind: ReportKind, first: str) -> str:
    """The id of the report of the week or month that begins on a date."""
    return f"{kind}-{first}"


def to_text(report: Report) -> str:
    """The stored form; some 3 kB for a month."""
    document = asdict(replace(report, notes=()))
    for table in document["sheets"]:
        table["hidden"] = sorted(table["hidden"])
    document["notes"] = [note.document() for note in report.notes]
    for line, kept in zip(report.goals, document["goals"], strict=True):
        kept["goal"]["indicator"] = line.goal.indicator.id
    packed = zlib.compress(json.dumps(document, ensure_ascii=False).encode(), 9)
    return base64.b85encode(packed).decode()


def from_text(text: str) -> Report:
    """Read a stored report."""
    document: dict[str, Any] = json.loads(zlib.decompress(base64.b85decode(text)))
    return Report(
        **{
            **document,
            "findings": tuple(_finding(f) for f in document["findings"]),
            "goals": tuple(_goal(line) for line in document["goals"]),
            "sheets": tuple(_table(table) for table in document["sheets"]),
            "notes": tuple(Note(**note) for note in document["notes"]),
            "answers": tuple(AnswersLine(**line) for line in document.get("answers", ())),
        }
    )


_BUDGET: Final = "budget"
"""The form of a goal's budget in reports up to 0.2.0, as if more inquiries could come."""


def _finding(document: dict[str, Any]) -> Finding:
    subject = document["subject"]
    return Finding(
        **{**document, "subject": tuple(subject) if isinstance(subject, list) else subject}
    )


def _goal(document: dict[str, Any]) -> GoalLine:
    known = {name: value for name, value in document.items() if name != _BUDGET}
    return GoalLine(**{**known, "goal": goal_from_document(document["goal"])})


def _table(document: dict[str, Any]) -> ReportTable:
    return ReportTable(
        document["id"],
        tuple(document["columns"]),
        tuple(document["keys"]),
        tuple(tuple(row) for row in document["rows"]),
        tuple(document["total"]),
        frozenset(document["hidden"]),
    )
