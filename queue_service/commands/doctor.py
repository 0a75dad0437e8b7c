"""`queue-service doctor`: check the set-up, and say what is wrong and what to do."""

from __future__ import annotations

import argparse
import http.client
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from redis import Redis
from redis.exceptions import RedisError

from queue_service import data_folder
from queue_service.mail import MailRefused, MailUnavailable, make_mailer
from queue_service.own_address import own_url
from queue_service.settings import OperatorError, Settings
from queue_service.store.connection import connect_jobs
from queue_service.store.durability import settings_in_force
from queue_service.store.job_door import FILES, PROMPT
from queue_service.store.job_health import JobHealth
from queue_service.store.running import address, running_store
from queue_service.store.server import OLDEST_VERSION, find_server, major_version, store_folder
from workers.schedule import PERIODIC

_ENOUGH_DISK_BYTES: Final = 1_000_000_000
_WEB_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found, and whether it is as it should be."""

    good: bool
    text: str


Check = Callable[[Settings], Iterator[Finding]]


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser("doctor", help="check the set-up and say what is wrong")
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"look at these alone: {', '.join(CHECKS)}"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print what was found; returns 1 when something is wrong."""
    unknown = set(args.parts) - CHECKS.keys()
    if unknown:
        raise OperatorError(
            f"There is no part {min(unknown)!r} to look at: choose from {', '.join(CHECKS)}."
        )
    all_good = True
    for part in args.parts or CHECKS:
        for finding in _look(CHECKS[part], settings):
            all_good = all_good and finding.good
            print(f"{'ok' if finding.good else 'WRONG':<6} {part:<9} {finding.text}", flush=True)
    return 0 if all_good else 1


def _look(check: Check, settings: Settings) -> Iterator[Finding]:
    """What a check finds; that it cannot look is a finding, too."""
    try:
        yield from check(settings)
    except (OperatorError, RedisError) as error:
        yield Finding(False, str(error))


def _check_data(settings: Settings) -> Iterator[Finding]:
    _must_be_started(settings)
    folder = data_folder.check(settings.data_dir)
    yield Finding(True, f"{settings.data_dir} can be written to.")
    free = shutil.disk_usage(folder).free
    yield Finding(
        free > _ENOUGH_DISK_BYTES,
        f"{free / 1e9:.1f} GB of disk are free; a full disk stops the store.",
    )


def _check_server(settings: Settings) -> Iterator[Finding]:
    if settings.redis_url:
        yield Finding(True, "Not needed, since REDIS_URL names a store.")
        return
    server = find_server()
    yield Finding(True, f"{server}, version {major_version(server)}.")


def _check_store(settings: Settings) -> Iterator[Finding]:
    with _store(settings) as client:
        about: Mapping[str, Any] = client.info()
        version = str(about["redis_version"])
        yield Finding(True, f"{address(settings)} answers.")
        yield Finding(
            int(version.partition(".")[0]) >= OLDEST_VERSION,
            f"It is version {version}; {OLDEST_VERSION} or newer is needed.",
        )
        for name, (value, needed) in settings_in_force(client).items():
            yield Finding(value == needed, f"{name} is {value}; it has to be {needed}.")
        replicas = int(about["connected_slaves"])
        yield Finding(
            replicas >= settings.replicas_to_wait,
            f"Replicas connected: {replicas};"
            f" QUEUE_REPLICAS_TO_WAIT asks for {settings.replicas_to_wait}.",
        )


def _store(settings: Settings) -> AbstractContextManager[Redis]:
    """The service's own store, never a new one that nobody else uses."""
    _must_be_started(settings)
    return running_store(settings)


def _must_be_started(settings: Settings) -> None:
    """Raises :class:`OperatorError` where the embedded store of this data folder never ran."""
    if not settings.redis_url and not store_folder(settings.data_dir).exists():
        raise OperatorError(
            f"No service was ever started in the data folder {settings.data_dir.absolute()}:"
            " set QUEUE_DATA_DIR to the folder of the one that runs, or start one."
        )


def _check_web(settings: Settings) -> Iterator[Finding]:
    url = own_url(settings)
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_WEB_SECONDS)
    try:
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
    except OSError as error:
        yield Finding(False, f"{url} does not answer: {error}.")
        return
    finally:
        connection.close()
    yield Finding(status == HTTPStatus.OK, f"{url}/readyz answers {status}.")


def _check_worker(settings: Settings) -> Iterator[Finding]:
    yield _workers(settings, PROMPT, "what must not be late")


def _check_files(settings: Settings) -> Iterator[Finding]:
    yield _workers(settings, FILES, "files and reports")


def _workers(settings: Settings, queue: str, what: str) -> Finding:
    with _store(settings), connect_jobs(settings) as client:
        jobs = JobHealth(client).read()
    if jobs is None:
        return Finding(False, "The Redis of QUEUE_JOBS_REDIS_URL does not answer.")
    alive = jobs.workers[queue]
    return Finding(alive > 0, f"Workers heard from that do {what}: {alive}.")


def _check_schedule(settings: Settings) -> Iterator[Finding]:
    often = min(PERIODIC, key=lambda job: job.every_seconds)
    with _store(settings), connect_jobs(settings) as client:
        seconds, _ = client.time()
        periods = (often.job_id((seconds - ago) * 1000) for ago in (0, often.every_seconds))
        asked = bool(client.exists(*(f"rq:job:{job_id}" for job_id in periods)))
        yield Finding(asked, f"The periodic jobs are {'' if asked else 'not '}asked for.")


def _check_mail(settings: Settings) -> Iterator[Finding]:
    mailer = make_mailer(settings)
    if mailer is None:
        yield Finding(True, "Not set up, so no mail is sent; QUEUE_SMTP_URL would name a server.")
        return
    try:
        mailer.check()
    except (MailUnavailable, MailRefused) as error:
        yield Finding(False, str(error))
        return
    yield Finding(True, f"{mailer.server} answers and lets us in.")
    yield Finding(
        bool(settings.public_url),
        f"Links in mail lead to {settings.public_url or 'nowhere: set QUEUE_PUBLIC_URL'}.",
    )


CHECKS: Final[Mapping[str, Check]] = {
    "data": _check_data,
    "server": _check_server,
    "store": _check_store,
    "web": _check_web,
    "worker": _check_worker,
    "files": _check_files,
    "schedule": _check_schedule,
    "mail": _check_mail,
}
"""What is looked at, in this order."""
