"""Texts about a mobile branch."""

from __future__ import annotations

import pytest

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.language.wording import Wording
from queue_service.mobile.text import whole_text
from tests.desks import MORNING, document

HOUR = 3_600_000
MIDNIGHT = MORNING + 15 * HOUR


@pytest.mark.parametrize(
    ("until", "says"),
    [
        (MIDNIGHT - 60_000, "25 Nov 23:59"),
        (MIDNIGHT, "the end of 25 Nov"),
        (MIDNIGHT + 60_000, "0:01"),
    ],
)
def test_at_midnight_the_day_before_is_whole(queue: Queue, until: int, says: str) -> None:
    put_branch(queue, "raadhuset", document())
    branch = queue.get(BranchStore).get("raadhuset")
    assert whole_text(until, branch, MIDNIGHT + HOUR, Wording("en")) == says
