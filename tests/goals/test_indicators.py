"""The parts of a new indicator: its entry in the list, and its texts in the catalogues."""

from __future__ import annotations

from typing import cast

import pytest

from queue_service.branches.contract.config import parse_config
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.days.rules.period import between
from queue_service.errors import Invalid
from queue_service.goals import wording
from queue_service.goals.rules import indicators
from queue_service.goals.rules.indicators import HANDLING_TIME, INDICATORS, Indicator
from queue_service.history.operations.history import past
from queue_service.language.wording import Wording
from queue_service.visits.operations import visits
from queue_service.visits.rules.visit import Outcome
from tests.desks import Desk, document

SOLVED_WITHIN = Indicator(
    "solved_within",
    "inquiry",
    title="Solved in under {limit}",
    choice="Solved in under a certain time",
    with_target="{percent} solved in under {limit}",
    counted=HANDLING_TIME.counted,
    can_take=HANDLING_TIME.can_take,
    needed=HANDLING_TIME.needed,
    within=lambda inquiry, limit_ms: inquiry.solved and inquiry.handled_ms < limit_ms,
    has_limit=True,
    needs_outcome=True,
)
GOAL = {
    "id": "solved",
    "indicator": "solved_within",
    "threshold_seconds": 60,
    "target_ratio": 0.5,
    "services": ["*"],
}


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of indicators, with one more."""
    monkeypatch.setitem(indicators.INDICATORS, SOLVED_WITHIN.id, SOLVED_WITHIN)


def faults(refused: Invalid) -> list[dict[str, str]]:
    """The fields that a refusal names."""
    return cast(list[dict[str, str]], refused.extra["errors"])


def served(desk: Desk, seconds: int, outcome: Outcome) -> None:
    """A visit of a minute's wait, served so long."""
    visit = desk.issue().visit
    desk.later(60).called()
    visits.start(desk.queue, desk.command(), visit.id)
    visits.complete(desk.later(seconds).queue, desk.command(), visit.id, outcome)


@pytest.mark.usefixtures("added")
def test_a_new_indicator_is_configured_judged_and_shown_everywhere(
    queue: Queue, desk: Desk
) -> None:
    put_branch(queue, desk.branch, document(historic=True, goals=[GOAL]))
    desk.open()
    served(desk, 59, "resolved")
    served(desk, 60, "resolved")
    served(desk, 59, "referred")
    (now,) = desk.state().goals
    assert (now.judged, now.within) == (3, 1)
    found = past(queue, desk.branch, between("2026-11-25", "2026-11-25"), now=desk.command().at)
    (figure,) = found.goals(found.total)
    assert (figure.share.judged, figure.share.within) == (3, 1)
    assert wording.sentence(figure.goal, Wording("en")) == "50% solved in under 1 min"


@pytest.mark.usefixtures("added")
def test_a_new_indicator_with_a_limit_needs_one() -> None:
    with pytest.raises(Invalid) as refused:
        parse_config(document() | {"goals": [GOAL | {"threshold_seconds": None}]})
    assert [fault["field"] for fault in faults(refused.value)] == ["goals[0].threshold_seconds"]


def test_an_unknown_indicator_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(Invalid) as refused:
        parse_config(document() | {"goals": [GOAL]})
    (fault,) = faults(refused.value)
    assert fault["field"] == "goals[0].indicator"
    assert all(repr(name) in fault["reason"] for name in INDICATORS)


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=INDICATORS)
def test_each_indicator_says_how_it_judges(indicator: Indicator) -> None:
    assert (indicator.within is not None) == (indicator.judges == "inquiry")
    assert (indicator.answers_to is not None) == (indicator.judges == "answers")
    assert ("{limit}" in indicator.title) == indicator.has_limit
