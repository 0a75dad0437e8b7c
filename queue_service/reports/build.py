"""Making a report from a branch's past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Final

from queue_service.command import Queue
from queue_service.days.rules.figures import Row
from queue_service.days.rules.period import Period, before, days_after
from queue_service.days.rules.shifts import Pauses
from queue_service.days.rules.suppression import small
from queue_service.history.operations.answers import share_of_answers
from queue_service.history.operations.history import GoalResult, Past, past
from queue_service.history.rules.breakdown import all_pauses
from queue_service.insight.operations.hours import HourStory, hour_story
from queue_service.insight.operations.recent import recent
from queue_service.insight.operations.worst_periods import worst_hour
from queue_service.insight.rules.finding import Finding, FindingKind
from queue_service.insight.rules.findings import MOST, find
from queue_service.insight.rules.outliers import WEEKS_BACK, Recent
from queue_service.language.languages import SOURCE, staff_languages
from queue_service.notes.operations import notes_in
from queue_service.reports.hiding import figures, report_table, reveals_rows
from queue_service.reports.report import (
    AnswersLine,
    GoalLine,
    Report,
    ReportKind,
    ReportTable,
    cause_key,
    name_key,
)
from queue_service.reports.sentences import cause_text
from queue_service.tables.build import TableId, table
from queue_service.tables.figures.catalogue import values
from queue_service.tables.figures.figure import RowContext
from queue_service.tables.model import HIDDEN, Value
from queue_service.tables.writing import Writing

FIGURES: Final = (
    "issued", "inquiries", "waiting_mean", "waiting_p90", "left_p50", "handling_mean",
    "handling_p90",
    "abandoned_share", "no_show_share", "first_contact",
)  # fmt: skip
"""The figures that are compared with the period before."""

_COLUMNS: Final[Mapping[TableId, tuple[str, ...]]] = {
    "days": ("issued", "abandoned", "waiting_mean", "waiting_p90", "inquiries",
             "handling_mean"),
    "services": ("issued", "inquiries", "inquiries_share", "handling_mean", "handling_p90"),
    "hours": ("issued", "waiting_mean", "waiting_p90", "inquiries", "handling_mean"),
}  # fmt: skip
_COSTS_OF: Final[Mapping[str, FindingKind]] = {"services": "service_costs", "hours": "hour_costs"}
_OF_GOALS: Final = ("share", "judged")
MOST_GOALS: Final = 6
"""The maximum number of goals that are shown."""
_MOST_OF_DATES: Final = 3
"""How many of them are on whole dates, if there are enough others."""


def build(queue: Queue, branch_id: str, kind: ReportKind, period: Period, now: int) -> Report:
    """The report of a week or month as of ``now`` (ms). Raises BranchNotFound."""
    whole = past(queue, branch_id, period, now=now, answers=True)
    history = whole.history.with_last_hours_folded()
    found = replace(whole, history=history)
    until = found.branch.sample_until
    earlier = past(queue, branch_id, before(period), now=now)
    tables = {wanted: table(found, wanted, SOURCE) for wanted in _COLUMNS}
    nothing = any(map(reveals_rows, tables.values()))
    goals = _goals(found, nothing=nothing)
    more = [f"{line.goal.id}:{figure}" for line in goals for figure in _OF_GOALS]
    sheets = [
        report_table(one, (*_COLUMNS[w], *more), nothing=nothing) for w, one in tables.items()
    ]
    pauses = _pauses(found, kind)
    lately = recent(queue, branch_id, period, now)
    told = () if nothing else tuple(_findings(found, earlier, lately, goals, sheets))
    hidden = next(one.hidden for one in sheets if one.id == "hours")
    stories = {one: _story(queue, found, one, hidden, now) for one in told if one.figure}
    told = tuple(_at(one, stories.get(one)) for one in told)
    missed = _missed(goals, told)
    return Report(
        branch=branch_id,
        branch_name=found.branch.name,
        timezone=found.branch.timezone,
        kind=kind,
        first=period.first,
        last=period.last,
        made_at=now,
        exact=found.total.exact,
        findings=(*missed, *(one for one in told if one not in missed))[:MOST],
        goals=tuple(goals),
        now={} if nothing else _figures(found),
        before=_figures(earlier) if earlier.existed() else {},
        sheets=(*sheets, *pauses),
        notes=tuple(notes_in(queue, branch_id, period)),
        names={**_names(found), **_reasons(found, pauses), **_causes(stories.values())},
        answers=() if nothing else tuple(_answers(found)),
        paper=0 if nothing else found.total.visits["paper"],
        issued=found.total.visits["issued"],
        sample_until=until if until >= _held_against_since(period) else "",
    )


def _missed(goals: Iterable[GoalLine], told: Iterable[Finding]) -> list[Finding]:
    """A finding of each goal that was missed, the one with most misses beyond it first.

    A finding allows for all that a report looks at, a verdict for its one goal: so a missed goal
    may not be among the findings.
    """
    known = {one.goal: one for one in told if one.kind == "goal_missed"}
    missed = [line for line in goals if line.verdict == "missed"]
    missed.sort(key=lambda line: -(line.beyond or 0))
    return [known.get(line.goal.id) or _missed_goal(line) for line in missed]


def _missed_goal(line: GoalLine) -> Finding:
    ends = line.ratio or 0.0, line.low or 0.0, line.high or 0.0, line.target or 0.0
    return Finding("goal_missed", line.goal.id, None, *ends, line.judged, 0.0)


def _held_against_since(period: Period) -> str:
    """The first date that a report is about, or compares its period with."""
    return min(before(period).first, days_after(period.first, -7 * WEEKS_BACK))


def _answers(found: Past) -> Iterator[AnswersLine]:
    """The answers to each question that has enough of them to be shown."""
    for question, by_date in found.answers.items():
        share = share_of_answers(by_date)
        if share.ratio is not None:
            yield AnswersLine(
                question, share.judged, share.ratio, share.low or 0.0, share.high or 1.0,
                share.interval, share.days,
            )  # fmt: skip


def _goals(found: Past, *, nothing: bool) -> list[GoalLine]:
    """The goals in force at the end of the period."""
    in_force = found.goal_history.on(min(found.period.last, found.today))
    of_dates = [goal.id for goal in in_force if goal.of_dates][:_MOST_OF_DATES]
    of_visits = [goal.id for goal in in_force if not goal.of_dates]
    of_visits = of_visits[: MOST_GOALS - len(of_dates)]
    known = {figure.goal.id: figure for figure in found.goals(found.total)}
    wanted = [goal for goal in (*of_visits, *of_dates) if goal in known]
    return [_goal(known[goal], nothing=nothing) for goal in wanted]


def _goal(figure: GoalResult, *, nothing: bool) -> GoalLine:
    share = asdict(figure.share)
    if small(figure.share.judged) or nothing:
        share |= {"within": 0, "ratio": None, "low": None, "high": None, "verdict": "open"}
    return GoalLine(goal=figure.goal, target=figure.target, **share)


def _findings(
    found: Past,
    earlier: Past,
    lately: Recent,
    goals: Iterable[GoalLine],
    sheets: Sequence[ReportTable],
) -> Iterator[Finding]:
    targets = {line.goal.id: line.target for line in goals}
    history_before = earlier.history if earlier.history.days else None
    left_out = {_COSTS_OF[table.id]: table.hidden for table in sheets if table.id in _COSTS_OF}
    changed = _changed(found, {**lately.days, **earlier.history.days, **found.history.days})
    hidden = {table.id: table.hidden for table in sheets}
    waits = found.spreads.waits
    for finding in find(found.history, history_before, targets, changed, lately, waits):
        if finding.subject not in left_out.get(finding.kind, ()) and not _hidden(finding, hidden):
            yield finding


def _hidden(finding: Finding, hidden: Mapping[str, frozenset[str]]) -> bool:
    """Whether a date or hour is mentioned that a table leaves out."""
    if finding.figure is None or not isinstance(finding.subject, tuple):
        return False
    date, hour = finding.subject
    return date in hidden["days"] or hour in hidden["hours"]


def _story(
    queue: Queue, found: Past, finding: Finding, hidden: frozenset[str], now: int
) -> HourStory | None:
    """The hour of a date that is an outlier, or the one in which the date's long waits began."""
    if not isinstance(finding.subject, tuple):
        return None
    branch, (date, hour) = found.branch.id, map(str, finding.subject)
    if finding.kind == "day_stands_out":
        began = worst_hour(queue, branch, date, now=now)
        hour = hour if began is None or began.hour in hidden else began.hour
    return hour_story(queue, branch, date, hour, now=now) if hour else None


def _at(finding: Finding, story: HourStory | None) -> Finding:
    """The finding with the hour that is explained."""
    return replace(finding, subject=(story.date, story.hour)) if story else finding


def _causes(stories: Iterable[HourStory | None]) -> dict[str, dict[str, str]]:
    """The most unusual cause in each of these hours, by language of staff, if there is any."""
    return {
        cause_key(story.date, story.hour): {
            language: cause_text(story, Writing(language)) for language in staff_languages()
        }
        for story in stories
        if story and story.explanation.reasons
    }


def _changed(found: Past, days: Mapping[str, Row]) -> frozenset[str]:
    """The goals that measured something else on some of the days than on others."""
    measures = found.goal_history.measures(days)
    return frozenset(goal for goal, measured in measures.items() if len(measured) > 1)


def _figures(found: Past) -> dict[str, Value]:
    whole = found.total
    if small(whole.inquiries.durations.n):
        return dict.fromkeys(FIGURES, HIDDEN)
    by_figure = dict(zip(FIGURES, values(RowContext.of(whole, whole), FIGURES), strict=True))
    return {**figures(by_figure, whole), "days": len(found.history.days)}


def _names(found: Past) -> dict[str, dict[str, str]]:
    return {
        service: {
            language: found.name("service", service, language) for language in staff_languages()
        }
        for service in {*found.history.services, *found.branch.services}
    }


def _pauses(found: Past, kind: ReportKind) -> list[ReportTable]:
    """The counters' pauses by reason, the longest first; no table without any."""
    if kind == "month":
        # A month less its weeks leaves a day or two: one shift, and so one person.
        return []
    by_reason = all_pauses(found.history)
    if not by_reason:
        return []
    whole = Pauses()
    for pauses in by_reason.values():
        whole.absorb(pauses.n, pauses.ms)
    keys = tuple(sorted(by_reason, key=lambda reason: (-by_reason[reason].ms, reason)))
    rows = tuple((by_reason[reason].n, by_reason[reason].hours) for reason in keys)
    columns = "pauses_begun", "paused_time"
    return [ReportTable("pauses", columns, keys, rows, (whole.n, whole.hours), frozenset())]


def _reasons(found: Past, pauses: Iterable[ReportTable]) -> dict[str, dict[str, str]]:
    return {
        name_key("pause", reason): {
            language: found.name("pause", reason, language) for language in staff_languages()
        }
        for one in pauses
        for reason in one.keys
    }
