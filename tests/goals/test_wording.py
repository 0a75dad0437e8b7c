"""A goal in words: its target, its state and its budget."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_service.branches.rules.branch import Branch
from queue_service.goals import wording
from queue_service.goals.rules.goal import Goal
from queue_service.goals.rules.verdicts import Share
from queue_service.language.wording import Wording
from tests.desks import document

HANDLING, WAITING, FIRST = Branch.from_document("raadhuset", "1", document()).goals
OPEN = Share(20, 16, 0.8, 0.6, 0.9, "wilson", "open")
ENGLISH, DANISH = Wording("en"), Wording("da")


@pytest.mark.parametrize(
    ("goal", "english", "danish"),
    [
        (HANDLING, "Handled in under 6 min", "Klaret på under 6 min"),
        (WAITING, "Called in under 10 min", "Kaldt ind på under 10 min"),
        (FIRST, "Solved at first contact", "Løst ved første kontakt"),
    ],
)
def test_the_scope_of_a_goal(goal: Goal, english: str, danish: str) -> None:
    assert [wording.about(goal, say) for say in (ENGLISH, DANISH)] == [english, danish]


def test_the_services_and_hours_it_is_limited_to_belong_to_its_title() -> None:
    narrow = replace(HANDLING, services=("pas", "andet"), hours={"mon": (("09:00", "12:00"),)})
    reported = wording.title(narrow, ENGLISH, str.upper)
    assert reported == "Handled in under 6 min (PAS, ANDET), in certain hours"


def test_a_target_keeps_its_decimals() -> None:
    goal = replace(HANDLING, target_ratio=0.725)
    assert wording.sentence(goal, ENGLISH) == "72.5% handled in under 6 min"
    assert wording.target(0.7, ENGLISH) == "Goal 70%"


@pytest.mark.parametrize(
    ("share", "budget", "standing"),
    [
        (replace(OPEN, judged=0), 0, "none"),
        (replace(OPEN, judged=9), 3, "few"),
        (replace(OPEN, judged=10), 0, "above"),
        (replace(OPEN, verdict="met"), 0, "met"),
        (replace(OPEN, verdict="missed"), 0, "missed"),
        (OPEN, 0, "above"),
        (OPEN, -1, "below"),
    ],
)
def test_the_standing_of_a_goal(share: Share, budget: int, standing: str) -> None:
    assert wording.standing(share, budget) == standing


@pytest.mark.parametrize(
    ("judged", "budget", "needed", "overdue", "left"),
    [
        (0, 0, None, 0, None),
        (20, 1, None, 0, "The goal can take one more of 6 min or longer"),
        (20, 2, None, 0, "The goal can take 2 more of 6 min or longer"),
        (20, 0, None, 0, "The goal can take no more misses"),
        (10, 0, None, 0, "The goal can take no more misses"),
        (9, 0, None, 0, None),
        (9, 0, None, 1, "1 is waiting too long already"),
        (9, 1, None, 0, "The goal can take one more of 6 min or longer"),
        (20, -1, 7, 0, "7 more under 6 min needed to reach the goal"),
        (20, -1, 1, 0, "One more under 6 min needed to reach the goal"),
        (20, -1, None, 0, "Can no longer be reached today"),
        (0, 0, None, 3, "3 are waiting too long already"),
        (20, 0, None, 1, "The goal can take no more misses; 1 is waiting too long already"),
    ],
)
def test_the_remaining_misses_of_a_goal_in_words(
    judged: int, budget: int, needed: int | None, overdue: int, left: str | None
) -> None:
    share = replace(OPEN, judged=judged)
    assert wording.left(HANDLING, ENGLISH, share, budget, needed, overdue) == left
