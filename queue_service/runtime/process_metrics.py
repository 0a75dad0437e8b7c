"""Metrics of the web processes: their requests, open event streams and store errors.

All processes share files in one folder, where the server that starts them says so, and any of
them answers for all. Without such a folder a process answers for itself.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS: Final = "queue_http_requests_total"
"""By ``route``, ``method`` and ``status``."""

REQUEST_SECONDS: Final = "queue_http_request_duration_seconds"
"""A histogram by ``route``, ``method`` and ``status_class`` (``2xx``)."""

STREAMS: Final = "queue_event_streams_open"

STORE_ERRORS: Final = "queue_store_errors_total"
"""By ``asked_by``: ``request`` or ``reader``."""

FAN_OUT_SECONDS: Final = "queue_event_fan_out_seconds"
"""A histogram: how late an event reached this process's streams."""

ISSUE_ROUTE: Final = "/api/v1/branches/<branch>/visits"
"""The route of the objective: a POST here issues a ticket."""

UNMATCHED: Final = "unmatched"
"""The route of requests for addresses that do not exist: their number has no bound."""

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_REQUEST_BUCKETS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5)
"""Seconds. A ticket is to take less than 0.05 at p99; at 2 a request gives the store up."""

_FAN_OUT_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30)
"""Seconds. A call should be on its display within 0.1 at p99, and is not announced after 30."""

_registry: Final = CollectorRegistry()

_requests: Final = Counter(
    REQUESTS,
    "Requests answered, by route, method and status.",
    ("route", "method", "status"),
    registry=_registry,
)
_durations: Final = Histogram(
    REQUEST_SECONDS,
    "Time until a request was answered, or until its stream began.",
    ("route", "method", "status_class"),
    buckets=_REQUEST_BUCKETS,
    registry=_registry,
)
_streams: Final = Gauge(
    STREAMS,
    "Event streams that are open now.",
    multiprocess_mode="livesum",
    registry=_registry,
)
_store_errors: Final = Counter(
    STORE_ERRORS,
    "Times the store did not answer: to a request, or to the reader of events.",
    ("asked_by",),
    registry=_registry,
)
_fan_out: Final = Histogram(
    FAN_OUT_SECONDS,
    "From an event's time in the store until it was handed to this process's open streams.",
    buckets=_FAN_OUT_BUCKETS,
    registry=_registry,
)


def expect(route: str, method: str) -> None:
    """Expose each kind of request before there is one, and of errors of the store.

    To Prometheus a counter that begins at 1 has not grown: the first failures would go unseen.
    """
    for status_class in ("2xx", "5xx"):
        _durations.labels(route, method, status_class)
    for asked_by in ("request", "reader"):
        _store_errors.labels(asked_by)


def record_request(route: str, method: str, status: int, seconds: float) -> None:
    """Count a request. ``route`` is the rule that matched, never the address that was asked for."""
    count, duration = _of_request(route, method if method in _METHODS else "other", status)
    count.inc()
    duration.observe(seconds)


@cache
def _of_request(route: str, method: str, status: int) -> tuple[Counter, Histogram]:
    """The instruments of a kind of request: there are as many kinds as series."""
    return (
        _requests.labels(route, method, str(status)),
        _durations.labels(route, method, f"{status // 100}xx"),
    )


def record_stream_opened() -> None:
    """One more event stream is open."""
    _streams.inc()


def record_stream_closed() -> None:
    """One event stream fewer is open."""
    _streams.dec()


def record_store_error(asked_by: Literal["request", "reader"]) -> None:
    """The store did not answer."""
    _store_errors.labels(asked_by).inc()


def record_fan_out(seconds: float) -> None:
    """An event was handed to this process's streams so long after its time in the store.

    The two clocks may differ a little; less than nothing counts as nothing.
    """
    _fan_out.observe(max(0.0, seconds))


def render(shared: Path | None) -> bytes:
    """The metrics of all processes that share a folder, or of this one, in the text format."""
    if shared is None:
        return generate_latest(_registry)
    together = CollectorRegistry()
    MultiProcessCollector(together, str(shared))  # type: ignore[no-untyped-call]  # not typed
    return generate_latest(together)
