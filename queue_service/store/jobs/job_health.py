"""How the background work goes, read from the jobs' Redis without going through its jobs.

RQ keeps the lists; their keys are its own, and a test with a real worker holds them to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from redis import Redis
from redis.exceptions import RedisError

from queue_service.store.jobs.job_queue import JOB_QUEUES
from queue_service.store.redis_store import milliseconds

RUNS: Final = "queue:jobs:succeeded"
"""Hash: a periodic job's name → ``ms|seconds``: its last success, and how often it is due."""

CERTIFICATE: Final = "queue:jobs:certificate"
"""Hash: the host of the public address → when its certificate ends, in seconds since 1970."""

_GRACE_SECONDS: Final = 30
_QUEUES: Final = "rq:queues"
_QUEUE: Final = "rq:queue:"
_FAILED: Final = "rq:failed:"
_WORKERS: Final = "rq:workers:"


@dataclass(frozen=True, slots=True)
class Run:
    """A periodic job: when it last succeeded (ms), and how often it is due (seconds)."""

    succeeded_at: int
    every_seconds: int

    def is_late(self, now: int) -> bool:
        """Whether it is more than three periods and half a minute ago at ``now`` (ms)."""
        return now - self.succeeded_at > (3 * self.every_seconds + _GRACE_SECONDS) * 1000


@dataclass(frozen=True, slots=True)
class Jobs:
    """The background work by queue; failures stay a day. A worker for several counts in each.

    ``certificates`` has its findings: the end of the public address's certificate, by host.
    ``read_at`` is in ms.
    """

    read_at: int
    waiting: Mapping[str, int]
    failed: Mapping[str, int]
    workers: Mapping[str, int]
    runs: Mapping[str, Run]
    certificates: Mapping[str, float]


class JobHealth:
    """Reads the background work, and notes what went well."""

    def __init__(self, client: Redis) -> None:
        self._client: Any = client

    def succeeded(self, name: str, every_seconds: int) -> None:
        """A periodic job has just succeeded. Raises RedisError."""
        at = milliseconds(self._client.time())
        self._client.hset(RUNS, name, f"{at}|{every_seconds}")

    def forget_all_but(self, names: Iterable[str]) -> None:
        """Forget jobs that are no longer periodic, lest they seem late. Raises RedisError."""
        known = [_text(name) for name in self._client.hkeys(RUNS)]
        if gone := sorted(set(known) - set(names)):
            self._client.hdel(RUNS, *gone)

    def saw_certificate(self, host: str, ends: float) -> None:
        """The certificate of this host ends then. Raises RedisError."""
        self._client.hset(CERTIFICATE, host, ends)

    def forget_certificates_but(self, host: str) -> None:
        """Only this host is looked at, or none if it is empty. Raises RedisError."""
        known = {_text(name) for name in self._client.hkeys(CERTIFICATE)}
        if gone := known - {host}:
            self._client.hdel(CERTIFICATE, *gone)

    def read(self) -> Jobs | None:
        """The background work, or None while its Redis does not answer."""
        try:
            return self._read()
        except RedisError:
            return None

    def _read(self) -> Jobs:
        with self._client.pipeline(transaction=False) as p:
            p.time().smembers(_QUEUES).hgetall(RUNS).hgetall(CERTIFICATE)
            time, queues, runs, certificates = p.execute()
            names = sorted({*JOB_QUEUES, *(_text(key).removeprefix(_QUEUE) for key in queues)})
            for name in names:
                p.llen(_QUEUE + name).zcard(_FAILED + name).smembers(_WORKERS + name)
            counts = p.execute()
            for registered in counts[2::3]:
                # A worker that was killed stays on the list; only one that lives has a key.
                p.exists(*registered) if registered else p.echo(0)
            alive = p.execute()
        return Jobs(
            read_at=milliseconds(time),
            waiting=dict(zip(names, counts[::3], strict=True)),
            failed=dict(zip(names, counts[1::3], strict=True)),
            workers={name: int(count) for name, count in zip(names, alive, strict=True)},
            runs={_text(name): _run(_text(value)) for name, value in sorted(runs.items())},
            certificates={_text(host): float(ends) for host, ends in certificates.items()},
        )


def _run(value: str) -> Run:
    at, _, every = value.partition("|")
    return Run(int(at), int(every))


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
