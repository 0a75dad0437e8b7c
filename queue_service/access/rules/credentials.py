"""Tokens, accounts, sessions and enrolments, and the role of each.

A secret is known to its holder alone. The store keeps its digest, and an ``id`` made from the
digest that may be shown, logged and used as a scope.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Final, Literal, TypeVar, get_args

from queue_service.access.rules.caller import Caller, Role
from queue_service.errors import Forbidden, Invalid

ScreenRole = Literal["kiosk", "display"]
AccountRole = Literal["clerk", "supervisor", "admin"]

_R = TypeVar("_R", bound=str)

ROLES: Final[tuple[Role, ...]] = get_args(Role)
SCREEN_ROLES: Final[tuple[ScreenRole, ...]] = get_args(ScreenRole)
"""Roles of screens without a login: a screen is enrolled once."""
BOUND_ROLES: Final[tuple[Role, ...]] = ("mobile",)
"""Roles of a program that speaks for exactly one branch, and may do nothing else."""
ACCOUNT_ROLES: Final[tuple[AccountRole, ...]] = get_args(AccountRole)
"""Roles that people log in with."""


PASSWORD_MIN: Final = 10
PASSWORD_MAX: Final = 200
LABEL_MAX: Final = 60
_LEAST_OF_A_NAME: Final = 4
"""A shorter name than this may be in a password by chance."""
_LEAST_DIFFERENT: Final = 5
_WORDS: Final = (
    "password passwort passord kodeord adgangskode hemmelig velkommen welcome borgerservice "
    "borger bibliotek biblioteket library raadhus raadhuset rådhus rådhuset kommune kommunen "
    "medarbejder skranke administrator admin superadmin bruger login letmein changeme qwerty "
    "iloveyou monkey dragon football fodbold baseball sunshine princess superman batman sommer "
    "vinter forår efterår summer winter januar februar marts april juni juli august september "
    "oktober november december mandag tirsdag onsdag torsdag fredag danmark denmark københavn "
    "kobenhavn aarhus odense aalborg skanderborg passwordpassword test testtest secret queue "
    "queueservice abc abcd abcdef asdf asdfgh asdfghjkl hej hejhej hejmeddig"
)
_COMMON: Final = frozenset(_WORDS.split())
"""Words that passwords are made of most often, without their digits."""
_KEYS: Final = ("1234567890" * 3, "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm",
                "1q2w3e4r5t6y7u8i9o0p", "qwertyuiopåasdfghjklæøzxcvbnm")  # fmt: skip
_ROWS: Final = (*_KEYS, *(row[::-1] for row in _KEYS))

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
    kiosk's access was set up for; empty for all others.
    """

    digest: str = field(repr=False)
    role: Role
    branch: str | None
    created_at: int
    label: str = ""
    device: bool = False
    counter: str = ""

    @property
    def id(self) -> str:
        """The token's id, for places where its secret must not be seen."""
        return credential_id(self.digest)

    def caller(self) -> Caller:
        """The caller of a request with this token."""
        return Caller(self.id, self.role, self.branch, counter=self.counter)


@dataclass(frozen=True, slots=True)
class Account:
    """A login shared or owned by staff, such as ``skranke``.

    ``id`` is random and stays when the password changes. ``version`` grows with each change of
    password, role or branch, and ends the sessions begun before it.
    """

    id: str
    name: str
    role: AccountRole
    branch: str | None
    password_hash: str = field(repr=False)
    created_at: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class Session:
    """A login on one browser, valid while its account still has the same version.

    ``begun_at`` (ms) is 0 for a session of a version that did not keep it.
    """

    digest: str = field(repr=False)
    account_name: str
    account_id: str
    version: int
    begun_at: int = 0

    @property
    def id(self) -> str:
        """The login's id, for places where its secret must not be seen."""
        return credential_id(self.digest)

    def caller(self, account: Account | None) -> Caller | None:
        """The caller of a request with this session; None if the account has changed since."""
        if account is None or (account.id, account.version) != (self.account_id, self.version):
            return None
        return Caller(account.id, account.role, account.branch, session=self.id)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The role and scope that a one-time link gives the screen that opens it; times in
    milliseconds.

    ``counter``: as in :class:`TokenRecord`.
    """

    role: ScreenRole
    branch: str
    expires_at: int
    label: str = ""
    counter: str = ""


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


def checked_password(password: str, name: str) -> str:
    """The password, when it is long enough and not one that is guessed first. Raises Invalid.

    ``name`` is the account's, which it must not hold.
    """
    if len(password) < PASSWORD_MIN:
        raise Invalid.at("password", "Use at least 10 characters.")
    if len(password) > PASSWORD_MAX:
        raise Invalid.at("password", "Use at most 200 characters.")
    plain = password.casefold()
    if plain == name or (len(name) >= _LEAST_OF_A_NAME and name in plain):
        raise Invalid.at("password", "Leave the name of the account out of it.")
    if _is_common(plain):
        raise Invalid.at("password", "It is one of the first that anybody tries: use three words.")
    return password


def _is_common(plain: str) -> bool:
    """Whether a password in small letters is a common word with digits, a row of keys, or little
    but repeated characters."""
    if len(set(plain)) < _LEAST_DIFFERENT or any(plain in row for row in _ROWS):
        return True
    return re.sub(r"[\W\d_]+", "", plain) in _COMMON


def checked_binding(role: Role, branch: str | None) -> None:
    """Raises Invalid for a role that speaks for one branch, and no branch."""
    if role in BOUND_ROLES and branch is None:
        reason = f"A token of role {role} is bound to one branch: name it."
        raise Invalid.at("branch", reason, reason)


def checked_label(label: str) -> str:
    """A label on one line. Raises Invalid."""
    wanted = label.strip()
    if len(wanted) > LABEL_MAX or not wanted.isprintable():
        raise Invalid.at("label", "Use at most 60 characters on one line.")
    return wanted


def must_manage(caller: Caller, branch: str | None) -> None:
    """Raises Forbidden for an administrator of one branch and what is another's or of all."""
    if caller.branch is not None and caller.branch != branch:
        raise Forbidden("You manage one branch only: ask an administrator of all branches.")
