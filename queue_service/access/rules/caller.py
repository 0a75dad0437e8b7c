"""The caller of a request, and the key by which a repeated request is recognised."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

Role = Literal["kiosk", "display", "clerk", "supervisor", "admin", "metrics", "mobile"]
CallerKind = Literal["account", "token", "device", "machine"]
"""A login, a program, a screen, or the service itself and its operator."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A token, device or account behind a request.

    ``id`` is the credential's own id, never a secret: the scope of rate limits and of
    idempotency keys. ``branch`` is None if the caller may see every branch. ``session`` is
    the login behind an account's request, so that logging out ends what it opened. ``counter`` is
    the one video counter whose screen a kiosk's access was set up for; empty for all others.
    ``must_change``: the account's password was made by somebody else, and until its user has
    changed it nothing but that is open.

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

    def at(self, address: str) -> Caller:
        """The caller with the address of a request's sender."""
        credential = (self.id, self.role, self.branch, self.session, self.counter)
        return Caller(*credential, self.must_change, self.kind, self.name, address)

    def may_open(self, counter: str | None) -> bool:
        """Whether the caller is bound to this counter or to none."""
        return counter is None or self.counter in ("", counter)

    def may_see(self, branch: str) -> bool:
        """Whether the caller is bound to this branch or to none."""
        return self.branch is None or self.branch == branch


class IdempotencyKey(NamedTuple):
    """An idempotency key with the caller it belongs to and the request it was used for."""

    scope: str
    key: str
    fingerprint: str


NO_KEY: Final = IdempotencyKey("", "", "")
"""The arguments of a script for a request without a key."""
