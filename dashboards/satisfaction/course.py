"""How the share of very satisfied went over a period: by date, or by month in a long one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboards.history.charts import Drawing, step_of
from queue_service.charts.style import NARROW, WIDE, Chart
from queue_service.charts.trend import Point, trend
from queue_service.feedback.rules import QUESTIONS, Answers, Question, together
from queue_service.goals.rules.verdicts import Share
from queue_service.history.operations.answers import share_of_answers
from queue_service.history.operations.history import GoalResult
from queue_service.language.catalogues import N_
from queue_service.satisfaction.operations import Feedback
from queue_service.tables.measures import column
from queue_service.tables.model import Table
from queue_service.tables.words import QUESTION_NAMES
from queue_service.tables.writing import Writing


@dataclass(frozen=True, slots=True)
class QuestionCourse:
    """A question's shares in their order: the table, and the chart to draw."""

    question: Question
    name: str
    table: Table
    drawing: Drawing


def courses(found: Feedback, goals: Sequence[GoalResult], write: Writing) -> list[QuestionCourse]:
    """A course of each question that has two dates, or months, at least on which answers count.

    Answers of a date count as on the rest of the page: ten at least, see ``Feedback.answers``.
    """
    targets = {one.goal.question: one.target for one in goals}
    made = (_course(found, question, targets.get(question), write) for question in QUESTIONS)
    return [course for course in made if len(course.table.rows) > 1]


def _course(
    found: Feedback, question: Question, target: float | None, write: Writing
) -> QuestionCourse:
    by_month = step_of(found.period) == "months"
    groups: dict[str, dict[str, Answers]] = {}
    for date, answers in found.answers[question].items():
        if answers.n:
            groups.setdefault(date[:7] if by_month else date, {})[date] = answers
    shares = {key: share_of_answers(groups[key]) for key in sorted(groups)}
    name = write(QUESTION_NAMES[question])
    return QuestionCourse(
        question,
        name,
        _table(name, groups, shares, by_month, write),
        _drawing(name, _points(found, shares, target, by_month, write), write),
    )


def _table(
    name: str,
    groups: Mapping[str, Mapping[str, Answers]],
    shares: Mapping[str, Share],
    by_month: bool,
    write: Writing,
) -> Table:
    key_figure = "month" if by_month else "date"
    columns = (key_figure, "answers", "very_satisfied_share", "answers_low", "answers_high")
    return Table(
        f"{key_figure}s",
        name,
        tuple(column(write, figure) for figure in columns),
        tuple(shares),
        tuple(
            (
                write.month(f"{key}-01", with_year=True) if by_month else key,
                together(groups[key].values()).n,
                share.ratio,
                share.low,
                share.high,
            )
            for key, share in shares.items()
        ),
    )


def _points(
    found: Feedback,
    shares: Mapping[str, Share],
    target: float | None,
    by_month: bool,
    write: Writing,
) -> list[Point]:
    """A point for every date or month from the first to the last with a share; gaps have none."""
    keys = sorted({date[:7] if by_month else date for date in found.period.dates()})
    drawn = [key for key in keys if min(shares, default="") <= key <= max(shares, default="")]
    with_year = found.period.first[:4] != found.period.last[:4]
    points = []
    for key in drawn:
        label = write.month(f"{key}-01", with_year=with_year) if by_month else write.short_day(key)
        share = shares.get(key)
        if share is None:
            points.append(Point(label, None, goal=target))
        else:
            points.append(Point(label, share.ratio, share.low, share.high, target))
    return points


def _drawing(name: str, points: Sequence[Point], write: Writing) -> Drawing:
    known = [(point.value, point.label) for point in points if point.value is not None]
    (low, low_at), (high, high_at) = min(known, default=(0, "")), max(known, default=(0, ""))
    description = write(
        N_("{figure}: lowest {low} ({low_at}), highest {high} ({high_at})."),
        figure=name,
        low=write.percent(low),
        low_at=low_at,
        high=write.percent(high),
        high_at=high_at,
    )
    title = write(N_("Very satisfied, share"))

    def chart(width: int) -> Chart:
        return trend(points, title, "ratio", write.language, width)

    return Drawing(chart(WIDE), chart(NARROW), description)
