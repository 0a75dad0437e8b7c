"""Findings in plain words, each backed by its numbers.

A share's interval is shown with its goal alone. A finding's own allows for more, and two of one
share would only puzzle; that it excludes chance is said in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from typing import Final

from queue_service.branches.rules.dates_and_hours import weekday_of
from queue_service.goals.rules.verdicts import beyond
from queue_service.history.rules.confidence_intervals import MIN_DAYS
from queue_service.insight.operations.hours import HourStory
from queue_service.insight.rules.finding import Finding, FindingKind, StandsOutIn
from queue_service.insight.wording import factor_words
from queue_service.language.catalogues import N_
from queue_service.language.wording import stopwatch
from queue_service.reports.report import Report, ReportKind
from queue_service.tables.model import Value
from queue_service.tables.writing import Writing


@dataclass(frozen=True, slots=True)
class FindingText:
    """A finding in one line, the numbers behind it, and its ``tone``: good, bad or neither.

    ``slipped`` is a date with its hour that says more, where there is one.
    """

    headline: str
    numbers: str
    tone: str
    slipped: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class LongestDay:
    """The date on which people waited longest, and how long next to the whole period: a fact, which
    may be chance."""

    date: str
    text: str


_LONGEST: Final = N_(
    "{day} had the longest waits: {wait} on average, and {usual} over the whole period."
)
_GAVE_UP: Final = N_("{part} gave up ({share}), and {usual} over the whole period.")
_HEADLINES: Final[Mapping[FindingKind, str]] = {
    "goal_missed": N_("The goal was missed: {goal}"),
    "goal_met": N_("The goal was met: {goal}"),
    "service_costs": N_("{subject} holds the goal back most: {goal}"),
    "hour_costs": N_("The hour {subject} holds the goal back most: {goal}"),
    "weekday_costs": N_("{subject} holds the goal back most: {goal}"),
    "improved": N_("Better than {before}: {goal}"),
    "worsened": N_("Worse than {before}: {goal}"),
    "demand_up": N_("More people came than {before}"),
    "demand_down": N_("Fewer people came than {before}"),
    "crowded": N_("{subject}: most people waiting for each open counter"),
}
_LOSSES: Final[Mapping[tuple[FindingKind, str], str]] = {
    ("loss_up", "abandoned"): N_("More people gave up waiting than {before}"),
    ("loss_up", "no_show"): N_("More people did not come when called than {before}"),
    ("loss_up", "incomplete"): N_("More visits were not completed than {before}"),
    ("loss_down", "abandoned"): N_("Fewer people gave up waiting than {before}"),
    ("loss_down", "no_show"): N_("Fewer people did not come when called than {before}"),
    ("loss_down", "incomplete"): N_("Fewer visits were not completed than {before}"),
}
_STANDING: Final[Mapping[StandsOutIn, tuple[str, str]]] = {
    "waiting": (
        N_("{subject}: people waited far longer than usual"),
        N_("{value} on average over {n} waits; usually {reference}, and up to {high} by chance."),
    ),
    "abandoned": (
        N_("{subject}: far more people gave up waiting than usual"),
        N_("{value} of {n}; usually {reference}, and up to {high} by chance."),
    ),
    "goal": (
        N_("{subject}: far from the usual: {goal}"),
        N_("{value} of {n}; usually {reference}, and down to {low} by chance."),
    ),
}
_CAUSE: Final = N_("{reason} at {hour}: {numbers}.")
_MOST: Final = N_("Most of all {service}.")
_AGAINST_GOAL: Final = N_(
    "{value} of {n}; the goal is {reference}. Chance differences between days do not explain that."
)
_MISSED: Final = N_(
    "{value} of {n}; the goal is {reference}. That is {beyond} more misses than it tolerates."
)
_MISSED_SURELY: Final = N_(
    "{value} of {n}; the goal is {reference}. That is {beyond} more misses than it tolerates. "
    "Chance differences between days do not explain that."
)
_COSTS: Final = N_(
    "{value} of {n}; the goal is {reference}. That is {beyond} more misses than it tolerates, at "
    "least {misses} of them beyond chance."
)
_AGAINST_BEFORE: Final = N_(
    "{value} of {n}, against {reference}. Chance differences between days do not explain that."
)
_DEMAND: Final = N_(
    "{value} visits per open day, against {reference}. Allowing for chance: between {low} and "
    "{high}."
)
_CROWDED: Final = N_(
    "{value} people waiting for each open counter on average, against {reference} over all hours. "
    "Allowing for chance at least {low}."
)
_NUMBERS: Final[Mapping[FindingKind, str]] = {
    "goal_missed": _MISSED_SURELY,
    "goal_met": _AGAINST_GOAL,
    "service_costs": _COSTS,
    "hour_costs": _COSTS,
    "weekday_costs": _COSTS,
    "loss_up": _AGAINST_BEFORE,
    "loss_down": _AGAINST_BEFORE,
    "improved": _AGAINST_BEFORE,
    "worsened": _AGAINST_BEFORE,
    "demand_up": _DEMAND,
    "demand_down": _DEMAND,
    "crowded": _CROWDED,
}
_MISSES: Final = ("goal_missed", "service_costs", "hour_costs", "weekday_costs")
_GOOD: Final = ("goal_met", "loss_down", "improved")
_NEITHER: Final = ("demand_up", "demand_down", "crowded")
BEFORE: Final[Mapping[ReportKind, str]] = {
    "week": N_("the week before"),
    "month": N_("the month before"),
}
"""The period before, by kind."""


def cause_text(story: HourStory, writing: Writing) -> str:
    """The most unusual cause of a hard hour, in a sentence."""
    factor, *_ = story.explanation.reasons
    said = factor_words(factor, story.open_part, writing)
    text = writing(_CAUSE, reason=said.reason, hour=writing.hour(story.hour), numbers=said.numbers)
    if factor.service is None:
        return text
    service = writing.service(story.past, factor.service)
    return f"{text} {writing(_MOST, service=service)}"


def finding_text(report: Report, finding: Finding, writing: Writing) -> FindingText:
    """A finding of a report in a language."""
    kind = finding.kind
    if finding.figure is not None and isinstance(finding.subject, tuple):
        return _standing(report, finding, finding.figure, writing)
    headline = _LOSSES.get((kind, str(finding.subject))) or _HEADLINES[kind]
    headline_text = writing(
        headline,
        goal=_goal(report, finding, writing),
        subject=_subject(report, finding, writing),
        before=writing(BEFORE[report.kind]),
    )
    by_verdict = kind == "goal_missed" and not finding.importance
    numbers = _MISSED if by_verdict else _NUMBERS[kind]
    return FindingText(headline_text, writing(numbers, **_numbers(finding, writing)), _tone(kind))


def longest_day(report: Report, writing: Writing) -> LongestDay | None:
    """The date with the longest mean wait; None if a finding names that date, where there are
    few days, or where their figures are left out."""
    days = next((one for one in report.sheets if one.id == "days"), None)
    if days is None or len(days.keys) < MIN_DAYS:
        return None
    rows = days.by_key()
    waits = {day: row["waiting_mean"] for day, row in rows.items()}
    known = {day: wait for day, wait in waits.items() if isinstance(wait, int | float)}
    day = max(known, key=lambda date: (known[date], date), default="")
    told = {one.subject[0] for one in report.findings if isinstance(one.subject, tuple)}
    usual = days.whole()["waiting_mean"]
    if not day or day in told or not isinstance(usual, int | float):
        return None
    text = writing(
        _LONGEST,
        day=f"{writing.weekday(weekday_of(day))} {writing.day(day)}",
        wait=stopwatch(known[day]),
        usual=stopwatch(usual),
    )
    return LongestDay(
        day, " ".join(filter(None, (text, _gave_up(rows[day], days.whole(), writing))))
    )


def _gave_up(day: Mapping[str, Value], whole: Mapping[str, Value], writing: Writing) -> str:
    counts = [row[name] for row in (day, whole) for name in ("abandoned", "issued")]
    numbers = [n for n in counts if isinstance(n, int)]
    if len(numbers) < len(counts) or not all(numbers[1::2]):
        return ""
    left, came, all_left, all_came = numbers
    return writing(
        _GAVE_UP,
        part=writing.part_of(left, came),
        share=writing.percent(left / came),
        usual=writing.percent(all_left / all_came),
    )


def _standing(
    report: Report, finding: Finding, figure: StandsOutIn, writing: Writing
) -> FindingText:
    """A date, or an hour of one, that is an outlier."""
    headline, numbers = _STANDING[figure]
    write = stopwatch if figure == "waiting" else writing.percent
    shares = {name: write(getattr(finding, name)) for name in ("value", "low", "high", "reference")}
    slipped = _date_hour(finding)
    cause = report.cause(*slipped, writing.language) if slipped else ""
    return FindingText(
        writing(
            headline,
            subject=_subject(report, finding, writing),
            goal=_goal(report, finding, writing),
        ),
        " ".join(filter(None, (writing(numbers, n=writing.count(finding.n), **shares), cause))),
        "bad",
        slipped,
    )


def _date_hour(finding: Finding) -> tuple[str, str] | None:
    if not isinstance(finding.subject, tuple):
        return None
    date, hour = finding.subject
    return (date, hour) if isinstance(date, str) and hour else None


def _tone(kind: FindingKind) -> str:
    if kind in _GOOD:
        return "good"
    return "neither" if kind in _NEITHER else "bad"


def _numbers(finding: Finding, writing: Writing) -> dict[str, str]:
    shares = finding.kind not in _NEITHER
    figures = {name: getattr(finding, name) for name in ("value", "low", "high", "reference")}
    return {
        "n": writing.count(finding.n),
        "misses": writing.count(floor(finding.importance)),
        "beyond": writing.count(_beyond(finding)) if finding.kind in _MISSES else "",
        **{
            name: writing.percent(value) if shares else writing.value(value, "decimal")
            for name, value in figures.items()
        },
    }


def _beyond(finding: Finding) -> int:
    judged = round(finding.n)
    return beyond(judged, round(finding.value * judged), finding.reference)


def _goal(report: Report, finding: Finding, writing: Writing) -> str:
    goal = report.goal(finding.goal) if finding.goal else None
    return writing.goal(report, goal) if goal else finding.goal or ""


def _subject(report: Report, finding: Finding, writing: Writing) -> str:
    subject, say = finding.subject, writing
    if isinstance(subject, tuple):
        date, hour = subject
        if isinstance(date, int):
            return f"{say.weekday(date)} {say.hour(hour)}"
        day = f"{say.weekday(weekday_of(date))} {writing.day(date)}"
        return f"{day}, {say.hour(hour)}" if finding.kind == "hour_stands_out" else day
    if isinstance(subject, int):
        return say.weekday(subject)
    if finding.kind == "hour_costs":
        return say.hour(str(subject))
    return say.service(report, str(subject)) if subject else ""
