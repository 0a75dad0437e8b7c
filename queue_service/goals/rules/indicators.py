"""Indicators of goals: each with its judge, its time and its words.

A new indicator is an entry here, with its words in the catalogues. Nothing else names one, except
code about that indicator alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from queue_service.language.catalogues import N_, NN_

Judged = Literal["wait", "booked_wait", "inquiry", "answers", "free_times"]
"""A visit's first wait, when it is called or leaves; the same of those who came in time for an
appointment; an inquiry, when it is completed; citizens' answers, over whole days; and each
service's nearest free time, once on each day that is open."""

LimitUnit = Literal["seconds", "working_days"]
"""The unit of a limit. A working day counts as a day of 86,400 seconds in a threshold."""

WORKING_DAY_SECONDS: Final = 86_400
"""The part of a threshold for each working day."""

MOST_WORKING_DAYS: Final = 60
"""The longest limit in working days: three months."""

AnswersTo = Literal["help", "task"]
"""The question that answers are given to (``feedback/rules.py``)."""


class InquiryFacts(NamedTuple):
    """The judged facts of a completed inquiry: its handling time (ms), and whether its outcome
    solved it at first contact."""

    handled_ms: int
    solved: bool


Within = Callable[[InquiryFacts, int], bool]
"""Whether an inquiry is within a limit (ms; 0 for an indicator without one)."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator of goals.

    ``within`` is for indicators that judge inquiries, ``answers_to`` for those that judge answers.
    ``has_limit``: its goals have a time to stay under, in ``limit_unit``. ``needs_outcome``:
    inquiries whose outcome were not chosen are not judged. The words are ids of the catalogues:
    ``title`` with a ``{limit}`` if there is one, ``choice`` without it, as a form offers it;
    ``with_target`` with ``{percent}``; ``counted`` is the unit it counts; ``can_take`` and
    ``needed``, for one and for ``{n}``, say how many more misses a goal tolerates, and how many
    more it needs.
    """

    id: str
    judges: Judged
    title: str
    choice: str
    with_target: str
    counted: str
    can_take: tuple[str, str]
    needed: tuple[str, str]
    within: Within | None = None
    answers_to: AnswersTo | None = None
    has_limit: bool = False
    needs_outcome: bool = False
    limit_unit: LimitUnit = "seconds"


HANDLING_TIME: Final = Indicator(
    "handling_time_within",
    "inquiry",
    title=N_("Handled in under {limit}"),
    choice=N_("Handled in under a certain time"),
    with_target=N_("{percent} handled in under {limit}"),
    counted=N_("inquiries"),
    can_take=NN_(
        "The goal can take one more of {limit} or longer",
        "The goal can take {n} more of {limit} or longer",
    ),
    needed=NN_(
        "One more under {limit} needed to reach the goal",
        "{n} more under {limit} needed to reach the goal",
    ),
    within=lambda inquiry, limit_ms: inquiry.handled_ms < limit_ms,
    has_limit=True,
)
WAITING_TIME: Final = Indicator(
    "waiting_time_within",
    "wait",
    title=N_("Called in under {limit}"),
    choice=N_("Called in under a certain time"),
    with_target=N_("{percent} called in under {limit}"),
    counted=N_("visits"),
    can_take=NN_(
        "The goal can take one more wait of {limit} or longer",
        "The goal can take {n} more waits of {limit} or longer",
    ),
    needed=NN_(
        "One more called in under {limit} needed to reach the goal",
        "{n} more called in under {limit} needed to reach the goal",
    ),
    has_limit=True,
)
FIRST_CONTACT: Final = Indicator(
    "first_contact",
    "inquiry",
    title=N_("Solved at first contact"),
    choice=N_("Solved at first contact"),
    with_target=N_("{percent} solved at first contact"),
    counted=N_("inquiries"),
    can_take=NN_(
        "The goal can take one more unsolved at first contact",
        "The goal can take {n} more unsolved at first contact",
    ),
    needed=NN_(
        "One more solved at first contact needed to reach the goal",
        "{n} more solved at first contact needed to reach the goal",
    ),
    within=lambda inquiry, _: inquiry.solved,
    needs_outcome=True,
)

_CAN_TAKE_ANSWERS: Final = NN_(
    "The goal can take one more answer that is not “very satisfied”",
    "The goal can take {n} more answers that are not “very satisfied”",
)
_ANSWERS_NEEDED: Final = NN_(
    "One more very satisfied needed to reach the goal",
    "{n} more very satisfied needed to reach the goal",
)
SATISFIED_WITH_HELP: Final = Indicator(
    "very_satisfied_with_help",
    "answers",
    title=N_("Very satisfied with the help and guidance"),
    choice=N_("Very satisfied with the help and guidance"),
    with_target=N_("{percent} very satisfied with the help and guidance"),
    counted=N_("answers"),
    can_take=_CAN_TAKE_ANSWERS,
    needed=_ANSWERS_NEEDED,
    answers_to="help",
)
SATISFIED_WITH_TASK: Final = Indicator(
    "very_satisfied_with_task",
    "answers",
    title=N_("Very satisfied with how the task was solved"),
    choice=N_("Very satisfied with how the task was solved"),
    with_target=N_("{percent} very satisfied with how the task was solved"),
    counted=N_("answers"),
    can_take=_CAN_TAKE_ANSWERS,
    needed=_ANSWERS_NEEDED,
    answers_to="task",
)
BOOKED_TIME: Final = Indicator(
    "booked_time_within",
    "booked_wait",
    title=N_("Called in under {limit} after the booked time"),
    choice=N_("Called in under a certain time after the booked time"),
    with_target=N_("{percent} called in under {limit} after the booked time"),
    counted=N_("appointments"),
    can_take=NN_(
        "The goal can take one more appointment called after {limit} or later",
        "The goal can take {n} more appointments called after {limit} or later",
    ),
    needed=NN_(
        "One more appointment called in under {limit} needed to reach the goal",
        "{n} more appointments called in under {limit} needed to reach the goal",
    ),
    has_limit=True,
)
FREE_TIME: Final = Indicator(
    "free_time_within",
    "free_times",
    title=N_("A free time within {limit}"),
    choice=N_("A free time within a number of working days"),
    with_target=N_("{percent} of mornings with a free time within {limit}"),
    counted=N_("mornings"),
    can_take=NN_(
        "The goal can take one more morning without a free time within {limit}",
        "The goal can take {n} more mornings without a free time within {limit}",
    ),
    needed=NN_(
        "One more morning with a free time within {limit} needed to reach the goal",
        "{n} more mornings with a free time within {limit} needed to reach the goal",
    ),
    has_limit=True,
    limit_unit="working_days",
)

INDICATORS: Final[Mapping[str, Indicator]] = {
    indicator.id: indicator
    for indicator in (
        HANDLING_TIME, WAITING_TIME, FIRST_CONTACT, SATISFIED_WITH_HELP, SATISFIED_WITH_TASK,
        BOOKED_TIME, FREE_TIME,
    )
}  # fmt: skip
"""Every indicator by its id, in the order in which forms offer them."""
