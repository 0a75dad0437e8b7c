"""Passwords: hashed slowly, checked away from the event loop, generated if none was chosen."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final, TypeVar

import gevent
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from gevent import monkey

T = TypeVar("T")

_HASHER: Final = PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1)
"""Argon2id at 19 MiB: about 40 ms on one core, and the ten threads of a process stay small."""

NOBODYS_HASH: Final = (
    "$argon2id$v=19$m=19456,t=3,p=1$SB3dV42SpO1XtOjjge+TSA"
    "$ECWA/X285wE7Mi2cE7I/E58TqVTEF0jmd1tYrNVgEqE"
)
"""Checked where there is no account, so that the answer takes as long as for a wrong password."""

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for each other on paper: i, l, o, 0, 1."""


def hash_password(password: str) -> str:
    """The form in which a password is kept."""
    return _aside(lambda: _HASHER.hash(password))


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether this is the password; without a hash (no account, or one of the town's) it takes as
    long and is never right."""
    right = _aside(lambda: _matches(password, password_hash or NOBODYS_HASH))
    return right and bool(password_hash)


def wants_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other costs than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def make_password() -> str:
    """A random password of 16 letters and digits (79 bits), in groups that can be read out."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def _matches(password: str, password_hash: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _aside(work: Callable[[], T]) -> T:
    """Do it in a thread of gevent's pool where gevent runs the process, else right here."""
    if not monkey.is_module_patched("threading"):
        return work()
    result: T = gevent.get_hub().threadpool.apply(work)
    return result
