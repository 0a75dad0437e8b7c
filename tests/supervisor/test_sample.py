"""The sample of a first start shows what citizens answered on the days before."""

from __future__ import annotations

from queue_service.branches.rules.calendar import moment
from queue_service.command import Queue
from queue_service.feedback.operations import feedback
from queue_service.history.operations.statistics import statistics
from queue_service.history.rules.period import days_after
from queue_service.sample.answers import DAYS, answers
from queue_service.supervisor.sample import load_sample


def test_every_branch_that_is_no_practice_has_answers_of_four_weeks(queue: Queue) -> None:
    assert load_sample(queue)
    for branch in queue.branches.all():
        today = moment(branch, queue.store.time()).date
        found = feedback(queue, branch.id, days_after(today, -DAYS), days_after(today, -1))
        if branch.practice:
            assert found.total.people == 0
            continue
        share = found.total.answers["task"].very_satisfied(0.8)
        assert share.judged > 50
        assert 0.7 < (share.ratio or 0) < 0.95
        assert {cell.service for cell in found.cells} <= set(branch.services)
        judged = statistics(queue, branch.id, days_after(today, -DAYS), days_after(today, -1)).total
        assert judged.goals["very-satisfied"].judged > 50
        before = feedback(queue, branch.id, days_after(today, -60), days_after(today, -DAYS - 1))
        assert before.total.people == 0


def test_a_date_has_the_same_answers_every_time() -> None:
    once = answers("biblioteket", "2026-11-25", [10, 11], ["library"])
    assert once == answers("biblioteket", "2026-11-25", [10, 11], ["library"])
    assert once != answers("biblioteket", "2026-11-26", [10, 11], ["library"])
    assert answers("unknown", "2026-11-25", [10], ["library"]) == {}
    assert answers("biblioteket", "2026-11-25", [], ["library"]) == {}
