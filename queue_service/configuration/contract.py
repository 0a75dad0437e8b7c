"""The response about several branches."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from queue_service.contract.words import Id, Published, Strict


def _whole(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isdecimal() else value


class AgreedQuery(Strict):
    """The agreement to the effect of a configuration on appointments."""

    appointments: Annotated[int | None, BeforeValidator(_whole), Field(ge=0)] = Field(
        default=None,
        description="How many appointments it is expected to meet; with another number nothing is"
        " changed. By default any number.",
    )


class BranchSummary(Published):
    """A branch in the list."""

    id: Id
    name: str


class BranchList(Published):
    """The branches that the caller may see."""

    branches: list[BranchSummary]
