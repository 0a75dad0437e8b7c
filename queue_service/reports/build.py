"""Making a report from a branch's past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Final

from queue_service.domain.finding import Finding
from queue_service.domain.findings import find
from queue_service.domain.period import Period, before
from queue_service.domain.suppression import hidden, small
from queue_service.operations.history import GoalFigure, Past, past
from queue_service.operations.notes import notes_in
from queue_service.operations.queue import Queue
from queue_service.reports.report import GoalLine, Report, ReportKind, Sheet
from queue_service.tables.build import TableId, table
from queue_service.tables.measures import Seen, values
from queue_service.tables.model import Table, Value

FIGURES: Final = (
    "issued", "inquiries", "waiting_mean", "waiting_p90", "handling_mean", "handling_p90",
    "abandoned_share", "no_show_share", "first_contact",
)  # fmt: skip
"""What is held against the period before."""

_SHEETS: Final[Mapping[TableId, tuple[str, ...]]] = {
    "days": ("issued", "abandoned", "waiting_mean", "waiting_p90", "inquiries",
             "handling_mean"),
    "services": ("issued", "inquiries", "inquiries_share", "handling_mean", "handling_p90"),
    "hours": ("issued", "waiting_mean", "waiting_p90", "inquiries", "handling_mean"),
}  # fmt: skip
_OF_GOALS: Final = ("share", "judged")
MOST_GOALS: Final = 3


def build(queue: Queue, branch_id: str, kind: ReportKind, period: Period, now: int) -> Report:
    """The report of a week or month as of ``now`` (ms). Raises BranchNotFound."""
    found = past(queue, branch_id, period, now=now)
    earlier = past(queue, branch_id, before(period), now=now)
    goals = _goals(found)
    sheets = _sheets(found, [line.goal.id for line in goals])
    whole = found.history.total
    return Report(
        branch=branch_id,
        branch_name=found.branch.name,
        timezone=found.branch.timezone,
        kind=kind,
        first=period.first,
        last=period.last,
        made_at=now,
        exact=_exact(found),
        findings=tuple(_findings(found, earlier, goals, sheets)),
        goals=tuple(goals),
        now=_figures(found) if not small(whole.inquiries.durations.n) else {},
        before=_figures(earlier) if not small(earlier.history.total.inquiries.durations.n) else {},
        sheets=tuple(sheets),
        notes=tuple(notes_in(queue, branch_id, period)),
        names=_names(found),
    )


def _goals(found: Past) -> list[GoalLine]:
    """The goals in force at the end of the period."""
    in_force = [goal.id for goal in found.book.on(min(found.period.last, found.today))]
    figures = {figure.goal.id: figure for figure in found.goals(found.history.total)}
    return [_goal(figures[goal]) for goal in in_force[:MOST_GOALS] if goal in figures]


def _goal(figure: GoalFigure) -> GoalLine:
    told = asdict(figure.share)
    if small(figure.share.judged):
        told |= {"within": 0, "ratio": None, "low": None, "high": None, "verdict": "open"}
    budget = figure.budget if told["ratio"] is not None else None
    return GoalLine(goal=figure.goal, target=figure.target, budget=budget, **told)


def _sheets(found: Past, goals: Iterable[str]) -> list[Sheet]:
    more = [f"{goal}:{figure}" for goal in goals for figure in _OF_GOALS]
    made = {wanted: table(found, wanted, "en") for wanted in _SHEETS}
    counts = {wanted: _inquiries(one) for wanted, one in made.items()}
    left_out = {wanted: hidden(of) for wanted, of in counts.items()}
    if any(one.total for one in left_out.values()):
        # So few that a total, told by one table, would tell of the others' rows.
        return [_sheet(one, (*_SHEETS[w], *more), frozenset(one.keys)) for w, one in made.items()]
    return [_sheet(one, (*_SHEETS[w], *more), left_out[w].keys) for w, one in made.items()]


def _inquiries(one: Table) -> dict[str, int]:
    rows = zip(one.keys, one.records(), strict=True)
    return {key: int(row["inquiries"] or 0) for key, row in rows}


def _sheet(one: Table, columns: tuple[str, ...], left_out: frozenset[str]) -> Sheet:
    at = {column.key: nth for nth, column in enumerate(one.columns)}
    kept = tuple(column for column in columns if column in at)
    nothing: tuple[Value, ...] = (None,) * len(kept)
    rows = tuple(
        nothing if key in left_out else tuple(row[at[column]] for column in kept)
        for key, row in zip(one.keys, one.rows, strict=True)
    )
    everything = bool(one.keys) and left_out == frozenset(one.keys)
    total = one.total if one.total and not everything else None
    told = tuple(total[at[column]] for column in kept) if total else nothing
    return Sheet(one.id, kept, one.keys, rows, told, left_out)


def _findings(
    found: Past, earlier: Past, goals: Iterable[GoalLine], sheets: Iterable[Sheet]
) -> Iterator[Finding]:
    targets = {line.goal.id: line.target for line in goals}
    held = earlier.history if earlier.history.days else None
    services = next(sheet.hidden for sheet in sheets if sheet.id == "services")
    for finding in find(found.history, held, targets):
        if finding.subject not in services:
            yield finding


def _figures(found: Past) -> dict[str, Value]:
    whole = found.history.total
    told = dict(zip(FIGURES, values(Seen.of(whole, whole), FIGURES), strict=True))
    return {**told, "days": len(found.history.days)}


def _exact(found: Past) -> bool:
    whole = found.history.total
    return whole.visits.durations.buckets is None and whole.inquiries.durations.buckets is None


def _names(found: Past) -> dict[str, dict[str, str]]:
    return {
        service: {language: found.name("service", service, language) for language in ("da", "en")}
        for service in {*found.history.services, *found.branch.services}
    }
