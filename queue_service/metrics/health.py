"""Health of the queue's dependencies, read at each scrape: screens, background work, the store
itself.

Its cost is constant, a handful of reads, whatever the number of visits and jobs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, get_args

from queue_service.access.rules.credentials import SCREEN_ROLES, TokenRecord
from queue_service.access.rules.lifetimes import DAY_MS
from queue_service.access.store import AccessStore
from queue_service.alerts.store import AlertStore
from queue_service.audit.store import AuditReader
from queue_service.branches.rules.branch import Branch
from queue_service.command import Queue
from queue_service.contract.actions import ACTIONS
from queue_service.devices.rules import Sound, SoundReport
from queue_service.devices.seen import last_seen
from queue_service.devices.store import DeviceStore, Heartbeats
from queue_service.metrics.families import Family
from queue_service.metrics.health_families import (
    AOF_ENABLED,
    AUDIT,
    AUDIT_UNSENT,
    CERTIFICATE,
    DEVICE,
    HOOK_DELIVERIES,
    HOOK_OLDEST,
    JOB_PERIOD,
    JOB_SUCCESS,
    JOBS_FAILED,
    JOBS_UP,
    JOBS_WAITING,
    MEMORY_LIMIT,
    MEMORY_USED,
    MOBILE_COMPLETE,
    MOBILE_HEARD,
    OF_HEALTH,
    PRINTER,
    REPLICAS,
    REPLICAS_WANTED,
    REWRITE_OK,
    SLIP,
    SOUND,
    TOKEN_END,
    UNDELIVERED,
    UPTIME,
    VOICE,
    WORKERS,
    WRITE_OK,
)
from queue_service.mobile.store import MobileStore
from queue_service.printers.rules.printer import PRINTER_STATES, PrinterReport
from queue_service.printers.store import PrinterStore
from queue_service.store.jobs.job_health import JobHealth, Jobs
from queue_service.store.server.health import StoreHealth, store_health
from queue_service.webhooks.operations.endpoints import standings
from queue_service.webhooks.store import WebhookStore

Sample = tuple[Family, str, float]
"""A metric, its labels as they are written, and its value."""

_SHOWN_AFTER_END_MS: Final = 7 * DAY_MS
_JOBS_FOLDER: Final = "workers.jobs."


class HealthCollector:
    """Reports everything except the queue. ``replicas_wanted`` is how many replicas must follow.

    ``jobs`` is None without background work.
    """

    def __init__(
        self, queue: Queue, jobs: JobHealth | None = None, replicas_wanted: int = 0
    ) -> None:
        self._queue = queue
        self._jobs = jobs
        self._replicas_wanted = replicas_wanted

    def lines(self, branches: Iterable[Branch]) -> Iterator[str]:
        """The lines of every metric, in the text format. Raises StoreUnavailable."""
        ids = [branch.id for branch in branches]
        tokens, now = self._queue.get(AccessStore).tokens(), self._queue.store.time()
        samples = [*self._of_screens(ids, tokens, now), *_of_tokens(tokens, now)]
        samples += [*self._of_messages(ids), *self._of_work()]
        samples += [*self._of_mobile(ids), *self._of_webhooks(), *self._of_audit()]
        samples += _of_store(store_health(self._queue.store), self._replicas_wanted)
        texts: dict[Family, list[str]] = {family: [] for family in OF_HEALTH}
        for family, labels, value in samples:
            texts[family].append(f"{family.name}{labels} {value:.15g}\n")
        for family, lines in texts.items():
            if lines:
                yield family.heading
                yield from lines

    def _of_screens(
        self, branches: list[str], tokens: Iterable[TokenRecord], now: int
    ) -> Iterator[Sample]:
        screens: dict[str | None, list[TokenRecord]] = defaultdict(list)
        for token in tokens:
            if token.role in SCREEN_ROLES and not token.feedback:  # a terminal sends no reports
                screens[token.branch].append(token)
        sounds = self._queue.get(DeviceStore).sounds(branches)
        printers = self._queue.get(PrinterStore).reports(branches)
        for branch, heartbeats in self._queue.get(DeviceStore).heartbeats(branches).items():
            for token in (*screens[branch], *screens[None]):
                yield from _of_device(branch, token, heartbeats)
                yield from _of_sound(branch, token, sounds[branch].get(token.id))
                yield from _of_printer(branch, token, printers[branch].get(token.id), now)

    def _of_messages(self, branches: list[str]) -> Iterator[Sample]:
        for branch, count in self._queue.get(AlertStore).undelivered(branches).items():
            yield UNDELIVERED, f'{{branch="{branch}"}}', count

    def _of_webhooks(self) -> Iterator[Sample]:
        for standing in standings(self._queue, self._queue.get(WebhookStore).endpoints()):
            label = f'endpoint="{standing.endpoint.id}"'
            for outcome, count in standing.state.outcomes.items():
                yield HOOK_DELIVERIES, f'{{{label},outcome="{outcome}"}}', count
            if standing.oldest is not None:
                yield HOOK_OLDEST, f"{{{label}}}", standing.oldest / 1000

    def _of_audit(self) -> Iterator[Sample]:
        reader = self._queue.get(AuditReader)
        totals = reader.totals()
        for action in ACTIONS:
            yield AUDIT, f'{{action="{action}"}}', totals[action]
        for receiver, at in reader.unsent().items():
            yield AUDIT_UNSENT, f'{{receiver="{receiver}"}}', at / 1000

    def _of_mobile(self, branches: list[str]) -> Iterator[Sample]:
        of_fields = (MOBILE_HEARD, "heard_at"), (MOBILE_COMPLETE, "complete_until")
        for branch, known in self._queue.get(MobileStore).known_of(branches).items():
            for family, name in of_fields:
                if known.get(name):
                    yield family, f'{{branch="{branch}"}}', int(known[name]) / 1000

    def _of_work(self) -> Iterator[Sample]:
        if self._jobs is None:
            return
        jobs = self._jobs.read()
        yield JOBS_UP, "", int(jobs is not None)
        if jobs is not None:
            yield from _of_jobs(jobs)


def _of_device(branch: str, token: TokenRecord, heartbeats: Heartbeats) -> Iterator[Sample]:
    labels = f'branch="{branch}",device="{token.id}"'
    if seen_at := last_seen(token, heartbeats):
        yield DEVICE, f'{{{labels},kind="{token.role}"}}', seen_at / 1000
    if (token.id, "slip") in heartbeats:
        printed = heartbeats.get((token.id, "printer"), 0)
        yield DEVICE, f'{{{labels},kind="printer"}}', printed / 1000
        yield SLIP, f"{{{labels}}}", heartbeats[token.id, "slip"] / 1000


def _of_sound(branch: str, token: TokenRecord, report: SoundReport | None) -> Iterator[Sample]:
    if report is None:
        return
    labels = f'branch="{branch}",device="{token.id}"'
    for state in get_args(Sound):
        yield SOUND, f'{{{labels},sound="{state}"}}', int(report.sound == state)
    for language, there in report.voices.items():
        yield VOICE, f'{{{labels},language="{language}"}}', int(there)


def _of_printer(
    branch: str, token: TokenRecord, report: PrinterReport | None, now: int
) -> Iterator[Sample]:
    if report is None or not report.recent(now):
        return
    labels = f'branch="{branch}",device="{token.id}"'
    for state in PRINTER_STATES:
        yield PRINTER, f'{{{labels},state="{state}"}}', int(report.state == state)


def _of_tokens(tokens: Iterable[TokenRecord], now: int) -> Iterator[Sample]:
    for token in tokens:
        # Afterwards it is not missed, or its program shows that it is refused.
        if token.expires_at > now - _SHOWN_AFTER_END_MS:
            labels = f'token="{token.id}",role="{token.role}"'
            yield TOKEN_END, f"{{{labels}}}", token.expires_at / 1000


def _of_jobs(jobs: Jobs) -> Iterator[Sample]:
    by_queue = (JOBS_WAITING, jobs.waiting), (JOBS_FAILED, jobs.failed), (WORKERS, jobs.workers)
    for family, counts in by_queue:
        for queue, count in counts.items():
            yield family, f'{{queue="{queue}"}}', count
    for name, run in jobs.runs.items():
        # Not "job": that label is Prometheus' own, and it would rename this one.
        labels = f'{{task="{name.removeprefix(_JOBS_FOLDER)}"}}'
        yield JOB_SUCCESS, labels, run.succeeded_at / 1000
        yield JOB_PERIOD, labels, run.every_seconds
    for host, ends in jobs.certificates.items():
        yield CERTIFICATE, f'{{host="{host}"}}', ends


def _of_store(health: StoreHealth | None, replicas_wanted: int) -> Iterator[Sample]:
    if health is not None:
        yield UPTIME, "", health.uptime_seconds
        yield MEMORY_USED, "", health.memory_used
        yield MEMORY_LIMIT, "", health.memory_limit
        yield AOF_ENABLED, "", health.aof_enabled
        yield WRITE_OK, "", health.write_ok
        yield REWRITE_OK, "", health.rewrite_ok
        yield REPLICAS, "", health.replicas
        yield REPLICAS_WANTED, "", replicas_wanted
