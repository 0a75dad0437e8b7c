"""For operators: whether it lives, whether it is ready, and what it measures."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from math import inf
from pathlib import Path
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Flask, Request, Response, jsonify

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.metrics.collector import QueueCollector
from queue_service.metrics.families import CONTENT_TYPE
from queue_service.metrics.health import HealthCollector
from queue_service.metrics.store import ReadingStore
from queue_service.runtime import logs
from queue_service.runtime import process_metrics as process
from queue_service.runtime.cooperation import give_way
from queue_service.runtime.process_metrics import ISSUE_ROUTE
from queue_service.store.connection import waiting
from queue_service.web import request_ids
from queue_service.web.description.contract import Health
from queue_service.web.description.openapi import describe
from queue_service.web.serving import stopping

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_log: Final = logging.getLogger(__name__)

SLOW_SECONDS: Final = 1.0
"""A request that takes longer is logged, as is one that fails."""

_FAILED: Final = 500
_UNAVAILABLE: Final = 503
_SHOWN: Final = frozenset({"branch", "counter"})
_JSON: Final = "application/json"
_METRICS: Final = {200: "text/plain"}


def install(app: Flask) -> None:
    """Measure every request of the app, and expect tickets to be asked for."""
    process.expect(ISSUE_ROUTE, "POST")
    settings = app.extensions["queue_settings"]
    app.wsgi_app = Measured(  # type: ignore[method-assign]  # as Flask's documentation says
        app.wsgi_app,
        trusted=settings.trusted_proxies > 0,
        store_seconds=settings.store_timeout_seconds,
    )


def blueprint(
    queue: Queue, shared_metrics: Path | None, health: HealthCollector | None = None
) -> Blueprint:
    """The addresses.

    ``shared_metrics`` is the folder in which the web processes share their own metrics, None if
    there is but one. ``health`` covers the infrastructure of the queue.
    """
    monitoring = Blueprint("monitoring", __name__)
    collector = QueueCollector(
        queue.get(BranchStore), queue.get(ReadingStore), pause=give_way, health=health
    )

    @monitoring.get("/healthz")
    @describe("Whether this process lives", answers={200: Health, 503: Health})
    def healthz() -> Response:
        """Nothing else is asked, so that an unavailable store restarts no process.

        503 once it was asked to stop, so that a proxy sends no more requests.
        """
        if stopping.has_begun():
            return Response('{"status": "stopping"}\n', _UNAVAILABLE, content_type=_JSON)
        return jsonify(status="ok")

    check_writable = at_most_every(1.0, queue.store.check_writable)

    @monitoring.get("/readyz")
    @describe(
        "Whether the store takes changes",
        answers={200: Health},
        refusals=("store_unavailable",),
    )
    def readyz() -> Response:
        """503 ``store_unavailable`` while it does not: it is away, loading, full or read-only."""
        check_writable()
        return jsonify(status="ready")

    @monitoring.get("/metrics")
    @describe("Metrics of the web processes, for Prometheus", answers=_METRICS)
    def own_metrics() -> Response:
        """Requests, event streams and store errors since the web processes were started."""
        return Response(process.render(shared_metrics), content_type=CONTENT_TYPE)

    @monitoring.get("/metrics/queue")
    @describe("The queue's truth, for Prometheus", answers=_METRICS)
    def queue_metrics() -> Response:
        """The same from every process: scrape one of them only."""
        return Response(collector.collect(), content_type=CONTENT_TYPE)

    return monitoring


def at_most_every(
    seconds: float, check: Callable[[], None], clock: Callable[[], float] = monotonic
) -> Callable[[], None]:
    """The check, which is not made again so soon after it has gone well.

    The call needs no login, and each check is a write to the disk.
    """
    good_until = -inf

    def checked() -> None:
        nonlocal good_until
        if clock() >= good_until:
            check()
            good_until = clock() + seconds

    return checked


class Measured:
    """Around Flask, so that all of a request counts; gives each its id and its time for the store.

    A request that succeeds fast is counted and not logged: a line for each would cost a ticket more
    than its content is worth.
    """

    def __init__(
        self,
        inner: WSGIApplication,
        *,
        trusted: bool = False,
        store_seconds: float | None = None,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._inner = inner
        self._trusted = trusted
        self._store_seconds = store_seconds
        self._clock = clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        clock = self._clock
        began = clock()
        request_id = request_ids.of(environ, trusted=self._trusted)
        logs.request_id.set(request_id)

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None
        ) -> Callable[[bytes], object]:
            _record(environ, int(status[:3]), clock() - began)
            more = [*headers, (request_ids.HEADER, request_id)]
            return start_response(status, more, exc_info)

        if self._store_seconds is None:
            return self._inner(environ, start)
        with waiting.at_most(self._store_seconds):
            return self._inner(environ, start)


def _record(environ: WSGIEnvironment, status: int, seconds: float) -> None:
    request: Request | None = environ.get("werkzeug.request")
    rule = request.url_rule if request is not None else None
    route = process.UNMATCHED if rule is None else rule.rule
    method = environ["REQUEST_METHOD"]
    process.record_request(route, method, status, seconds)
    if status == _UNAVAILABLE and route != "/healthz":
        process.record_store_error("request")
    if status >= _FAILED or seconds > SLOW_SECONDS:
        _log.warning("%s %s %d in %.3f s", method, _location(request, route), status, seconds)


def _location(request: Request | None, route: str) -> str:
    """The address without what may be secret or personal: ids, codes and the query are left out."""
    values = (request.view_args if request is not None else None) or {}
    for name in _SHOWN.intersection(values):
        route = route.replace(f"<{name}>", str(values[name]))
    return route
