"""A period's answers, written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from queue_service.feedback.rules import QUESTIONS, RATINGS, Answers, Question
from queue_service.goals import wording
from queue_service.goals.rules.verdicts import Share
from queue_service.history.operations.answers import share_of_answers
from queue_service.history.operations.history import GoalResult
from queue_service.language.catalogues import N_, NN_
from queue_service.language.wording import NOTHING
from queue_service.satisfaction.operations import Feedback
from queue_service.tables.build import ANSWER_TABLES, other_table
from queue_service.tables.model import Table
from queue_service.tables.subjects.answers import answer_rows
from queue_service.tables.words import QUESTION_NAMES, RATING_NAMES
from queue_service.tables.writing import Writing

_ANSWERS: Final = NN_("of {n} answer", "of {n} answers")
_SET_ASIDE: Final = NN_(
    "{n} answer was taken for a repeat and is not counted.",
    "{n} answers were taken for repeats and are not counted.",
)


@dataclass(frozen=True, slots=True)
class AnswerBar:
    """How many gave one of the five answers; ``width`` in percent of all."""

    name: str
    n: str
    share: str
    width: float


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question with the share that is very satisfied; empty ``bars`` if too few answered.

    ``goals`` is the state of each goal on it, in words, ``before`` the share of the period before;
    empty if too few answered then.
    """

    name: str
    share: str
    interval: str
    of: str
    bars: tuple[AnswerBar, ...]
    goals: tuple[str, ...] = ()
    before: str = ""


@dataclass(frozen=True, slots=True)
class SatisfactionView:
    """Writes a period's answers in one language.

    ``by_month`` has the whole months of the period, or the last one before its end: what services,
    teams and hours are shown for.
    """

    found: Feedback
    by_month: Feedback
    write: Writing
    goals: Sequence[GoalResult] = ()
    earlier: Feedback | None = None
    """The period before."""

    def any(self) -> bool:
        """Whether anybody answered."""
        return self.found.total.people > 0

    def questions(self) -> list[QuestionView]:
        """The two questions, over all answers."""
        return [self._question(question) for question in QUESTIONS]

    def people(self) -> str:
        """How many answered."""
        return self.write.count(self.found.total.people)

    def completed(self) -> str:
        """How many visits were completed meanwhile."""
        return self.write.count(self.found.completed)

    def answer_rate(self) -> str:
        """How many of those answered."""
        return self.write.percent(self.found.answer_rate)

    def set_aside(self) -> str:
        """How many answers are not counted, as a sentence; empty for none."""
        n = self.found.set_aside
        return self.write.counted(_SET_ASIDE, n) if n else ""

    def groups(self) -> list[Table]:
        """By service, by team and by the hour of the day, over whole months."""
        return [
            other_table(table_id, answer_rows(self.by_month, by, self.write), self.write)
            for table_id, by in ANSWER_TABLES.items()
        ]

    def _question(self, question: Question) -> QuestionView:
        answers = self.found.total.answers[question]
        share = share_of_answers(self.found.answers[question])
        of = self.write.counted(_ANSWERS, answers.n)
        name, goals = self.write(QUESTION_NAMES[question]), self._goals(question)
        if not answers.n:
            return QuestionView(name, NOTHING, "", of, (), goals, self._before(question))
        return QuestionView(
            name,
            self.write.percent(share.ratio),
            self._interval(share),
            of,
            self._bars(answers),
            goals,
            self._before(question),
        )

    def _before(self, question: Question) -> str:
        answers = self.earlier.total.answers[question] if self.earlier else Answers()
        if self.earlier is None or not answers.n:
            return ""
        share = share_of_answers(self.earlier.answers[question])
        return self.write(
            N_("Before ({period}): {share} {answers}. {interval}"),
            period=self.write.period_within(self.earlier.period),
            share=self.write.percent(share.ratio),
            answers=self.write.counted(_ANSWERS, answers.n),
            interval=self._interval(share),
        )

    def _goals(self, question: Question) -> tuple[str, ...]:
        """The state of each goal on a question over the period."""
        return tuple(self._goal(one) for one in self.goals if one.goal.question == question)

    def _goal(self, figure: GoalResult) -> str:
        target, share = wording.target(figure.target or 0, self.write), figure.share
        if not share.judged:
            return self.write(N_("{goal}: nothing counted yet"), goal=target)
        return self.write(
            N_("{goal}: {verdict}, {ratio} of {n} that count"),
            goal=target,
            verdict=self.write(wording.VERDICTS[share.undecided or share.verdict]),
            ratio=self.write.percent(share.ratio),
            n=self.write.count(share.judged),
        )

    def _interval(self, share: Share) -> str:
        low, high = self.write.percent(share.low), self.write.percent(share.high)
        if share.interval == "days":
            return self.write(N_("95% interval over days: {low} to {high}"), low=low, high=high)
        # Several dates may count as one.
        few = share.days if share.days > 1 else None
        return self.write.certain(share.low, share.high, few)

    def _bars(self, answers: Answers) -> tuple[AnswerBar, ...]:
        bars = []
        for rating in reversed(RATINGS):
            n = answers.counts[rating - 1]
            name, share = self.write(RATING_NAMES[rating]), n / answers.n
            bars.append(
                AnswerBar(name, self.write.count(n), self.write.percent(share), 100 * share)
            )
        return tuple(bars)
