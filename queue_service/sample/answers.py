"""What the sample's citizens answered on the days before: satisfaction has something to show.

Made up, the same for a branch and a date every time. The shares are near those of Skanderborg's
survey: most are very satisfied, with the help a little more than with how the task was solved.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from queue_service.feedback.rules import RATINGS, Question, fields_of
from queue_service.sample.demand import demand

DAYS: Final = 28
"""So many days before the first start have answers, where the branch was open."""

_WEIGHTS: Final[Mapping[Question, Sequence[float]]] = {
    "help": (1, 1, 3, 9, 86),
    "task": (2, 2, 4, 11, 81),
}
"""How often each answer is given, from very dissatisfied to very satisfied."""
_ANSWERS_AN_HOUR: Final = 3.0


def answers(branch: str, date: str, hours: Sequence[int], teams: Sequence[str]) -> dict[str, int]:
    """The stored counts of a date (``feedback/rules.py``); ``hours`` are those it was open in."""
    people = demand(branch)
    if people is None:
        return {}
    chance = random.Random(f"{branch} {date}")  # noqa: S311 - a sample, not a secret
    services, shares = list(people.shares), list(people.shares.values())
    counts: Counter[str] = Counter()
    for hour in hours:
        for _ in range(round(chance.uniform(0, 2 * _ANSWERS_AN_HOUR))):
            (service,) = chance.choices(services, shares)
            given = {
                question: chance.choices(RATINGS, weights)[0]
                for question, weights in _WEIGHTS.items()
            }
            counts.update(fields_of(f"{hour:02}", service, chance.choice(teams), given))
    return dict(counts)
