"""The caller of a request, and the key by which a repeated request is recognised."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple, get_args

Role = Literal["kiosk", "display", "clerk", "supervisor", "admin", "metrics", "mobile"]
CallerKind = Literal["account", "token", "device", "machine"]
"""A login, a program, a screen, or the service itself and its operator."""

_ORDER: Final[tuple[Role, ...]] = get_args(Role)


class Grant(NamedTuple):
    """A role in one branch, or in every branch (None)."""

    role: Role
    branch: str | None

    def covers(self, branch: str | None) -> bool:
        """Whether it is of this branch or of all; None: whether it is of all."""
        return self.branch in (None, branch)


@dataclass(frozen=True, slots=True)
class Caller:
    """A token, device or account behind a request.

    ``id`` is the credential's own id, never a secret: the scope of rate limits and of
    idempotency keys. ``branch`` is None if the caller may see every branch. ``session`` is
    the login behind an account's request, so that logging out ends what it opened. ``counter`` is
    the one video counter whose screen a kiosk's access was set up for; empty for all others.
    ``must_change``: the account's password was made by somebody else, and until its user has
    changed it nothing but that is open. ``more`` are roles that a person has in addition to the
    first; ``role`` and ``branch`` are those that count for the request.

    ``kind``, ``name`` (of the login, or the label of a program or screen) and ``address`` (of the
    sender of this request) are for the audit log, and distinguish no caller from another.
    """

    id: str
    role: Role
    branch: str | None = None
    session: str | None = None
    counter: str = ""
    must_change: bool = False
    kind: CallerKind = field(default="machine", compare=False)
    name: str = field(default="", compare=False, repr=False)
    address: str = field(default="", compare=False, repr=False)
    more: tuple[Grant, ...] = ()

    def at(self, address: str) -> Caller:
        """The caller with the address of a request's sender."""
        credential = (self.id, self.role, self.branch, self.session, self.counter)
        return Caller(*credential, self.must_change, self.kind, self.name, address, self.more)

    @property
    def grants(self) -> tuple[Grant, ...]:
        """Every role, with its branch."""
        return (Grant(self.role, self.branch), *self.more)

    def acting(self, roles: Collection[Role], branch: str | None) -> Caller | None:
        """The caller as a route for these roles sees it, in this branch if the route has one.

        The strongest role there counts, of all branches before one, and only grants of these roles
        are left; None without any.
        """
        if not self.more:  # as nearly all callers: each request asks
            here = branch is None or self.branch is None or self.branch == branch
            return self if here and self.role in roles else None
        held = [grant for grant in self.grants if grant.role in roles]
        fitting = [grant for grant in held if branch is None or grant.covers(branch)]
        if not fitting:
            return None
        first = max(fitting, key=lambda grant: (_ORDER.index(grant.role), grant.branch is None))
        others = tuple(grant for grant in held if grant != first)
        return replace(self, role=first.role, branch=first.branch, more=others)

    def holds(self, roles: Collection[Role], branch: str | None) -> bool:
        """Whether the caller has one of the roles in this branch; None: in all branches."""
        return any(grant.role in roles and grant.covers(branch) for grant in self.grants)

    def covers(self, branch: str | None) -> bool:
        """Whether one of the caller's roles is of this branch or of all; None: of all."""
        own = self.branch is None or self.branch == branch
        return own or any(grant.covers(branch) for grant in self.more)

    def role_in(self, branch: str) -> Role:
        """The strongest role in a branch that the caller may see."""
        return max((g.role for g in self.grants if g.covers(branch)), key=_ORDER.index)

    def may_open(self, counter: str | None) -> bool:
        """Whether the caller is bound to this counter or to none."""
        return counter is None or self.counter in ("", counter)

    def may_see(self, branch: str) -> bool:
        """Whether the caller is bound to this branch or to none."""
        return self.covers(branch)


PERIODIC: Final = Caller("periodic", "admin")
"""The caller of changes that workers make by the clock."""


class IdempotencyKey(NamedTuple):
    """An idempotency key with the caller it belongs to and the request it was used for."""

    scope: str
    key: str
    fingerprint: str


NO_KEY: Final = IdempotencyKey("", "", "")
"""The arguments of a script for a request without a key."""
