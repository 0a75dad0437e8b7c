"""A snapshot of a store at one instant: out of a running store, and into an empty one.

The snapshot is the one that Redis sends to a new replica, so it is whole, at one instant and made
while the store goes on serving. It goes into another store by plain commands, not as Redis' own
dump of a value: the dumps of Redis and Valkey, and of their versions, do not read each other.
"""

from __future__ import annotations

import logging
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

from redis import Redis

from queue_service.errors import OperatorError
from queue_service.runtime import process
from queue_service.store.connection.cluster import layout, primaries
from queue_service.store.format import KEY as FORMAT_KEY
from queue_service.store.keys import BRANCHES
from queue_service.store.memos import RENAMED
from queue_service.store.redis_store import BARRIER, RedisStore, chunks
from queue_service.store.server.embedded import bundled_server, find_server
from queue_service.store.server.running import wait_until_answers

_log: Final = logging.getLogger(__name__)

_SILENT_SECONDS: Final = 60.0
"""How long the store may send nothing: it reports every second that it is still preparing."""
_PIECE: Final = 1 << 16
_SPARE_BYTES: Final = 10_000_000
"""The space that a backup leaves free on its disk, which may be the store's own."""
_MARK_BYTES: Final = 40
_KEYS_AT_ONCE: Final = 200
_ITEMS_AT_ONCE: Final = 1000
_JOBS: Final = "rq:*"
"""Keys of jobs, which are not restored: the jobs may be done already."""
_OF_OTHERS: Final = ("--rdb-version-check", "relaxed")
"""Has Valkey read what a newer Redis wrote."""
_TOO_LARGE: Final = (
    "The backup's store does not start: it is too large for this machine, or it hangs."
)
_LEFT_A_FILE: Final = (
    "The store's server has written the snapshot, not encrypted, into its own dump.rdb as well:"
    " set its repl-diskless-sync to yes and remove that file."
)
_RESTORING: Final = "queue:restoring"
"""String: the digest of the backup of which a part is in the store; gone once all of it is."""


def take_snapshots(store: RedisStore, new_sink: Callable[[], BinaryIO]) -> list[BinaryIO]:
    """Write all that the store holds now into files, in Redis' format (RDB): one for each server.

    The content of a server is from one instant; several servers are copied one after the other.
    Raises OperatorError if the store does not provide it.
    """
    before = store.guarded(lambda: layout(store.client))
    sinks = []
    for server in store.guarded(lambda: primaries(store.client)).values():
        sinks.append(new_sink())
        take_snapshot(server, sinks[-1])
    if store.guarded(lambda: layout(store.client)) != before:
        raise OperatorError("The cluster moved slots while it was copied: repeat the backup.")
    return sinks


def room_needed(store: RedisStore) -> int:
    """How many bytes of disk the snapshots need at most, packed and encrypted, and some to spare.

    Together they take three to eight tenths of the memory of the servers.
    """
    servers: Mapping[str, Any] = store.guarded(lambda: primaries(store.client))
    held = (store.guarded(partial(server.info, "memory")) for server in servers.values())
    return _SPARE_BYTES + sum(int(memory["used_memory_dataset"]) for memory in held)


def take_snapshot(server: Redis, sink: BinaryIO) -> None:
    """Write all that a server holds now into a file.

    Sentinels that look meanwhile take this for a replica at port 0 and keep it until they are reset
    to forget, which docs/operating.md says. Raises OperatorError if the server does not give it.
    """
    connection: Any = server.connection_pool.make_connection()
    connection.connect()
    try:
        line: socket.socket = connection._sock
        line.settimeout(_SILENT_SECONDS)
        # Only to a replica that can do without its length does a server stream the snapshot. For
        # others it first writes all of it, not encrypted, into a file of its own, and keeps that.
        connection.send_command("REPLCONF", "capa", "eof")
        _accepted(line)
        connection.send_command("SYNC")
        _receive(line, sink)
    except (ConnectionError, TimeoutError) as error:  # not the sink's: its disk may be full
        raise OperatorError(f"The store broke off while it was copied: {error}.") from None
    finally:
        connection.disconnect()


def _accepted(line: socket.socket) -> bytes:
    """The first line of an answer. Raises OperatorError if it is a refusal."""
    head = _head(line)
    if head.startswith(b"-"):
        reason = head.lstrip(b"-").decode(errors="replace")
        raise OperatorError(f"The store does not let itself be copied: {reason}.")
    return head


def _receive(line: socket.socket, sink: BinaryIO) -> None:
    head = _accepted(line)
    if head.startswith(b"$EOF:"):
        _until_mark(line, sink, head[5:])
        return
    _log.warning(_LEFT_A_FILE)
    left = int(head[1:])
    while left:
        piece = _some(line, min(left, _PIECE))
        sink.write(piece)
        left -= len(piece)


def _head(line: socket.socket) -> bytes:
    """The line before the snapshot; empty lines before it say that it is being made."""
    head = b""
    while not head.endswith(b"\r\n"):
        head = (head + _some(line, 1)).lstrip(b"\n")
    return head.strip()


def _until_mark(line: socket.socket, sink: BinaryIO, mark: bytes) -> None:
    """A transfer of unknown length, which ends with a mark."""
    held = b""
    while not held.endswith(mark):
        held += _some(line, _PIECE)
        sink.write(held[:-_MARK_BYTES])
        held = held[-_MARK_BYTES:]


def _some(line: socket.socket, most: int) -> bytes:
    piece = line.recv(most)
    if not piece:
        raise ConnectionError("the connection ended")
    return piece


@contextmanager
def opened(snapshots: Sequence[Path]) -> Iterator[RedisStore]:
    """A store of its own, for a while, with the data of all these snapshots.

    Raises OperatorError if this machine's server cannot read them.
    """
    first, *others = snapshots
    with _opened(first) as store:
        for other in others:
            with _opened(other) as more, _raw(more) as raw:
                for some in chunks(list(raw.scan_iter(count=_ITEMS_AT_ONCE)), _KEYS_AT_ONCE):
                    _copy(raw, store, some)
        yield store


@contextmanager
def _opened(snapshot: Path) -> Iterator[RedisStore]:
    with tempfile.TemporaryDirectory(prefix="queue-") as name:
        folder = Path(name)
        (folder / "store.rdb").symlink_to(snapshot.absolute())
        server = _reader(folder)
        try:
            with _client(folder) as client:
                yield RedisStore(client)
        finally:
            process.stop(server, 10)


def _reader(folder: Path) -> subprocess.Popen[bytes]:
    """A server that has read the snapshot in a folder.

    Redis and Valkey do not read each other's, so the wheel's server is asked where this machine's
    own refuses. It tries what Redis wrote if it is asked to, and ends at a kind of value that it
    does not know. Raises OperatorError if neither can.
    """
    reasons = []
    for program in _programs():
        server = _started(folder, program)
        if server.poll() is None:
            return server
        reasons.append(process.last_line(folder / "log"))
    raise OperatorError(f"This machine's store server cannot read the backup: {reasons[0]}")


def _programs() -> Iterator[list[str]]:
    yield [str(find_server())]
    with suppress(OperatorError):  # where the wheel's does not run, the reason of the first counts
        yield [str(bundled_server()), *_OF_OTHERS]


def _started(folder: Path, program: Sequence[str]) -> subprocess.Popen[bytes]:
    """A server that has read the snapshot, or has ended because it cannot."""
    server = process.spawn([*program, *_options(folder)], folder / "log")
    with _client(folder) as client:
        try:
            wait_until_answers(client, lambda: server.poll() is None)
        except OperatorError:
            if server.poll() is None:
                process.stop(server, 10)
                raise OperatorError(_TOO_LARGE) from None
    return server


def _client(folder: Path) -> Redis:
    return Redis(unix_socket_path=str(folder / "socket"), decode_responses=True)


def _options(folder: Path) -> list[str]:
    options = {
        "port": "0", "unixsocket": str(folder / "socket"), "unixsocketperm": "700",
        "dir": str(folder), "dbfilename": "store.rdb", "appendonly": "no", "save": "",
        "daemonize": "no", "logfile": "",
    }  # fmt: skip
    return [part for name, value in options.items() for part in (f"--{name}", value)]


def copy_all(source: RedisStore, target: RedisStore, digest: str) -> int:
    """Copy every key, except the keys of jobs, from an opened snapshot, the list of branches last.

    ``digest`` is the snapshot's: after an interruption, the same may be copied again. Returns the
    number of keys.
    """
    # Keys of an older backup are renamed at the next start.
    target.write(lambda p: (p.set(_RESTORING, digest), p.unlink(RENAMED)))
    last = BRANCHES.encode()
    with _raw(source) as raw:
        left_out = {*raw.scan_iter(_JOBS, count=_ITEMS_AT_ONCE), _RESTORING.encode(), last}
        keys = [key for key in raw.scan_iter(count=_ITEMS_AT_ONCE) if key not in left_out]
        for some in [*chunks(keys, _KEYS_AT_ONCE), [last]]:
            _copy(raw, target, some)
    target.write(lambda p: p.unlink(_RESTORING))
    return len(keys) + 1


def _raw(source: RedisStore) -> Redis:
    """A client for an opened snapshot that leaves answers as they come."""
    return Redis(unix_socket_path=str(source.client.connection_pool.connection_kwargs["path"]))


def server_version(store: RedisStore) -> str:
    """The version of the store's server."""
    client: Any = store.client
    return str(store.guarded(lambda: client.info("server"))["redis_version"])


def _copy(source: Any, target: RedisStore, keys: Iterable[bytes]) -> None:
    wanted = list(keys)
    with source.pipeline(transaction=False) as ask:
        for key in wanted:
            ask.type(key)
            ask.pexpiretime(key)
        replies = ask.execute()

    def write(pipeline: Any) -> None:
        for key, kind, until in zip(wanted, replies[::2], replies[1::2], strict=True):
            # A lost connection sends all of this again, and lists would be twice as long.
            pipeline.unlink(key)
            _write(source, pipeline, key, bytes(kind).decode())
            if until >= 0:
                pipeline.pexpireat(key, until)

    target.write(write)


def _write(source: Any, pipeline: Any, key: bytes, kind: str) -> None:
    write = _WRITERS.get(kind)
    if write is None:
        raise OperatorError(f"The backup holds a {kind} ({key!r}), which no version here writes.")
    write(source, pipeline, key)


def _write_string(source: Any, pipeline: Any, key: bytes) -> None:
    value = source.get(key)
    if value is not None:  # else it has come to its end since its kind was asked
        pipeline.set(key, value)


def _write_hash(source: Any, pipeline: Any, key: bytes) -> None:
    for some in chunks(list(source.hgetall(key).items()), _ITEMS_AT_ONCE):
        pipeline.hset(key, mapping=dict(some))


def _write_list(source: Any, pipeline: Any, key: bytes) -> None:
    for some in chunks(source.lrange(key, 0, -1), _ITEMS_AT_ONCE):
        pipeline.rpush(key, *some)


def _write_set(source: Any, pipeline: Any, key: bytes) -> None:
    for some in chunks(list(source.smembers(key)), _ITEMS_AT_ONCE):
        pipeline.sadd(key, *some)


def _write_sorted_set(source: Any, pipeline: Any, key: bytes) -> None:
    for some in chunks(source.zrange(key, 0, -1, withscores=True), _ITEMS_AT_ONCE):
        pipeline.zadd(key, dict(some))


def _write_stream(source: Any, pipeline: Any, key: bytes) -> None:
    if not source.exists(key):
        return  # it has come to its end since its kind was asked
    about = source.xinfo_stream(key)
    for entry, fields in source.xrange(key):
        pipeline.xadd(key, fields, id=entry)
    if not about["length"]:
        pipeline.xadd(key, {"event": "none"}, id=about["last-generated-id"])
        pipeline.xtrim(key, maxlen=0)
    # The total number shows a follower of the log whether it has missed entries.
    pipeline.execute_command(
        "XSETID", key, about["last-generated-id"], "ENTRIESADDED", about["entries-added"],
        "MAXDELETEDID", about["max-deleted-entry-id"],
    )  # fmt: skip


_WRITERS: Final[Mapping[str, Callable[[Any, Any, bytes], None]]] = {
    "string": _write_string,
    "hash": _write_hash,
    "list": _write_list,
    "set": _write_set,
    "zset": _write_sorted_set,
    "stream": _write_stream,
    "none": lambda *_: None,  # it has come to its end meanwhile
}


def may_take(store: RedisStore, digest: str) -> bool:
    """Whether a store holds nothing of the service, or a part of this very snapshot alone."""
    client: Any = store.client

    def look() -> bool:
        if client.get(_RESTORING) == digest and not client.exists(BRANCHES):
            return True
        # A service that was started on it, and knows nothing yet, has written what is its own.
        keys = client.scan_iter("q*", count=1000)
        return all(key in (FORMAT_KEY, RENAMED) or key.startswith(BARRIER) for key in keys)

    return store.guarded(look)
