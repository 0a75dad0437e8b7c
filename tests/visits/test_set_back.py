"""A clock that is set back makes no length negative."""

from __future__ import annotations

import pytest

from queue_service.history.operations.statistics import statistics
from queue_service.visits.operations import visits
from tests.desks import Desk


@pytest.mark.usefixtures("branch")
def test_work_begun_before_a_clock_change_took_no_time(desk: Desk) -> None:
    desk.open()
    desk.later(3600).issue()
    called = desk.later(-3000).called().visit
    visits.start(desk.queue, desk.later(-10).command(), called.id)
    visits.park(desk.queue, desk.later(-10).command(), called.id)
    visits.resume(desk.queue, desk.later(-10).command(), called.id, "1")
    done = visits.complete(desk.queue, desk.later(-10).command(), called.id, "resolved").visit
    assert (done.waited_ms, done.walked_ms, done.inquiry.handled_ms) == (0, 0, 0)
    assert done.first_wait(done.first_called_at) == 0
    assert [stay.until - stay.since for stay in done.stays] == [0]
    total = statistics(desk.queue, desk.branch, done.date, done.date).total
    assert (total.waiting.mean, total.handling.mean) == (0, 0)
