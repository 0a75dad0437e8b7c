"""A period's answers, written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from queue_service.feedback.rules import (
    LATER,
    QUESTIONS,
    RATINGS,
    Answers,
    FeedbackBreakdown,
    FeedbackTotals,
    Question,
)
from queue_service.goals import wording
from queue_service.goals.rules.shares import Share
from queue_service.history.operations.answers import share_of_answers
from queue_service.history.operations.history import GoalResult
from queue_service.language.catalogues import N_, NN_
from queue_service.language.languages import name_in
from queue_service.language.wording import NOTHING
from queue_service.satisfaction.operations import Feedback
from queue_service.tables.model import HIDDEN
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
    """A question with the share that is very satisfied; empty ``bars`` where too few answered.

    ``goals`` is the state of each goal on it, in words.
    """

    name: str
    share: str
    interval: str
    of: str
    bars: tuple[AnswerBar, ...]
    goals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SatisfactionRow:
    """A row of a breakdown: how many answered, and the share for each question."""

    name: str
    people: str
    shares: tuple[tuple[str, str], ...]
    """Each with its interval and number beneath; these are empty where it is left out."""


@dataclass(frozen=True, slots=True)
class SatisfactionView:
    """Writes a period's answers in one language."""

    found: Feedback
    write: Writing
    goals: Sequence[GoalResult] = ()

    def any(self) -> bool:
        """Whether anybody answered."""
        return self.found.total.people > 0

    def questions(self) -> list[QuestionView]:
        """The two questions, over all answers."""
        return [self._question(question) for question in QUESTIONS]

    def question_names(self) -> list[str]:
        """What the columns of a breakdown are called."""
        return [self.write(QUESTION_NAMES[question]) for question in QUESTIONS]

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

    def services(self) -> list[SatisfactionRow]:
        """By service, in the order of the configuration; none where no answer has one."""
        names = {s.id: s.name for s in self.found.branch.services.values()}
        return self._lines("service", self.write(N_("Service not known")), names)

    def teams(self) -> list[SatisfactionRow]:
        """By team, in the order of the configuration; none where no answer has one."""
        names = {team.id: team.name for team in self.found.branch.teams.values()}
        return self._lines("team", self.write(N_("Team not known")), names)

    def hours(self) -> list[SatisfactionRow]:
        """By the hour of the day."""
        later = self.write(N_("Answered later, by the slip"))
        rows = self.found.rows("hour")
        return [
            self._line(later if hour == LATER else self.write.hour(hour), row)
            for hour, row in rows.items()
        ]

    def months(self) -> str:
        """The months that services, teams and hours are shown for."""
        return self.write.months(self.found.whole)

    def hides(self, lines: list[SatisfactionRow]) -> bool:
        """Whether one of the lines leaves its shares out."""
        return any(share == HIDDEN for line in lines for share, _ in line.shares)

    def _lines(
        self, by: FeedbackBreakdown, unknown: str, names: Mapping[str, Mapping[str, str]]
    ) -> list[SatisfactionRow]:
        rows = dict(self.found.rows(by))
        if not rows.keys() - {""}:
            return []
        order = [*(key for key in names if key in rows), *sorted(rows.keys() - names.keys())]
        called = {key: name_in(name, self.write.language) for key, name in names.items()}
        return [self._line(called.get(key, key) or unknown, rows[key]) for key in order]

    def _line(self, name: str, row: FeedbackTotals) -> SatisfactionRow:
        shares = tuple(self._share(row.answers[question]) for question in QUESTIONS)
        return SatisfactionRow(name, self.write.count(row.people), shares)

    def _share(self, answers: Answers) -> tuple[str, str]:
        if not answers.shown:
            return HIDDEN, ""
        if not answers.n:
            return NOTHING, ""
        share = answers.very_satisfied()
        low, high = self.write.percent(share.low), self.write.percent(share.high)
        of = self.write.counted(_ANSWERS, answers.n)
        return self.write.percent(share.ratio), f"{low} – {high} {of}"

    def _question(self, question: Question) -> QuestionView:
        answers = self.found.total.answers[question]
        share = share_of_answers(self.found.answers[question])
        of = self.write.counted(_ANSWERS, answers.n)
        name, goals = self.write(QUESTION_NAMES[question]), self._goals(question)
        if not answers.n:
            return QuestionView(name, NOTHING, "", of, (), goals)
        interval = self._interval(share)
        return QuestionView(
            name, self.write.percent(share.ratio), interval, of, self._bars(answers), goals
        )

    def _goals(self, question: Question) -> tuple[str, ...]:
        """The state of each goal on a question over the period."""
        return tuple(self._goal(one) for one in self.goals if one.goal.question == question)

    def _goal(self, figure: GoalResult) -> str:
        target, share = wording.target(figure.target or 0, self.write), figure.share
        if not share.judged:
            return self.write(N_("{goal}: nothing counted yet"), goal=target)
        verdict = "few" if share.verdict == "open" else share.verdict
        return self.write(
            N_("{goal}: {verdict}, {ratio} of {n} that count"),
            goal=target,
            verdict=self.write(wording.VERDICTS[verdict]),
            ratio=self.write.percent(share.ratio),
            n=self.write.count(share.judged),
        )

    def _interval(self, share: Share) -> str:
        low, high = self.write.percent(share.low), self.write.percent(share.high)
        if share.interval == "days":
            return self.write(N_("95% interval over days: {low} to {high}"), low=low, high=high)
        return self.write(N_("95% interval: {low} to {high}"), low=low, high=high)

    def _bars(self, answers: Answers) -> tuple[AnswerBar, ...]:
        bars = []
        for rating in reversed(RATINGS):
            n = answers.counts[rating - 1]
            name, share = self.write(RATING_NAMES[rating]), n / answers.n
            bars.append(
                AnswerBar(name, self.write.count(n), self.write.percent(share), 100 * share)
            )
        return tuple(bars)
