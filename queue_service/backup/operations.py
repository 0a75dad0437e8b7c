"""Make a backup of a running service, and restore one into an empty store."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, BinaryIO, Final

from queue_service import __version__
from queue_service.access.audit_entries import entry_by
from queue_service.access.operations.access import OPERATOR
from queue_service.access.rules.credentials import Account, TokenRecord
from queue_service.access.store import AccessStore
from queue_service.backup.encryption import encrypt, is_encrypted, recipients
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.raising import raise_numbers
from queue_service.errors import QueueError
from queue_service.language.catalogues import words
from queue_service.language.instants import rfc3339
from queue_service.language.wording import date_and_time
from queue_service.mobile.store import MobileStore
from queue_service.notes.operations import add_note
from queue_service.paper.operations import skip_sheets
from queue_service.store.audit_log import AuditLog
from queue_service.store.format import require_format
from queue_service.store.redis_store import RedisStore
from queue_service.store.server import snapshot as snapshots

FORMAT: Final = 2
"""The newest format of backups. A later one may hold what this version would lose.

A backup of several servers has the format 2, a backup of one server the format 1, as before.
"""

_ABOUT: Final = "about.json"
_MOST_ABOUT_BYTES: Final = 1 << 16
_MOST_PARTS: Final = 1000
_LAST_INSTANT_MS: Final = 9_999_999_999_999
_MOST_NOTES: Final = 1000
"""More than a day may have otherwise, since no note can be removed before the restore."""


class BackupRefused(QueueError):
    """A backup cannot be written, is none, is damaged or too new, or would go over data."""

    code = "backup_refused"


@dataclass(frozen=True, slots=True)
class BackupAbout:
    """The header of a backup. ``made_at`` is in ms.

    ``parts`` is how many servers' snapshots there are; ``size`` and ``sha256`` cover all of them,
    concatenated.
    """

    format: int
    made_at: int
    version: str
    store_version: str
    size: int
    sha256: str
    parts: int = 1


@dataclass(frozen=True, slots=True)
class Restored:
    """The result of a restore. ``numbers``: branch → prefix → the last number taken for given.

    ``accounts`` and ``tokens`` came back as they were when the backup was made.
    """

    about: BackupAbout
    keys: int
    numbers: dict[str, dict[str, int]]
    accounts: list[Account]
    tokens: list[TokenRecord]


def make_backup(store: RedisStore, target: Path, public_keys: Sequence[str] = ()) -> BackupAbout:
    """Write all that the service's store holds at this instant into a file for its owner alone.

    Each server of a cluster has an instant of its own. With public keys only the holder of one of
    the secret keys can read it. The file is there whole or not at all; an earlier backup of the
    same name is replaced, and nothing else. Raises BackupRefused if it has no room, cannot be
    written or would replace another file, OperatorError if the store cannot be copied, and
    KeyRefused for a key that is none.
    """
    recipients(public_keys)  # refused before anything is done
    _require_replaceable(target)
    made_at, store_version = store.time(), snapshots.server_version(store)
    needed = snapshots.room_needed(store)
    try:
        _require_room(target.parent, needed)
        with _unfinished(target) as unfinished, ExitStack() as files:

            def part() -> BinaryIO:
                return files.enter_context(tempfile.TemporaryFile(dir=target.parent))

            parts = snapshots.take_snapshots(store, part)
            about = BackupAbout(
                FORMAT if len(parts) > 1 else 1, made_at, __version__, store_version,
                sum(part.tell() for part in parts), _digest(parts), len(parts),
            )  # fmt: skip
            _write(about, parts, unfinished, public_keys)
    except OSError as error:
        raise BackupRefused(f"{target} cannot be written: {error.strerror}.") from None
    return about


def _require_replaceable(target: Path) -> None:
    """A backup takes the place of an earlier one, as each week's does, and of no other file."""
    if not target.exists() or is_encrypted(target) or not target.stat().st_size:
        return
    try:
        read_about(target)
    except BackupRefused:
        raise BackupRefused(
            f"{target} is there already, and is no backup: name another file, or move this one."
        ) from None


def _require_room(folder: Path, needed: int) -> None:
    """Begin nothing that would fill the disk, which may be the store's own."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupRefused(
            f"{folder} has {free // 1_000_000} MB of room, and a backup may need"
            f" {-(-needed // 1_000_000)} MB: make room, or name a file on another disk."
        )


def _write(
    about: BackupAbout, parts: Sequence[BinaryIO], target: Path, public_keys: Sequence[str]
) -> None:
    with target.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        if public_keys:
            with tempfile.TemporaryFile(dir=target.parent) as plain:
                _pack(about, parts, plain)
                plain.seek(0)
                encrypt(plain, file, public_keys)
        else:
            _pack(about, parts, file)
        file.flush()
        os.fsync(file.fileno())


def _pack(about: BackupAbout, parts: Sequence[BinaryIO], file: BinaryIO) -> None:
    fields = asdict(about)
    if about.parts == 1:
        del fields["parts"]  # which format 1 does not know
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(_ABOUT, json.dumps(fields, indent=1))
        for number, part in enumerate(parts, 1):
            part.seek(0)
            with packed.open(_member(number), "w", force_zip64=True) as member:
                shutil.copyfileobj(part, member)


def _member(number: int) -> str:
    return "store.rdb" if number == 1 else f"store-{number}.rdb"


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A temporary name next to the file, which becomes its name once it is whole."""
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        yield unfinished
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _digest(files: Iterable[BinaryIO]) -> str:
    found = sha256()
    for file in files:
        file.seek(0)
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


def restore(backup: Path, target: RedisStore) -> Restored:
    """Put what a backup holds into an empty store, with the day's numbers raised and without the
    logins that were open then.

    The losses of a branch's day are in a note on it. The list of branches comes last: after an
    interruption there is none, and the same backup can be restored again. Raises BackupRefused for
    a file that is no backup, is damaged or comes from a newer version, and for a store that holds
    something else; OperatorError if a newer version wrote what it holds.
    """
    if not snapshots.may_take(target, read_about(backup).sha256):
        raise BackupRefused(
            "The store holds data already. Restore into an empty one: name another"
            " QUEUE_DATA_DIR or REDIS_URL, or put this one's data aside."
        )
    with tempfile.TemporaryDirectory(prefix="queue-") as folder:
        about, parts = _unpack(backup, Path(folder))
        with snapshots.opened(parts) as source:
            require_format(source.client)
            queue = Queue(source)
            numbers = _prepare(queue, about)
            accounts, tokens = queue.get(AccessStore).accounts(), queue.get(AccessStore).tokens()
            keys = snapshots.copy_all(source, target, about.sha256)
    return Restored(about, keys, numbers, accounts, tokens)


def file_digest(file: Path) -> str:
    """The SHA-256 of a file, as ``sha256sum`` prints it. Raises BackupRefused."""
    try:
        with file.open("rb") as content:
            return _digest([content])
    except OSError as error:
        raise BackupRefused(f"{file} cannot be read: {error.strerror}.") from None


def require_digest(backup: Path, noted: str) -> None:
    """Raises BackupRefused for a file that is not, byte for byte, the one whose digest was noted.

    The header of a file shows damage; only a digest that was kept elsewhere shows that the file was
    altered.
    """
    if file_digest(backup) != noted.strip().lower():
        raise BackupRefused(
            f"{backup} is not the file that this SHA-256 was noted of: it was altered, or it is"
            " another backup. Take the one that goes with it."
        )


def read_about(backup: Path) -> BackupAbout:
    """The header of a backup. Raises BackupRefused for a file that is none."""
    try:
        with zipfile.ZipFile(backup) as packed, packed.open(_ABOUT) as member:
            read = json.loads(member.read(_MOST_ABOUT_BYTES))
    except OSError as error:
        raise BackupRefused(f"{backup} cannot be read: {error.strerror}.") from None
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, RecursionError):
        raise BackupRefused(f"{backup} is no backup of this service.") from None
    if not isinstance(read, dict) or not isinstance(read.get("format"), int):
        raise BackupRefused(f"{backup} is no backup of this service.")
    if read["format"] > FORMAT:
        raise BackupRefused(f"{backup} comes from a newer version ({read.get('version')}).")
    try:
        about = BackupAbout(**read)
    except TypeError:
        about = None
    if about is None or not _is_sound(about):
        raise BackupRefused(f"{backup} is no backup of this service.")
    return about


def _is_sound(about: BackupAbout) -> bool:
    """Whether its members are of their kinds, and such as a backup may have."""
    numbers = (about.made_at, about.size, about.parts)
    texts = (about.version, about.store_version, about.sha256)
    return (
        all(type(number) is int for number in numbers)
        and all(isinstance(text, str) for text in texts)
        and 0 <= about.made_at <= _LAST_INSTANT_MS
        and about.size >= 0
        and 1 <= about.parts <= _MOST_PARTS
    )


def _unpack(backup: Path, folder: Path) -> tuple[BackupAbout, list[Path]]:
    about = read_about(backup)
    names = [_member(number) for number in range(1, about.parts + 1)]
    try:
        with zipfile.ZipFile(backup) as packed, ExitStack() as open_files:
            files = [open_files.enter_context((folder / name).open("w+b")) for name in names]
            for name, file in zip(names, files, strict=True):
                with packed.open(name) as member:
                    _copy(member, file, most=about.size)
            size = sum(file.tell() for file in files)
            whole = size == about.size and _digest(files) == about.sha256
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError):
        whole = False
    if not whole:
        raise BackupRefused(f"{backup} is damaged: what it holds is not what was put into it.")
    return about, [folder / name for name in names]


def _copy(source: IO[bytes], target: BinaryIO, most: int) -> None:
    """Copy no more than a byte beyond what there should be: then it is known to be damaged."""
    left = most + 1
    while left > 0 and (piece := source.read(min(left, 1 << 20))):
        target.write(piece)
        left -= len(piece)


def _prepare(queue: Queue, about: BackupAbout) -> dict[str, dict[str, int]]:
    """Raise the numbers of the running day, and note on it what is missing."""
    queue.get(AccessStore).forget_logins()
    entry = entry_by(OPERATOR, "backup.restored", target=rfc3339(about.made_at))
    queue.get(AuditLog).add(entry)
    now = queue.store.time()
    live = (branch for branch in queue.get(BranchStore).all() if not branch.historic)
    return {branch.id: _raise_numbers(queue, branch, about, now) for branch in live}


def _raise_numbers(queue: Queue, branch: Branch, about: BackupAbout, now: int) -> dict[str, int]:
    raised = raise_numbers(queue, branch, now)
    skip_sheets(queue, branch)
    if queue.get(BranchStore).fact(branch.id, "home"):
        queue.get(MobileStore).note(branch.id, restored_on=moment(branch, now).date)
    text = words(branch.languages[0]).gettext(
        "Restored from a backup of {time}. What was done after that is missing."
    )
    made_at = date_and_time(about.made_at, branch.timezone)
    note = text.format(time=made_at)
    add_note(queue, branch.id, moment(branch, now).date, "outage", note, most=_MOST_NOTES)
    return raised
