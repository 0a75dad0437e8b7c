"""The response about several branches."""

from __future__ import annotations

from pydantic import BaseModel

from queue_service.contract.words import Id


class BranchSummary(BaseModel):
    """A branch in the list."""

    id: Id
    name: str


class BranchList(BaseModel):
    """The branches that the caller may see."""

    branches: list[BranchSummary]
