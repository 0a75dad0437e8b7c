"""Tokens, accounts, sessions and enrolments, and the role of each.

A secret is known to its holder alone. The store keeps its digest, and an ``id`` made from the
digest that may be shown, logged and used as a scope.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal, TypeVar, get_args

from queue_service.access.rules.caller import Caller, CallerKind, Grant, Role
from queue_service.access.rules.lifetimes import (
    CONFIRMED_MS,
    DAY_MS,
    LONGEST_PROVIDER_SESSION_MS,
    LONGEST_SESSION_MS,
    LONGEST_TOKEN_DAYS,
    SESSION_MS,
)
from queue_service.errors import Forbidden, Invalid

ScreenRole = Literal["kiosk", "display"]
ScreenKind = Literal["kiosk", "display", "feedback"]
"""The purpose of a screen: a feedback terminal has the access of a kiosk, and another page."""
AccountRole = Literal["clerk", "supervisor", "admin"]

_R = TypeVar("_R", bound=str)

ROLES: Final[tuple[Role, ...]] = get_args(Role)
SCREEN_ROLES: Final[tuple[ScreenRole, ...]] = get_args(ScreenRole)
"""Roles of screens without a login: a screen is enrolled once."""
SCREEN_KINDS: Final[tuple[ScreenKind, ...]] = get_args(ScreenKind)
BOUND_ROLES: Final[tuple[Role, ...]] = ("mobile",)
"""Roles of a program that speaks for exactly one branch, and may do nothing else."""
ACCOUNT_ROLES: Final[tuple[AccountRole, ...]] = get_args(AccountRole)
"""Roles that people log in with."""


LABEL_MAX: Final = 60
PROVIDER_MARK: Final = "@sso"
"""Ends the names of people who log in at the provider of the town's accounts."""
NEVER: Final = 1
"""The instant (ms) of a proof that was not given."""
_PIN_LENGTHS: Final = range(6, 13)
MOST_GRANTS: Final = 30
"""The most roles that an account has."""

_ACCOUNT_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_BRANCH_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def digest(secret: str) -> str:
    """The only form in which a secret is kept: SHA-256 as 64 hexadecimal digits.

    A secret has 256 random bits, so a slow hash would add nothing. Passwords are another
    matter: see ``access/operations/passwords.py``.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def credential_id(secret_digest: str) -> str:
    """The public id of a secret: its digest's first 64 bits."""
    return secret_digest[:16]


def csrf_token(secret: str) -> str:
    """The value that a page sends back to prove that the request comes from the holder of its own
    cookie."""
    return digest(f"csrf:{secret}")


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A program's token or an enrolled screen; ``created_at`` in milliseconds.

    ``device`` is true for a screen set up by an enrolment link. ``label`` helps a person to
    distinguish one from the other and may be empty. ``counter``: the video counter whose screen a
    kiosk's access was set up for; empty for all others. ``expires_at`` (ms) is the end of a
    program's token; 0 for a screen, and for a token of a version that gave none. ``feedback``: the
    kiosk's access was set up for a feedback terminal.
    """

    digest: str = field(repr=False)
    role: Role
    branch: str | None
    created_at: int
    label: str = ""
    device: bool = False
    counter: str = ""
    expires_at: int = 0
    feedback: bool = False

    @property
    def id(self) -> str:
        """The token's id, for places where its secret must not be seen."""
        return credential_id(self.digest)

    @property
    def grants(self) -> tuple[Grant, ...]:
        """Its one role, with its branch."""
        return (Grant(self.role, self.branch),)

    def has_ended(self, now: int) -> bool:
        """Whether its end is over at ``now`` (ms)."""
        return 0 < self.expires_at <= now

    def caller(self) -> Caller:
        """The caller of a request with this token."""
        kind: CallerKind = "device" if self.device else "token"
        return Caller(
            self.id, self.role, self.branch, counter=self.counter, kind=kind, name=self.label
        )


@dataclass(frozen=True, slots=True)
class Account:
    """A login shared or owned by staff, such as ``skranke``.

    ``id`` is random and stays when the password changes. ``version`` grows with each change of
    password, role or branch, and ends the sessions begun before it. ``must_change``: somebody else
    made the password, and its user has to choose another one before anything else. ``more`` are
    the roles that a person has in addition to the first. ``subject`` is the digest of a person at
    the provider of the town's accounts, from where the roles come; such an account has no password,
    and ``used_at`` (ms) is its last login, within a day.
    """

    id: str
    name: str
    role: AccountRole
    branch: str | None
    password_hash: str = field(repr=False)
    created_at: int
    version: int = 1
    must_change: bool = False
    more: tuple[Grant, ...] = ()
    subject: str = ""
    used_at: int = 0

    @property
    def grants(self) -> tuple[Grant, ...]:
        """Every role of the account, with its branch."""
        return (Grant(self.role, self.branch), *self.more)


@dataclass(frozen=True, slots=True)
class Session:
    """A login on one browser, valid while its account still has the same version.

    ``begun_at`` (ms) is 0 for a session of a version that did not keep it. ``used_at`` (ms) is its
    last use, within minutes. ``browser`` is its kind, such as ``Firefox, Windows``. ``proven_at``
    (ms) is when the password or a passkey was last given, here or at the provider; 0 for its
    beginning, and :data:`NEVER` if that is not known. ``by_pin``: it was begun by a PIN, which
    confirms nothing and lasts for one working day.
    """

    digest: str = field(repr=False)
    account_name: str
    account_id: str
    version: int
    begun_at: int = 0
    used_at: int = 0
    browser: str = ""
    proven_at: int = 0
    by_pin: bool = False

    @property
    def id(self) -> str:
        """The login's id, for places where its secret must not be seen."""
        return credential_id(self.digest)

    @property
    def ends_at(self) -> int:
        """When the login ends, however much it is used (ms); 0 if its beginning is not known."""
        of_provider = is_of_provider(self.account_name)
        lasts = LONGEST_PROVIDER_SESSION_MS if of_provider else LONGEST_SESSION_MS
        if self.by_pin:
            lasts = SESSION_MS
        return self.begun_at + lasts if self.begun_at else 0

    def is_confirmed(self, now: int) -> bool:
        """Whether the password or a passkey was given so lately that it counts for a sensitive
        change."""
        begun = 0 if self.by_pin else self.begun_at
        return now - (self.proven_at or begun) < CONFIRMED_MS

    def caller(self, account: Account | None) -> Caller | None:
        """The caller of a request with this session; None if the account has changed since."""
        if account is None or (account.id, account.version) != (self.account_id, self.version):
            return None
        return Caller(
            account.id,
            account.role,
            account.branch,
            session=self.id,
            must_change=account.must_change,
            kind="account",
            name=account.name,
            more=account.more,
        )


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The role and scope that a one-time link gives the screen that opens it; times in
    milliseconds.

    ``counter`` and ``feedback``: as in :class:`TokenRecord`.
    """

    role: ScreenRole
    branch: str
    expires_at: int
    label: str = ""
    counter: str = ""
    feedback: bool = False


@dataclass(frozen=True, slots=True)
class Pairing:
    """A screen that shows a code and waits for an administrator; times in milliseconds.

    ``digest`` is that of the secret which the screen's browser keeps, and which becomes its access.
    ``address`` and ``browser`` are shown to the administrator. ``token`` is the id of the
    access that it was given; empty while it waits.
    """

    digest: str = field(repr=False)
    address: str
    browser: str
    asked_at: int
    expires_at: int
    token: str = ""


@dataclass(frozen=True, slots=True)
class ScreenPlace:
    """The purpose of a screen and its branch; ``counter`` as in :class:`TokenRecord`."""

    kind: ScreenKind
    branch: str
    label: str = ""
    counter: str = ""

    @property
    def role(self) -> ScreenRole:
        """The role of its access."""
        return "display" if self.kind == "display" else "kiosk"

    @property
    def feedback(self) -> bool:
        """Whether it is a feedback terminal."""
        return self.kind == "feedback"


def screen_access(secret_digest: str, place: Enrolment | ScreenPlace, now: int) -> TokenRecord:
    """The access of a screen, from a link or a chosen place, whose secret has this digest."""
    return TokenRecord(
        digest=secret_digest,
        role=place.role,
        branch=place.branch,
        created_at=now,
        label=place.label,
        device=True,
        counter=place.counter,
        feedback=place.feedback,
    )


def is_of_provider(name: str) -> bool:
    """Whether a login's name is one of the town's accounts: no other may hold an ``@``."""
    return name.endswith(PROVIDER_MARK)


def checked_role(role: str, allowed: tuple[_R, ...]) -> _R:
    """The role, if it is among those allowed. Raises Invalid."""
    for known in allowed:
        if role == known:
            return known
    raise Invalid.at("role", f"Choose one of: {', '.join(allowed)}.")


def checked_branch(branch: str | None) -> str | None:
    """A branch id in the right form, or None for every branch. Raises Invalid."""
    if branch is not None and not _BRANCH_ID.fullmatch(branch):
        raise Invalid.at("branch", "Use the branch's id, such as holbaek.")
    return branch


def checked_account_name(name: str) -> str:
    """The name as it is kept, in small letters. Raises Invalid."""
    wanted = name.strip().lower()
    if not _ACCOUNT_NAME.fullmatch(wanted):
        raise Invalid.at(
            "name", "Use 1 to 64 of small letters a to z, digits, dot, hyphen and underscore."
        )
    return wanted


def checked_binding(role: Role, branch: str | None) -> None:
    """Raises Invalid for a role that speaks for one branch, and no branch."""
    if role in BOUND_ROLES and branch is None:
        reason = f"A token of role {role} is bound to one branch: name it."
        raise Invalid.at("branch", reason, reason)


def checked_place(kind: str, branch: str, label: str = "", counter: str = "") -> ScreenPlace:
    """The place of a screen. Raises Invalid."""
    for known in SCREEN_KINDS:
        if kind == known:
            checked_branch(branch)
            return ScreenPlace(known, branch, checked_label(label), counter)
    raise Invalid.at("role", f"Choose one of: {', '.join(SCREEN_KINDS)}.")


def checked_label(label: str) -> str:
    """A label on one line. Raises Invalid."""
    wanted = label.strip()
    if len(wanted) > LABEL_MAX or not wanted.isprintable():
        raise Invalid.at("label", "Use at most 60 characters on one line.")
    return wanted


def must_be_person(caller: Caller, roles: Iterable[str]) -> None:
    """Raises Forbidden for a program, if administrators are among the roles of a login that is
    made, changed or ended: what it gave itself would outlive the revocation of its token."""
    if caller.kind == "token" and "admin" in roles:
        raise Forbidden("A program does not manage administrators: log in for that.")


def token_end(created_at: int, days: int) -> int:
    """The end (ms) of a token that lasts so many days. Raises Invalid."""
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise Invalid.at("days", f"Choose a whole number of days from 1 to {LONGEST_TOKEN_DAYS}.")
    return created_at + days * DAY_MS


def checked_pin(pin: str) -> str:
    """The PIN of displays, of digits. Raises Invalid."""
    if not (pin.isascii() and pin.isdigit() and len(pin) in _PIN_LENGTHS):
        raise Invalid.at("pin", "Use 6 to 12 digits.")
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if len(steps) == 1:  # 111111, 123456, 987654
        raise Invalid.at("pin", "Everybody tries this one first: choose another.")
    return pin


def must_manage(caller: Caller, branch: str | None) -> None:
    """Raises Forbidden for an administrator of one branch and what is another's or of all."""
    if not caller.covers(branch):
        raise Forbidden("You manage one branch only: ask an administrator of all branches.")
