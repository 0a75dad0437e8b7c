"""Several branches compared over the same period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.contacts.week import CountWeek, added
from queue_service.goals.rules.goal import EVERYTHING, Goal
from queue_service.history.operations.history import Past
from queue_service.language.catalogues import N_
from queue_service.tables.figures.catalogue import values
from queue_service.tables.figures.figure import RowContext
from queue_service.tables.measures import (
    HANDLING,
    VISITS,
    WAITING,
    column,
    goal_columns,
    goal_values,
)
from queue_service.tables.model import HIDDEN, Table, Value
from queue_service.tables.words import Words

TITLE: Final = N_("Branches")
_CONTACTS: Final = ("contacts", "all_contacts", "contacts_share")
_FIGURES: Final = (*VISITS, *WAITING, *HANDLING, "first_contact")

GoalKey = tuple[str, int | None]
"""A goal's indicator and limit: the key by which goals of different branches are the same."""


def branches_table(pasts: Sequence[Past], week: CountWeek, language: str) -> Table:
    """A row for each branch; ``week`` has what they counted, and leaves out what is of few.

    Goals share a column if they measure the same, that is the same indicator under the same limit,
    over all services and hours; each branch is compared with its own target.
    """
    say = Words(language)
    goals = [_comparable(past) for past in pasts]
    measures = {measure: goal for known in goals for measure, goal in known.items()}
    columns = [column(say, figure) for figure in ("branch", *_FIGURES, *_CONTACTS)]
    for goal in measures.values():
        columns += goal_columns(say, say.goal(pasts[0], goal), _key(goal))
    rows = tuple(
        _row(past, known, list(measures), week) for past, known in zip(pasts, goals, strict=True)
    )
    keys = tuple(past.branch.id for past in pasts)
    return Table("branches", say(TITLE), tuple(columns), keys, rows)


def _row(
    past: Past, known: Mapping[GoalKey, Goal], measures: Sequence[GoalKey], week: CountWeek
) -> tuple[Value, ...]:
    row, targets = past.total, past.targets()
    cells = [past.branch.name, *values(RowContext.of(row, row), _FIGURES, existed=past.existed())]
    cells += _contacts(week, past.branch)
    running, over = past.running(past.history.days), past.over(past.period.last)
    for measure in measures:
        goal = known.get(measure)
        found = goal and past.figure(goal, targets.get(goal.id), row, running=running)
        share, target = (found.share, found.target) if found else (None, None)
        cells += goal_values(share, target, over=over)
    return tuple(cells)


def _contacts(week: CountWeek, branch: Branch) -> list[Value]:
    """As the page of all contacts has them."""
    if branch not in week.branches:
        return [None] * len(_CONTACTS)
    inquiries, without = week.of_branch(branch.id)
    both = added(inquiries, without)
    share = HIDDEN if both is None or week.total is None else week.share(branch.id)
    return [HIDDEN if n is None else n for n in (without, both)] + [share]


def _comparable(past: Past) -> dict[GoalKey, Goal]:
    goals = [
        g for g in past.goal_history.latest().values() if EVERYTHING in g.services and not g.hours
    ]
    return {(g.indicator.id, g.threshold_seconds): g for g in reversed(goals)}


def _key(goal: Goal) -> str:
    limit = goal.threshold_seconds
    return goal.indicator.id if limit is None else f"{goal.indicator.id}-{limit}"
