"""Requests and responses about the audit log.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from queue_service.contract.actions import ACTIONS, ActorKind
from queue_service.contract.answers import Instant
from queue_service.contract.words import DateText, Id, Published, Strict

GROUPS: Final = tuple(dict.fromkeys(f"{action.partition('.')[0]}.*" for action in ACTIONS))
"""Groups of actions: ``account.*``."""
CHOICES: Final = (*GROUPS, *ACTIONS)
MOST: Final = 500
"""Entries of one answer."""
USUAL: Final = 100


def _known(value: str) -> str:
    if value not in CHOICES:
        raise PydanticCustomError(
            "action", "Use the name of an action, or a group such as account.*."
        )
    return value


ActionChoice = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(CHOICES)})
]


def actions_of(choice: str | None) -> frozenset[str]:
    """The actions of a choice; all without one."""
    if not choice:
        return frozenset(ACTIONS)
    if choice.endswith(".*"):
        return frozenset(action for action in ACTIONS if action.startswith(choice[:-1]))
    return frozenset((choice,))


class AuditQuery(Strict):
    """The entries that are wanted. Dates are those of the branch, else of the first branch."""

    from_: DateText | None = Field(default=None, alias="from", description="The first date.")
    to: DateText | None = Field(default=None, description="The last date, inclusive.")
    action: ActionChoice | None = Field(
        default=None, description="An action, or a group such as account.*."
    )
    branch: Id | None = Field(default=None, description="The branch that entries are about.")
    name: Annotated[str, Field(max_length=64)] = Field(
        default="", description="A name or its beginning, or the id of a program or screen."
    )
    before: Annotated[str, Field(max_length=100)] = Field(
        default="", description="The next of the answer before."
    )
    limit: Annotated[str, Field(max_length=4)] = Field(
        default=str(USUAL), description=f"How many entries, from 1 to {MOST}."
    )


class AuditActor(Published):
    """The login, program or screen that acted; its name is a login's or a label."""

    kind: ActorKind
    id: str
    name: str
    role: str


class AuditEntryAnswer(Published):
    """An entry. ``address``: of the sender, as the service sees it."""

    id: str
    at: Instant
    action: str
    result: Literal["done", "refused"]
    actor: AuditActor
    address: str
    branch: str | None
    target: str
    details: dict[str, str]


class AuditAnswer(Published):
    """Entries, the latest first. ``next``: what to send as ``before`` for the entries before them;
    null once there are none."""

    entries: list[AuditEntryAnswer]
    next: str | None
