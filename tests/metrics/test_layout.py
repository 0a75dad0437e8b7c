"""The prepared lines of a branch."""

from __future__ import annotations

from queue_service import sample
from queue_service.branches.rules.branch import Branch
from queue_service.metrics.families import OF_BRANCHES
from queue_service.metrics.layout import lay_out
from queue_service.visits.rules.counting import total_field


def test_every_counter_and_histogram_has_its_series_in_some_branch() -> None:
    branches = [Branch.from_document(name, "", one) for name, one in sample.documents().items()]
    counted = frozenset({total_field("issued", "pas")})
    prepared = {family for branch in branches for family, _ in lay_out(branch, counted).parts}
    counters = {family for family in OF_BRANCHES if family.kind != "gauge"}
    assert prepared == counters
