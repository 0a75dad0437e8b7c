"""Lines that were lost and found, counted for operators."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.access.rules.caller import IdempotencyKey
from queue_service.branches.rules.branch import Branch
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import IdempotencyKeyReused, Invalid
from queue_service.metrics.layout import lay_out
from queue_service.store.keys import BranchKeys
from queue_service.video.operations import count_line
from tests.desks import KIOSK, document

SCREEN = {"id": "1", "name": "Skærm 1", "services": ["*"], "video": {"telephone": None}}
DESK = {"id": "2", "name": "Skranke 2", "services": ["*"]}


def events_of(queue: Queue, branch: Branch) -> list[str]:
    """The lines of the metric."""
    totals: Any = queue.store.client.hgetall(BranchKeys(branch.id).totals)
    layout = lay_out(branch, frozenset(totals))
    texts = (part.filled(totals) for family, part in layout.parts if "video" in family.name)
    return "".join(texts).splitlines()


def test_a_connection_report_is_counted_once_for_each_time(queue: Queue) -> None:
    branch = put_branch(queue, "raadhuset", document(counters=[SCREEN, DESK])).branch
    count_line(queue, Command("raadhuset", KIOSK), "1", "connected")
    key = IdempotencyKey("kiosk", "k", "lost")
    once = Command("raadhuset", KIOSK, key)
    assert [count_line(queue, once, "1", "lost") for _ in range(2)] == [False, True]
    again = once._replace(idempotency=key._replace(fingerprint="connected"))
    with pytest.raises(IdempotencyKeyReused):
        count_line(queue, again, "1", "connected")
    with pytest.raises(Invalid):
        count_line(queue, Command("raadhuset", KIOSK), "2", "lost")
    assert events_of(queue, branch) == [
        'queue_video_lines_total{branch="raadhuset",counter="1",result="connected"} 1',
        'queue_video_lines_total{branch="raadhuset",counter="1",result="reconnected"} 0',
        'queue_video_lines_total{branch="raadhuset",counter="1",result="lost"} 1',
    ]
    # A counter never falls, though the screen has become a desk.
    desk = {**SCREEN, "video": None}
    branch = put_branch(queue, "raadhuset", document(counters=[desk, DESK])).branch
    assert len(events_of(queue, branch)) == 3
    assert events_of(queue, branch)[2].endswith("} 1")
