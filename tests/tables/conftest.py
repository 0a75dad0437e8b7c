"""A branch with a fortnight behind it."""

from __future__ import annotations

import pytest

from queue_service.days.rules.period import between
from queue_service.history.operations.history import Past, past
from tests.desks import Desk, branch, desk, queue
from tests.tables.weeks import FIRST, LAST, fortnight

__all__ = ["branch", "desk", "queue"]


@pytest.fixture
def weeks(desk: Desk) -> Desk:
    """The branch."""
    return fortnight(desk)


@pytest.fixture
def seen(weeks: Desk) -> Past:
    """All of it."""
    return past(weeks.queue, weeks.branch, between(FIRST, LAST))
