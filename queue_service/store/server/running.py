"""A running store for a command: the one that is there, or the embedded one for its duration."""

from __future__ import annotations

import logging
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from redis import Redis
from redis.exceptions import AuthenticationError, BusyLoadingError, RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.sentinel import MasterNotFoundError

from queue_service.errors import OperatorError
from queue_service.runtime import data_folder, process
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect, store_url
from queue_service.store.format import require_format
from queue_service.store.server.embedded import (
    find_server,
    prepare_folder,
    server_command,
    store_folder,
)

_log: Final = logging.getLogger(__name__)

UP = "up"
"""The owner of the data folder's lock while `queue-service up` runs."""

_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_POLL_SECONDS = 0.02
_TLS_FAULTS: Final = {
    r"certificate verify failed: ([^(]+)": "shows a certificate that is not accepted: {}; name the"
    " authority that signed it as ssl_ca_certs=FILE in the address, and the server as its"
    " certificate does",
    r"(?i)alert.(?:certificate.required|bad.certificate|unknown.ca|handshake.failure)": "does not"
    " accept the service's certificate: name one as ssl_certfile=FILE&ssl_keyfile=FILE in the"
    " address",
}
"""Faults of TLS by the text of their error, with what to do."""
_NO_HANDSHAKE: Final = re.compile("WRONG_VERSION_NUMBER|RECORD_LAYER|handshake operation timed out")
_TRIES: Final = 5
_TOO_MANY = "max number of clients reached"
_LONG_SECONDS = 1.0
"""A store that reads its files for longer is logged."""


@contextmanager
def running_store(settings: Settings, at_most: float | None = None) -> Iterator[Redis]:
    """A client for the store, which answers while the block runs.

    Unless REDIS_URL is set or `queue-service up` runs, the embedded store is started and stopped
    again. A store that reads its files is waited for until it has read them; with ``at_most`` a
    store that runs already is waited for that many seconds and no longer. Raises OperatorError when
    no store answers, or a newer version wrote it.
    """
    if settings.redis_url:
        yield checked(settings)
        return
    data_folder.prepare(settings.data_dir)
    lock = data_folder.Lock(settings.data_dir)
    if _is_ours(lock):
        with _temporary(settings, lock) as client:
            require_format(client)
            yield client
    else:
        client = connect(settings)
        if at_most is None:
            wait_until_answers(client)
        else:
            wait_until_answers(client, seconds=at_most, until_loaded=False)
        require_format(client)
        yield client


def require_started(settings: Settings) -> None:
    """Raises OperatorError if the embedded store of this data folder never ran."""
    data_folder.must_be_folder(settings.data_dir)
    if not settings.redis_url and not store_folder(settings.data_dir).exists():
        raise OperatorError(
            f"No service was ever started in the data folder {settings.data_dir.absolute()}:"
            " set QUEUE_DATA_DIR to the folder of the one that runs, or start one."
        )


def checked(settings: Settings) -> Redis:
    """A client for a store that answers now.

    Raises OperatorError with the error in one sentence, also if a newer version wrote the
    store; the address is named without its password.
    """
    client = connect(settings)
    try:
        client.ping()
    except AuthenticationError as error:
        raise OperatorError(_refused(settings, error)) from None
    except (RedisError, OSError) as error:
        raise OperatorError(f"The store at {address(settings)} {_fault(error, client)}.") from None
    require_format(client)
    return client


def require_trust(client: Redis, settings: Settings) -> None:
    """Raises OperatorError for a store with which TLS fails: waiting does not mend that.

    A store that does not answer is not judged.
    """
    for _ in range(_TRIES):
        error = failure(client)
        if error is None:
            return
        fault = _tls_fault(error, client)
        if fault is not None:
            raise OperatorError(f"The store at {address(settings)} {fault}.")
        if not _is_hung_up(error):
            return


def _is_hung_up(error: Exception) -> bool:
    """Whether the server closed the connection, before or instead of giving its reason."""
    return isinstance(error.__context__, ConnectionResetError | BrokenPipeError)


def _fault(error: Exception, client: Redis) -> str:
    """The behaviour of a store that cannot be asked, as the end of a sentence."""
    if fault := _tls_fault(error, client):
        return fault
    if _NO_HANDSHAKE.search(f"{error} {error.__context__}"):
        return (
            "does not answer in TLS: if it speaks none at this port, name another or write its"
            " address without the second s of rediss"
        )
    return f"does not answer: {reason(error)}"


def _tls_fault(error: Exception, client: Redis) -> str | None:
    text = " ".join(map(str, _causes(error, client)))
    for pattern, fault in _TLS_FAULTS.items():
        if found := re.search(pattern, text):
            return fault.format(*(part.strip(" .") for part in found.groups()))
    return None


def _causes(error: Exception, client: Redis) -> Iterator[object]:
    """An error, its own cause, and for a primary that no sentinel names those of the sentinels."""
    yield error
    yield error.__context__
    pool: Any = client.connection_pool
    if isinstance(error, MasterNotFoundError):
        yield from (failure(sentinel) for sentinel in pool.sentinel_manager.sentinels)


def reason(error: Exception) -> str:
    """The text of an error, without the full stop that some end with and some do not."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return reason.rstrip(". ")


def _refused(settings: Settings, error: AuthenticationError) -> str:
    if not _has_password(store_url(settings)):
        return (
            f"The store at {address(settings)} wants a password, and its address has none:"
            " write it as redis://:PASSWORD@HOST:PORT."
        )
    return f"The store refuses the password in its address: {reason(error)}."


def _has_password(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.password or "password" in parse_qs(parts.query))


def address(settings: Settings) -> str:
    """The store's address without users and passwords, which its query may hold as well."""
    scheme, _, rest = store_url(settings).partition("?")[0].partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def start_embedded(settings: Settings, lock: data_folder.Lock) -> subprocess.Popen[bytes]:
    """Start the data folder's own server; the caller waits for it and stops it."""
    folder = prepare_folder(settings.data_dir)
    command = server_command(find_server(), settings.data_dir)
    return process.spawn(command, log_file(folder), inherit=[lock.fileno()])


def log_file(folder: Path) -> Path:
    """The log of the embedded server of this store folder."""
    return folder / "server.log"


def left_out_the_end(folder: Path, since: int) -> bool:
    """Whether the server left out the end of its file, by its log from a byte on.

    A change that was not written to its end was never acknowledged.
    """
    with log_file(folder).open("rb") as log:
        log.seek(since)
        return b"Truncating the AOF" in log.read()


class Loading:
    """A store that reads its files, which takes minutes if it is large; says so once."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._since: float | None = None
        self._is_told = False

    def lasts(self, error: Exception | None) -> bool:
        """Whether the store, which answered with this, reads its files: then it is waited for."""
        if not isinstance(error, BusyLoadingError):
            return False
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        if not self._is_told and now - self._since >= _LONG_SECONDS:
            self._is_told = True
            self._say("store reads its files, which may take minutes")
        return True


def wait_until_answers(
    client: Redis,
    alive: Callable[[], bool] = lambda: True,
    seconds: float = _START_SECONDS,
    *,
    until_loaded: bool = True,
) -> None:
    """Wait for a store that is starting, so many seconds.

    They are counted from when it last said that it reads its files, unless it is not waited for
    ``until_loaded``. Raises OperatorError when it ended or does not answer in time.
    """
    loading = Loading(lambda told: _log.warning("The %s.", told))
    deadline = time.monotonic() + seconds
    while (error := failure(client)) is not None:
        if until_loaded and loading.lasts(error):
            deadline = time.monotonic() + seconds
        if not alive() or time.monotonic() > deadline:
            raise OperatorError(_why_not(error))
        pause()


def pause() -> None:
    """Wait a moment before looking again."""
    threading.Event().wait(_POLL_SECONDS)


def _is_ours(lock: data_folder.Lock) -> bool:
    """Wait until the folder is ours (True) or somebody serves it (False)."""
    deadline = time.monotonic() + _START_SECONDS
    while not lock.acquire("command"):
        if lock.owner() == UP:
            return False
        if time.monotonic() > deadline:
            raise OperatorError("Another command uses the data folder; try again when it is done.")
        pause()
    return True


@contextmanager
def _temporary(settings: Settings, lock: data_folder.Lock) -> Iterator[Redis]:
    server = start_embedded(settings, lock)
    try:
        client = connect(settings)
        wait_until_answers(client, lambda: server.poll() is None)
        yield client
    except OperatorError:
        if server.poll() is None:
            raise
        reason = process.last_line(log_file(store_folder(settings.data_dir)))
        raise OperatorError(f"The store did not start: {reason}") from None
    finally:
        process.stop(server, _STOP_SECONDS)
        lock.release()


def failure(client: Redis) -> Exception | None:
    """The error that the store answers with; None if it is available."""
    try:
        client.ping()
    except (RedisError, OSError) as error:
        return error
    return None


def has_answered(error: Exception | None) -> bool:
    """Whether a store that gave this :func:`failure` has said anything, be it a refusal."""
    refusals = (AuthenticationError, BusyLoadingError, ResponseError)
    return error is None or isinstance(error, refusals) or _TOO_MANY in str(error)


def _why_not(error: Exception) -> str:
    if isinstance(error, TimeoutError | RedisTimeoutError):
        return "The store runs but does not answer."
    if isinstance(error, BusyLoadingError):
        return "The store runs and is still reading its files."
    return "The store did not start."
