"""Citizens' answers to two questions, and their counting.

An answer is a count by the hour of the day, the service and the team, where these are known. No
finer time and no ticket is kept with it, so an answer cannot be traced to a person.

The two questions are those of Skanderborg's survey: the help and guidance received, and how the
task was solved. An answer is satisfied if it is the best of five ("very satisfied").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, get_args

from queue_service.goals.rules.verdicts import Share, share

Question = Literal["help", "task"]
"""The help and guidance that was given; how the task was solved."""
QUESTIONS: Final[tuple[Question, ...]] = get_args(Question)

Rating = Literal[1, 2, 3, 4, 5]
"""From very dissatisfied to very satisfied."""
RATINGS: Final[tuple[Rating, ...]] = get_args(Rating)
BEST: Final[Rating] = 5

FeedbackBreakdown = Literal["day", "hour", "service", "team"]

LEAST_SHOWN: Final = 10
"""Fewer answers to a question than this are not shown: the staff would know who gave them."""
REPEAT_MS: Final = 5_000
"""Answers of one terminal that follow each other this closely are one hand pressing again. Only the
first counts; each of them restarts the window."""
WINDOW_MS: Final = 300_000
"""How long a terminal's answers are counted together, from the first of them on."""
MOST_COUNTED: Final = 10
"""Of one terminal's answers within the window no more are counted: a full waiting room gives
three."""
MOST_PRESSES: Final = 100
"""The most answers that a terminal may send within the window."""


LATER: Final = ""
"""In place of the hour: an answer by a slip's code, which comes at any hour."""
MOST_WRONG_CODES: Final = 20
"""The most unknown codes that may be tried from one address within :data:`WRONG_CODES_MS`."""
WRONG_CODES_MS: Final = 300_000
CODE_LENGTH: Final = 10


def printed_code(code: str) -> str:
    """A code as it is printed, in two halves: ``7K3MQ-9QXPA``."""
    half = CODE_LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


class FeedbackCount(NamedTuple):
    """How many gave an answer in an hour (``09``) of a date; service and team may be empty.

    The hour is empty for :data:`LATER`.

    ``question`` is empty for the count of people, whichever of the questions they answered.
    """

    date: str
    hour: str
    service: str
    team: str
    question: str
    rating: int
    n: int

    def key(self, by: FeedbackBreakdown) -> str:
        """The row of a breakdown that it belongs to."""
        return self.date if by == "day" else str(getattr(self, by))


SET_ASIDE: Final = "set_aside"
"""The field that counts answers which were taken for repeats."""


def fields_of(
    hour: str, service: str, team: str, ratings: Mapping[Question, Rating]
) -> tuple[str, ...]:
    """The stored fields that one person's answers add one to."""
    answered = (f"{hour}|{service}|{team}|{question}|{n}" for question, n in ratings.items())
    return (f"{hour}|{service}|{team}||0", *answered)


def read_day(date: str, stored: Mapping[str, str]) -> tuple[list[FeedbackCount], int]:
    """A date's cells, and how many answers were set aside."""
    cells = []
    for name, n in stored.items():
        if name != SET_ASIDE:
            hour, service, team, question, rating = name.split("|")
            cells.append(FeedbackCount(date, hour, service, team, question, int(rating), int(n)))
    return cells, int(stored.get(SET_ASIDE, 0))


@dataclass(slots=True)
class Answers:
    """How the answers to one question fell, from the worst rating to the best.

    ``shown`` is false if they are too few to be shown, or would reveal others that are.
    """

    counts: list[int] = field(default_factory=lambda: [0] * len(RATINGS))
    shown: bool = True

    @property
    def n(self) -> int:
        """How many answered."""
        return sum(self.counts)

    def very_satisfied(self, target: float | None = None) -> Share:
        """The share that gave the best answer, with its 95 % interval."""
        return share(self.n, self.counts[BEST - 1], target)


@dataclass(slots=True)
class FeedbackTotals:
    """The answers under one key of a breakdown; ``people`` counts who answered anything."""

    people: int = 0
    answers: dict[Question, Answers] = field(
        default_factory=lambda: {question: Answers() for question in QUESTIONS}
    )

    def add(self, cell: FeedbackCount) -> None:
        """Count a cell."""
        for question in QUESTIONS:
            if cell.question == question:
                self.answers[question].counts[cell.rating - 1] += cell.n
        if not cell.question:
            self.people += cell.n


def counted_by_date(days: Mapping[str, Answers], visited: Collection[str]) -> dict[str, Answers]:
    """The answers to a question by the date on which they count in figures over days.

    A date with enough answers to be shown counts alone. Dates with fewer are put together, within
    their month and in their order, until they have enough, and count on the date that makes them
    enough; the rest of a month is not shown. A date counts alone or makes enough only if it is
    ``visited``, that is, has visits. So every sum over dates is a sum of groups that may be shown,
    and no difference of two sums is a smaller group.
    """
    return {
        date: together(days[one] for one in dates) for date, dates in _groups(days, visited).items()
    }


def _groups(days: Mapping[str, Answers], visited: Collection[str]) -> dict[str, list[str]]:
    """The dates with answers that count together, by the date on which they count."""
    found: dict[str, list[str]] = {}
    few, n, month = list[str](), 0, ""
    for date in sorted({*days, *visited}):
        answered = days[date].n if date in days else 0
        if date[:7] != month:
            few, n, month = [], 0, date[:7]
        if answered >= LEAST_SHOWN and date in visited:
            found[date] = [date]
            continue
        few += [date] if answered else []
        n += answered
        if n >= LEAST_SHOWN and date in visited:
            found[date] = few
            few, n = [], 0
    return found


def counted_cells(cells: Iterable[FeedbackCount], visited: Collection[str]) -> list[FeedbackCount]:
    """The cells that count in figures over days (:func:`counted_by_date`), and the cells of
    people."""
    known = tuple(cells)
    found = [cell for cell in known if not cell.question]
    for question in QUESTIONS:
        groups = _groups(answers_to(question, known), visited).values()
        dates = {date for group in groups for date in group}
        found += [cell for cell in known if cell.question == question and cell.date in dates]
    return found


def together(answers: Iterable[Answers]) -> Answers:
    """All of these answers."""
    found = Answers()
    for one in answers:
        found.counts = [a + b for a, b in zip(found.counts, one.counts, strict=True)]
    return found


def answers_to(question: Question, cells: Iterable[FeedbackCount]) -> dict[str, Answers]:
    """The answers to a question by date."""
    found: dict[str, Answers] = {}
    for cell in cells:
        if cell.question == question:
            found.setdefault(cell.date, Answers()).counts[cell.rating - 1] += cell.n
    return found


def rows_of_months(
    months: Iterable[Iterable[FeedbackCount]], by: FeedbackBreakdown
) -> dict[str, FeedbackTotals]:
    """The same of several months: the published part of each, added up."""
    found: dict[str, FeedbackTotals] = {}
    for cells in months:
        for key, row in rows(cells, by).items():
            mine = found.setdefault(key, FeedbackTotals())
            mine.people += row.people
            for question, answers in row.answers.items():
                so_far = mine.answers[question]
                if answers.shown:
                    so_far.counts = together((so_far, answers)).counts
                so_far.shown = so_far.n > 0 or (so_far.shown and answers.shown)
    return dict(sorted(found.items()))


def rows(cells: Iterable[FeedbackCount], by: FeedbackBreakdown) -> dict[str, FeedbackTotals]:
    """A month's answers by hour of the day, service or team, in the order of their keys.

    The key is empty for answers of which the service or team is not known.
    """
    known = tuple(cells)
    found: dict[str, FeedbackTotals] = {}
    for cell in known:
        found.setdefault(cell.key(by), FeedbackTotals()).add(cell)
    for question in QUESTIONS:
        answers = {key: row.answers[question] for key, row in found.items()}
        _hide(answers, by, [cell for cell in known if cell.question == question])
    return dict(sorted(found.items()))


def _hide(
    answers: Mapping[str, Answers], by: FeedbackBreakdown, cells: Iterable[FeedbackCount]
) -> None:
    """Hide rows of too few, and those from which, with the other rows, they could be computed."""
    if by in ("service", "team"):
        told = _told(cells)
        place = _PLACES.index(by)
        for key, row in answers.items():
            row.shown = (place, key) in told
        return
    for row in answers.values():
        row.shown = row.n >= LEAST_SHOWN
    # Rows of services reveal what came by slips' codes: these know theirs, and a terminal knows
    # none.
    at_terminals = [row for key, row in answers.items() if key != LATER]
    for group in (at_terminals, list(answers.values())):
        hidden = sum(row.n for row in group if not row.shown)
        others = [row for row in group if row.shown]
        if others and 0 < hidden < LEAST_SHOWN:
            min(others, key=lambda row: row.n).shown = False


_PLACES: Final[tuple[FeedbackBreakdown, ...]] = ("service", "team")
_Row = tuple[int, str]
"""A row of the table of services or of teams, by its place in the former, and its key."""


def _told(cells: Iterable[FeedbackCount]) -> Mapping[_Row, int]:
    """The rows of both tables that are shown, and how many answers they have.

    They divide all answers into parts: of a service and a team, of one of them and what is not
    shown of the other, and the rest. A part is left without answers, or has enough to be shown. So
    does whatever the sums and differences of rows and total come to. If both have enough, the hours
    divide each part once more: by terminals and by slips' codes.
    """
    sizes: Counter[tuple[str, str, bool]] = Counter()
    sums: Counter[_Row] = Counter()
    later: Counter[bool] = Counter()
    for cell in cells:
        by_code = cell.hour == LATER
        sizes[cell.service, cell.team, by_code] += cell.n
        sums.update({(0, cell.service): cell.n, (1, cell.team): cell.n})
        later[by_code] += cell.n
    divided = min(later.values(), default=0) >= LEAST_SHOWN
    told = {row: n for row, n in sums.items() if n >= LEAST_SHOWN}
    while told and (small := _small_part(sizes, told, divided=divided)) is not None:
        of_it = [row for row in told if row in small] or list(told)
        del told[min(of_it, key=lambda row: (told[row], row))]
    return told


def _small_part(
    sizes: Mapping[tuple[str, str, bool], int], told: Mapping[_Row, int], *, divided: bool
) -> frozenset[_Row] | None:
    """The rows, of those that are shown, that share a part of too few; None without such a part.

    The rest comes last: it grows with each row that is left out.
    """
    parts: Counter[tuple[frozenset[_Row], bool]] = Counter()
    for (service, team, by_code), n in sizes.items():
        of_part = frozenset(row for row in ((0, service), (1, team)) if row in told)
        parts[of_part, divided and by_code] += n
    small = [of_part for (of_part, _), n in parts.items() if n < LEAST_SHOWN]
    return max(small, key=lambda of_part: (len(of_part), sorted(of_part)), default=None)
