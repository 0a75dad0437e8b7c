"""Requests and responses about logins of staff.

New members may come; those here stay. No answer has a password but the first one of a login that
was made up for it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from queue_service.access.rules.credentials import MOST_GRANTS
from queue_service.contract.answers import Instant
from queue_service.contract.words import Id, Published, Strict, example

StaffRole = Literal["clerk", "supervisor", "admin"]


class GrantBody(Strict):
    """A role in a branch; null: in all branches."""

    role: StaffRole
    branch: Id | None


Grants = Annotated[list[GrantBody], Field(min_length=1, max_length=MOST_GRANTS)]


class PersonBody(Strict):
    """A new login. Without a ``password`` one is made up. ``shared``: several people use it, so
    that the password need not be changed at the first login."""

    model_config = example(name="skranke", roles=[{"role": "clerk", "branch": "holbaek"}])

    name: Annotated[str, Field(max_length=200)]
    roles: Grants
    password: Annotated[str, Field(max_length=1000)] | None = None
    shared: bool = False


class RolesBody(Strict):
    """Every role of a login, in place of those that it has; the first of them is its first."""

    model_config = example(roles=[{"role": "supervisor", "branch": None}])

    roles: Grants


class GrantAnswer(Published):
    """A role in a branch; null: in all branches."""

    role: StaffRole
    branch: Id | None


class PersonAnswer(Published):
    """A login. ``password_to_be_changed``: somebody else made the password, and its user has to
    replace it at the next login."""

    name: str
    roles: list[GrantAnswer]
    created_at: Instant
    password_to_be_changed: bool


class NewPersonAnswer(PersonAnswer):
    """A new login. ``password``: the one that was made up, in this first answer alone; null for one
    that the request had, and in a repeated answer."""

    password: str | None


class PeopleAnswer(Published):
    """The logins that the caller manages, by name."""

    people: list[PersonAnswer]
