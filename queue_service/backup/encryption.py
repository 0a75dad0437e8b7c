"""Backups that only the holder of a key can read, in the format of age (https://age-encryption.org).

A service knows the public key alone, so an attacker on its machine can read no backup. The program
``age`` reads the files as well: it gives the ZIP that an open backup is.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Final

import pyrage

from queue_service.errors import QueueError

_BEGINNING: Final = b"age-encryption.org/"
_SECRET: Final = "AGE-SECRET-KEY-"  # noqa: S105 - what each key begins with


class KeyRefused(QueueError):
    """A key is none, is missing, or does not open a backup."""

    code = "key_refused"


def make_key(file: Path) -> str:
    """Write a new secret key to a file for its owner alone, and give its public key.

    The file is as ``age-keygen`` writes it. Raises KeyRefused if there is one already.
    """
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise KeyRefused(f"{file} cannot be written: {error.strerror}.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as written:
        written.write(f"# public key: {public}\n{identity}\n")
    return public


def recipients(public_keys: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    """The holders of these keys. Raises KeyRefused if one of them is no key."""
    try:
        return [pyrage.x25519.Recipient.from_str(key) for key in public_keys]
    except pyrage.RecipientError:
        raise KeyRefused(
            "QUEUE_BACKUP_KEYS has a value that is not a public key. Copy the line that"
            " `queue-service backup --new-key` printed: a key is age1 and 58 more characters."
        ) from None


def encrypt(plain: BinaryIO, sink: BinaryIO, public_keys: Sequence[str]) -> None:
    """Write what only the holders of these keys can read. Raises KeyRefused for anything else."""
    pyrage.encrypt_io(plain, sink, recipients(public_keys))


@contextmanager
def opened(backup: Path, key: Path | None) -> Iterator[Path]:
    """The backup as it is without encryption, while inside.

    Raises KeyRefused if it is encrypted and the key's file is missing, holds no key or another
    one, or where the backup is damaged.
    """
    if not is_encrypted(backup):
        yield backup
        return
    if key is None:
        raise KeyRefused(f"{backup} is encrypted: name the file of its secret key with --key.")
    with tempfile.NamedTemporaryFile(prefix="queue-") as plain:
        with backup.open("rb") as file:
            _decrypt(backup, file, plain, key)
        plain.flush()
        yield Path(plain.name)


def _decrypt(backup: Path, file: BinaryIO, plain: IO[bytes], key: Path) -> None:
    try:
        pyrage.decrypt_io(file, plain, [_secret(key)])
    except pyrage.DecryptError:
        raise KeyRefused(f"The key in {key} does not open {backup}; it is for another.") from None
    except OSError as error:
        if error.errno is not None:
            raise KeyRefused(f"{backup} cannot be opened: {error.strerror}.") from None
        raise KeyRefused(f"{backup} is damaged: it is not as it was encrypted.") from None


def is_encrypted(backup: Path) -> bool:
    """Whether a file is one that age has encrypted."""
    try:
        with backup.open("rb") as file:
            return file.read(len(_BEGINNING)) == _BEGINNING
    except OSError:
        return False  # reading it reports that


def _secret(key: Path) -> pyrage.x25519.Identity:
    try:
        lines = key.read_text(encoding="utf-8").splitlines()
        (secret,) = (line.strip() for line in lines if line.startswith(_SECRET))
        return pyrage.x25519.Identity.from_str(secret)
    except OSError as error:
        raise KeyRefused(f"{key} cannot be read: {error.strerror}.") from None
    except (ValueError, pyrage.IdentityError):
        raise KeyRefused(f"{key} holds no secret key, or several.") from None
