"""`queue-service doctor`: check the set-up, and say what is wrong and what to do."""

from __future__ import annotations

import argparse
import http.client
import platform
import resource
import shutil
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from redis import Connection, ConnectionPool, Redis, SSLConnection
from redis.crc import REDIS_CLUSTER_HASH_SLOTS as SLOTS
from redis.exceptions import RedisError, ResponseError
from redis.sentinel import SentinelConnectionPool

from queue_service import __version__
from queue_service.access.store import AccessStore
from queue_service.backup.encryption import recipients
from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import list_branches
from queue_service.devices.rules import SoundReport
from queue_service.devices.seen import not_seen_today
from queue_service.devices.store import DeviceStore
from queue_service.errors import QueueError
from queue_service.language.wording import date_and_time
from queue_service.mobile.client import Home, HomeRefused, LineDown
from queue_service.mobile.operations.sending import bus_branch, lacking
from queue_service.mobile.store import MobileStore
from queue_service.mobile.text import no_branch_yet, reached, sent, trouble
from queue_service.notify.mail import MailRefused, MailUnavailable, make_mailer
from queue_service.reports.render import pdf_lacks
from queue_service.runtime import data_folder
from queue_service.runtime.certificate import public_site
from queue_service.runtime.settings import OperatorError, Settings, is_cluster, unknown_variables
from queue_service.store.connection.clients import connect_job_health
from queue_service.store.connection.cluster import own_key, primaries, replicas
from queue_service.store.jobs.job_health import JobHealth
from queue_service.store.jobs.job_queue import DELIVERIES, FILES, PROMPT
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.durability import InForce, settings_in_force
from queue_service.store.server.embedded import OLDEST_VERSION, find_server, major_version
from queue_service.store.server.running import address, reason, require_started, running_store
from queue_service.supervisor.service_url import own_url, running_version, slips_lead_to
from workers.schedule import PERIODIC

_ENOUGH_DISK_BYTES: Final = 1_000_000_000
_ENOUGH_FILES: Final = 4096
_ENOUGH_CERTIFICATE_DAYS: Final = 14
_MOST_SECONDS_APART: Final = 2.0
_STORE_SECONDS: Final = 5.0
"""How long a store that runs is waited for: the user waits for the result."""
_WEB_SECONDS: Final = 3.0
_A_ZONE: Final = "Europe/Copenhagen"
_WAITS_FOR_NONE: Final = (
    "QUEUE_REPLICAS_TO_WAIT is 0: what was acknowledged just before a failover may be lost. Set it"
    " to 1."
)
_FULL_COVERAGE: Final = "cluster-require-full-coverage"
_OVERCOMMIT: Final = Path("/proc/sys/vm/overcommit_memory")


@dataclass(frozen=True, slots=True)
class DoctorFinding:
    """The result of one check, and whether it is as it should be; None: it needs a person to
    look."""

    good: bool | None
    text: str
    store_away: bool = False

    @property
    def mark(self) -> str:
        """The word that begins its line."""
        return "look" if self.good is None else "ok" if self.good else "WRONG"


class StoreAwayError(OperatorError):
    """The service's store cannot be asked anything."""


Check = Callable[[Settings], Iterator[DoctorFinding]]


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser("doctor", help="check the set-up and say what is wrong")
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"look at these alone: {', '.join(CHECKS)}"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print what was found; returns 1 when something is wrong.

    A part that cannot be checked from here is marked ``look`` and is not counted as wrong. Raises
    OperatorError for a part that is none.
    """
    unknown = set(args.parts) - CHECKS.keys()
    if unknown:
        raise OperatorError(
            f"There is no part {min(unknown)!r} to look at: choose from {', '.join(CHECKS)}."
        )
    all_good, store_away = True, False
    for part in args.parts or CHECKS:
        check = _not_looked_at if store_away and part in _ASK_THE_STORE else CHECKS[part]
        for finding in _results(check, settings):
            all_good = all_good and finding.good is not False
            store_away = store_away or finding.store_away
            print(f"{finding.mark:<6} {part:<11} {finding.text}", flush=True)
    return 0 if all_good else 1


def _results(check: Check, settings: Settings) -> Iterator[DoctorFinding]:
    """The findings of a check; its failure is a finding, too."""
    try:
        yield from check(settings)
    except StoreAwayError as error:
        yield DoctorFinding(False, str(error), store_away=True)
    except QueueError as error:
        yield DoctorFinding(False, error.detail)
    except (OperatorError, RedisError) as error:
        yield DoctorFinding(False, str(error))


def _check_data(settings: Settings) -> Iterator[DoctorFinding]:
    require_started(settings)
    folder = data_folder.check(settings.data_dir)
    yield DoctorFinding(True, f"{settings.data_dir} can be written to.")
    free = shutil.disk_usage(folder).free
    yield DoctorFinding(
        free > _ENOUGH_DISK_BYTES,
        f"{free / 1e9:.1f} GB of disk are free; a full disk stops the store.",
    )


def _check_server(settings: Settings) -> Iterator[DoctorFinding]:
    if settings.redis_url:
        yield DoctorFinding(True, "Not needed, since REDIS_URL names a store.")
        return
    server = find_server()
    yield DoctorFinding(True, f"{server}, version {major_version(server)}.")


def _check_store(settings: Settings) -> Iterator[DoctorFinding]:
    with _store(settings) as client:
        yield DoctorFinding(True, f"{address(settings)} answers.")
        yield from _sentinels(client)
        servers = primaries(client)
        if is_cluster(settings.redis_url):
            yield from _cluster(client, servers)
        for name, server in servers.items():
            for finding in _of_server(server, own_key(client, name), settings):
                yield _named(name, finding)
        successors = {**replicas(client), **_sentinel_replicas(client)}
        if successors and not settings.replicas_to_wait:
            yield DoctorFinding(None, _WAITS_FOR_NONE)
        for name, replica in successors.items():
            for finding in _of_replica(replica):
                yield _named(name, finding)


def _of_server(server: Redis, key: str, settings: Settings) -> Iterator[DoctorFinding]:
    """The findings about one server; ``key`` is one that it has."""
    try:
        about: Mapping[str, Any] = server.info()
    except (RedisError, OSError) as error:
        yield DoctorFinding(False, f"It does not answer: {reason(error)}.")
        return
    version = str(about["redis_version"])
    yield _writable(server, key, about)
    yield DoctorFinding(
        int(version.partition(".")[0]) >= OLDEST_VERSION,
        f"It is version {version}; {OLDEST_VERSION} or newer is needed.",
    )
    yield from map(_in_force, settings_in_force(server))
    yield _clock(server)
    count = int(about["connected_slaves"])
    yield DoctorFinding(
        count >= settings.replicas_to_wait,
        f"Replicas connected: {count};"
        f" QUEUE_REPLICAS_TO_WAIT asks for {settings.replicas_to_wait}.",
    )
    yield from _replicas(about)


def _of_replica(replica: Redis) -> Iterator[DoctorFinding]:
    """Its settings: they are the store's once it is promoted."""
    try:
        found = settings_in_force(replica)
    except (RedisError, OSError) as error:
        yield DoctorFinding(
            None, f"Its settings cannot be asked: {reason(error)}; check them yourself."
        )
        return
    yield from map(_in_force, found)


def _named(server: str, finding: DoctorFinding) -> DoctorFinding:
    return replace(finding, text=f"{server}: {finding.text}") if server else finding


def _cluster(client: Redis, servers: Mapping[str, Redis]) -> Iterator[DoctorFinding]:
    """The cluster as its servers see it together."""
    asked: Any = client
    state = asked.execute_command("CLUSTER INFO")
    served, slots = int(state["cluster_slots_ok"]), int(state["cluster_slots_assigned"])
    yield DoctorFinding(
        served == SLOTS,
        f"It is a cluster of {len(servers)} primaries and {len(replicas(client))} replicas;"
        f" {served} of {SLOTS} slots are served"
        + (f", {SLOTS - slots} belong to no server." if slots < SLOTS else "."),
    )
    for place, about in asked.execute_command("CLUSTER NODES").items():
        flags = {*about["flags"].split(",")}
        if flags & {"fail", "noaddr"}:
            yield DoctorFinding(False, f"The cluster takes {place} for lost ({about['flags']}).")
        elif "fail?" in flags:
            yield DoctorFinding(
                False, f"A server suspects that {place} is lost ({about['flags']})."
            )
    for name, server in servers.items():
        yield from (_named(name, finding) for finding in _coverage(server))


def _coverage(server: Any) -> Iterator[DoctorFinding]:
    try:
        value = server.config_get(_FULL_COVERAGE).get(_FULL_COVERAGE)
    except (RedisError, OSError):
        return  # missing permissions and failed connections are reported elsewhere
    yield DoctorFinding(
        value == "no",
        f"{_FULL_COVERAGE} is {value}; with yes the loss of one server stops every branch.",
    )


def _sentinels(client: Redis) -> Iterator[DoctorFinding]:
    """Each sentinel that the address names: whom it takes for the primary."""
    pool: Any = client.connection_pool
    if not isinstance(pool, SentinelConnectionPool):
        return
    master, manager = str(pool.service_name), pool.sentinel_manager
    for sentinel in manager.sentinels:
        place = sentinel.connection_pool.connection_kwargs
        name = f"The sentinel at {place['host']}:{place['port']}"
        try:
            state = sentinel.sentinel_master(master)
        except (RedisError, OSError) as error:
            yield DoctorFinding(False, f"{name} does not answer for {master}: {reason(error)}.")
            continue
        others = int(state["num-other-sentinels"])
        yield DoctorFinding(
            not state["is_odown"],
            f"{name} takes {state['ip']}:{state['port']} for the primary of {master}; it knows"
            f" {state['num-slaves']} replicas and {others} other sentinels; its quorum is"
            f" {state['quorum']}.",
        )
        yield from _quorum(sentinel, name, master)


def _quorum(sentinel: Any, name: str, master: str) -> Iterator[DoctorFinding]:
    """Whether enough sentinels can be reached for another server to become the primary."""
    try:
        sentinel.execute_command("SENTINEL CKQUORUM", master)
    except ResponseError as refusal:
        if not str(refusal).startswith("NOQUORUM"):
            return  # it may not be asked
        yield DoctorFinding(
            False,
            f"{name} could not replace a lost primary: {str(refusal).rstrip('.')}. Start more"
            " sentinels, or set a lower quorum.",
        )
    except (RedisError, OSError) as error:
        why = reason(error)
        yield DoctorFinding(None, f"{name} did not say whether enough sentinels are there: {why}.")


def _sentinel_replicas(client: Redis) -> dict[str, Redis]:
    """The replicas that sentinels know of, by ``host:port``."""
    pool: Any = client.connection_pool
    if not isinstance(pool, SentinelConnectionPool):
        return {}
    manager, options = pool.sentinel_manager, pool.connection_kwargs
    kind = SSLConnection if issubclass(pool.connection_class, SSLConnection) else Connection
    kept = {name: value for name, value in options.items() if name != "connection_pool"}
    return {
        f"{host}:{port}": Redis.from_pool(
            ConnectionPool(connection_class=kind, **{**kept, "host": host, "port": port})
        )
        for host, port in manager.discover_slaves(pool.service_name)
    }


def _writable(server: Redis, key: str, about: Mapping[str, Any]) -> DoctorFinding:
    """Whether it takes a change, whatever it answers."""
    try:
        server.set(key, "1")
    except (RedisError, OSError) as refusal:
        return DoctorFinding(False, f"It takes no changes: {reason(refusal)}.")
    return DoctorFinding(True, f"It takes changes; its role is {about['role']}.")


def _replicas(about: Mapping[str, Any]) -> Iterator[DoctorFinding]:
    """How far each replica is behind the store."""
    written = int(about["master_repl_offset"])
    for number in range(int(about["connected_slaves"])):
        replica = about[f"slave{number}"]
        behind = max(0, written - int(replica["offset"]))
        yield DoctorFinding(
            replica["state"] == "online",
            f"The replica at {replica['ip']}:{replica['port']} is {replica['state']} and lacks"
            f" {behind} of {written} bytes; it was heard {replica['lag']} s ago.",
        )


def _in_force(one: InForce) -> DoctorFinding:
    if one.value is None:
        return DoctorFinding(
            None, f"{one.name} cannot be asked; check it yourself: it has to be {one.needed}."
        )
    return DoctorFinding(one.good, f"{one.name} is {one.value}; it has to be {one.needed}.")


def _clock(client: Redis) -> DoctorFinding:
    """The store's clock is the service's; logs and certificates go by this machine's."""
    seconds, microseconds = client.time()
    apart = time.time() - (seconds + microseconds / 1e6)
    return DoctorFinding(
        abs(apart) < _MOST_SECONDS_APART,
        f"This machine's clock and the store's are {abs(apart):.1f} s apart.",
    )


@contextmanager
def _store(settings: Settings) -> Iterator[Redis]:
    """The service's own store, never a new one.

    Raises StoreAwayError when it does not answer.
    """
    try:
        require_started(settings)
        with running_store(settings, at_most=_STORE_SECONDS) as client:
            yield client
    except OperatorError as error:
        raise StoreAwayError(str(error)) from None


def _not_looked_at(_settings: Settings) -> Iterator[DoctorFinding]:
    """In place of a check that asks the store, which is known to be away."""
    yield DoctorFinding(None, "Not looked at, since the store cannot be asked.")


def _check_web(settings: Settings) -> Iterator[DoctorFinding]:
    url = own_url(settings)
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_WEB_SECONDS)
    try:
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
    except OSError as error:
        yield DoctorFinding(False, f"{url} does not answer: {reason(error)}.")
        return
    finally:
        connection.close()
    yield DoctorFinding(status == HTTPStatus.OK, f"{url}/readyz answers {status}.")
    running = running_version(settings) or __version__
    yield DoctorFinding(
        running == __version__,
        f"Version {running} runs, and {__version__} is installed"
        + (": start it again." if running != __version__ else "."),
    )


def _check_worker(settings: Settings) -> Iterator[DoctorFinding]:
    yield from _workers(settings, PROMPT, "what must not be late")


def _check_deliveries(settings: Settings) -> Iterator[DoctorFinding]:
    yield from _workers(settings, DELIVERIES, "letters and webhooks")


def _check_files(settings: Settings) -> Iterator[DoctorFinding]:
    yield from _workers(settings, FILES, "files, reports and days that are over")


def _workers(settings: Settings, queue: str, what: str) -> Iterator[DoctorFinding]:
    with _store(settings), connect_job_health(settings) as client:
        jobs = JobHealth(client).read()
    if jobs is None:
        yield DoctorFinding(False, "The Redis of QUEUE_JOBS_REDIS_URL does not answer.")
        return
    alive = jobs.workers[queue]
    yield DoctorFinding(
        alive > 0, f"Workers that do {what} and were heard from in the last minute: {alive}."
    )
    for job in (job for job in PERIODIC if job.queue == queue):
        run = jobs.runs.get(job.name)
        if run is not None and run.is_late(jobs.read_at):
            yield DoctorFinding(
                False,
                f"{job.job} last succeeded {(jobs.read_at - run.succeeded_at) // 1000} s ago, and"
                f" is due every {run.every_seconds} s.",
            )


def _check_screens(settings: Settings) -> Iterator[DoctorFinding]:
    with _store(settings) as client:
        queue = Queue(RedisStore(client))
        now, tokens, branches = (
            queue.store.time(),
            queue.get(AccessStore).tokens(),
            queue.get(BranchStore).all(),
        )
        heartbeats = queue.get(DeviceStore).heartbeats(branch.id for branch in branches)
    silent = [
        DoctorFinding(
            None,
            f"{branch.id}, {token.label or token.id}: this {token.role} was last heard from on"
            f" {_when(branch, seen_at)}, and the branch is open. Is it switched on?",
        )
        for branch in branches
        for token, seen_at in not_seen_today(branch, tokens, heartbeats[branch.id], now)
    ]
    yield from silent or [
        DoctorFinding(True, "Every screen of a branch that is open was seen today.")
    ]


def _when(branch: Branch, instant: int) -> str:
    return f"{date_and_time(instant, branch.timezone)} ({branch.timezone})"


def _check_displays(settings: Settings) -> Iterator[DoctorFinding]:
    with _store(settings) as client:
        queue = Queue(RedisStore(client))
        now = queue.store.time()
        tokens = {token.id: token.label or token.id for token in queue.get(AccessStore).tokens()}
        reports_by_branch = queue.get(DeviceStore).sounds(queue.get(BranchStore).ids())
    found = [
        DoctorFinding(None, f"{branch}, {tokens[device]}: {trouble}")
        for branch, reports in sorted(reports_by_branch.items())
        for device, report in reports.items()
        if device in tokens and report.recent(now)
        for trouble in _sound_trouble(report)
    ]
    yield from found or [DoctorFinding(True, "No display in use reports trouble with its sound.")]


def _sound_trouble(report: SoundReport) -> Iterator[str]:
    if report.sound == "blocked":
        yield (
            "its browser holds the sound back. Touch the display once, or start Chromium with"
            " --autoplay-policy=no-user-gesture-required."
        )
    if report.missing:
        yield (
            f"no voice for {', '.join(report.missing)}, so these calls have the chime alone."
            " docs/screens.md says what a display needs to speak."
        )


def _check_schedule(settings: Settings) -> Iterator[DoctorFinding]:
    often = min(PERIODIC, key=lambda job: job.every_seconds)
    with _store(settings), connect_job_health(settings) as client:
        seconds, _ = client.time()
        periods = (often.job_id((seconds - ago) * 1000) for ago in (0, often.every_seconds))
        enqueued = bool(client.exists(*(f"rq:job:{job_id}" for job_id in periods)))
        yield DoctorFinding(
            enqueued, f"The periodic jobs are {'' if enqueued else 'not '}asked for."
        )


def _check_settings(settings: Settings) -> Iterator[DoctorFinding]:
    unknown = unknown_variables()
    for name, alike in unknown.items():
        hint = f"; did you mean {alike}?" if alike else "."
        yield DoctorFinding(None, f"{name} is no setting of this service{hint}")
    if not unknown:
        yield DoctorFinding(True, "Every variable that begins with QUEUE_ is a setting.")
    if settings.backup_keys:
        count = len(recipients(settings.backup_keys))
        yield DoctorFinding(
            True, f"Backups are encrypted for {count} {'key' if count == 1 else 'keys'}."
        )


def _check_machine(settings: Settings) -> Iterator[DoctorFinding]:
    yield DoctorFinding(True, f"queue-service {__version__} on Python {platform.python_version()}.")
    try:
        ZoneInfo(_A_ZONE)
        yield DoctorFinding(True, "Time zones are known.")
    except ZoneInfoNotFoundError:
        yield DoctorFinding(False, "Time zones are not known: install tzdata.")
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield DoctorFinding(
        files == resource.RLIM_INFINITY or files >= _ENOUGH_FILES,
        f"Open files allowed: {files}; each open page holds one (ulimit -n).",
    )
    lacks = pdf_lacks()
    yield DoctorFinding(None if lacks else True, lacks or "Reports can be made as PDF.")
    if not settings.redis_url and _OVERCOMMIT.exists():
        value = _OVERCOMMIT.read_text(encoding="ascii").strip()
        yield DoctorFinding(
            True if value == "1" else None,
            f"vm.overcommit_memory is {value}; with 1 the store can compact its files"
            " also when memory is short.",
        )


def _check_certificate(settings: Settings) -> Iterator[DoctorFinding]:
    site = public_site(settings.public_url)
    if site is None:
        yield DoctorFinding(
            True, "Not looked at, since QUEUE_PUBLIC_URL names no https:// address."
        )
        return
    host = site.host
    try:
        days = (site.certificate_ends() - time.time()) / 86_400
    except ssl.SSLCertVerificationError as error:
        yield DoctorFinding(False, f"Browsers do not trust {host}: {reason(error)}.")
    except OSError as error:
        yield DoctorFinding(None, f"{host} is not reached from here: {reason(error)}.")
    else:
        yield DoctorFinding(
            days > _ENOUGH_CERTIFICATE_DAYS, f"The certificate of {host} ends in {days:.0f} days."
        )


def _check_slips(settings: Settings) -> Iterator[DoctorFinding]:
    """The address in the codes on slips; it matters if a branch's slips carry one."""
    found = slips_lead_to(settings)
    if found.reached_from == "anywhere":
        yield DoctorFinding(True, f"The codes on slips lead to {found.url}.")
        return
    with _store(settings) as client:
        branches = list_branches(Queue(RedisStore(client)))
    wanted = any(branch.feedback_on_slip for branch in branches)
    if found.reached_from == "nowhere":
        text = "Slips carry no code: set QUEUE_PUBLIC_URL to the address that phones reach."
    else:
        only = "this machine" if found.reached_from == "machine" else "this network"
        text = f"The codes on slips lead to {found.url}, for {only} alone: set QUEUE_PUBLIC_URL."
    yield DoctorFinding(
        None if wanted else True, text if wanted else "No branch's slips carry a code."
    )


def _check_mail(settings: Settings) -> Iterator[DoctorFinding]:
    mailer = make_mailer(settings)
    if mailer is None:
        yield DoctorFinding(
            True, "Not set up, so no mail is sent; QUEUE_SMTP_URL would name a server."
        )
        return
    try:
        mailer.check()
    except (MailUnavailable, MailRefused) as error:
        yield DoctorFinding(False, str(error))
        return
    yield DoctorFinding(True, f"{mailer.server} answers and lets us in.")
    yield DoctorFinding(
        bool(settings.public_url),
        f"Links in mail lead to {settings.public_url or 'nowhere: set QUEUE_PUBLIC_URL'}.",
    )


def _check_home(settings: Settings) -> Iterator[DoctorFinding]:
    if not settings.home_url:
        yield from _buses(settings)
        return
    yield _home_answers(settings)
    with _store(settings) as client:
        queue = Queue(RedisStore(client))
        branch_id, now = bus_branch(queue), queue.store.time()
        if branch_id is None:
            yield DoctorFinding(None, no_branch_yet(queue.get(MobileStore).no_branch()))
            return
        branch, known = (
            queue.get(BranchStore).get(branch_id),
            queue.get(MobileStore).known(branch_id),
        )
        left = lacking(queue, branch, now)
        found = trouble(known, queue.get(MobileStore).changed_twice(branch_id))
    looked_at = known.get("problem") or branch.taken_over
    yield DoctorFinding(None if looked_at else True, reached(known, branch))
    yield DoctorFinding(not left or None, sent(left))
    yield from (DoctorFinding(None, sentence) for sentence in found)


def _buses(settings: Settings) -> Iterator[DoctorFinding]:
    """On the central server: what is wrong between it and its buses."""
    with _store(settings) as client:
        queue = Queue(RedisStore(client))
        known = queue.get(MobileStore).known_of(queue.get(BranchStore).ids())
        buses = {branch_id: found for branch_id, found in known.items() if "heard_at" in found}
        found = [
            f"{branch_id}: {sentence}"
            for branch_id, fields in buses.items()
            for sentence in trouble(fields, queue.get(MobileStore).changed_twice(branch_id))
        ]
    if not buses:
        yield DoctorFinding(True, "Not set up, since this is no book bus (QUEUE_HOME_URL).")
    elif not found:
        yield DoctorFinding(True, f"Nothing is wrong with what comes from {', '.join(buses)}.")
    yield from (DoctorFinding(None, sentence) for sentence in found)


def _home_answers(settings: Settings) -> DoctorFinding:
    """Whether the central server answers now, and knows the token."""
    try:
        Home(settings.home_url, settings.home_token).check()
    except LineDown as error:
        return DoctorFinding(None, f"{settings.home_url}: {error} The bus goes on offline.")
    except HomeRefused as refusal:
        return DoctorFinding(
            False,
            f"{settings.home_url} does not take the token of this bus: {refusal.detail} An"
            " administrator makes one there, under Administration, in the branch of the bus.",
        )
    return DoctorFinding(True, f"{settings.home_url} answers, and knows the token of this bus.")


CHECKS: Final[Mapping[str, Check]] = {
    "machine": _check_machine,
    "settings": _check_settings,
    "data": _check_data,
    "server": _check_server,
    "store": _check_store,
    "web": _check_web,
    "certificate": _check_certificate,
    "slips": _check_slips,
    "worker": _check_worker,
    "deliveries": _check_deliveries,
    "files": _check_files,
    "schedule": _check_schedule,
    "screens": _check_screens,
    "displays": _check_displays,
    "mail": _check_mail,
    "home": _check_home,
}
"""The checks, in this order."""

_ASK_THE_STORE: Final = (
    "store", "worker", "deliveries", "files", "schedule", "screens", "displays", "home",
    "slips",
)  # fmt: skip
