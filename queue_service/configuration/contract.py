"""The response about several branches."""

from __future__ import annotations

from queue_service.contract.words import Id, Published


class BranchSummary(Published):
    """A branch in the list."""

    id: Id
    name: str


class BranchList(Published):
    """The branches that the caller may see."""

    branches: list[BranchSummary]
