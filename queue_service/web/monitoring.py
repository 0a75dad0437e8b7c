"""For whoever runs the service: whether it lives, whether it is ready, and what it measures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

import gevent
from flask import Blueprint, Flask, Request, Response, g, jsonify

from queue_service.domain.errors import Forbidden
from queue_service.metrics import process
from queue_service.metrics.collector import QueueCollector
from queue_service.metrics.families import CONTENT_TYPE
from queue_service.metrics.health import HealthCollector
from queue_service.metrics.names import ISSUE_ROUTE
from queue_service.operations.queue import Queue
from queue_service.store.readings import ReadingStore
from queue_service.web.access import allow, public
from queue_service.web.openapi import describe

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_UNAVAILABLE: Final = 503
_METRICS: Final = {200: "text/plain"}


def install(app: Flask) -> None:
    """Measure every request of the app, and expect tickets to be asked for."""
    process.expect(ISSUE_ROUTE, "POST")
    app.wsgi_app = _Measured(app.wsgi_app)  # type: ignore[method-assign]


def blueprint(
    queue: Queue, shared_metrics: Path | None, health: HealthCollector | None = None
) -> Blueprint:
    """The addresses.

    ``shared_metrics`` is the folder in which the web processes share their own metrics, None
    where there is but one. ``health`` tells of what the queue stands on.
    """
    monitoring = Blueprint("monitoring", __name__)
    collector = QueueCollector(
        queue.branches, ReadingStore(queue.store), pause=gevent.sleep, health=health
    )

    @monitoring.get("/healthz")
    @public
    @describe("Whether this process lives", answers={200: "application/json"})
    def healthz() -> Response:
        """Nothing else is asked, so that a store that is away restarts nobody."""
        return jsonify(status="ok")

    @monitoring.get("/readyz")
    @public
    @describe("Whether the store answers", answers={200: "application/json"})
    def readyz() -> Response:
        """503 ``store_unavailable`` while it does not."""
        queue.store.time()
        return jsonify(status="ready")

    @monitoring.get("/metrics")
    @allow("metrics", "admin")
    @describe("What the web processes do, for Prometheus", answers=_METRICS)
    def own_metrics() -> Response:
        """Requests, event streams and store errors since the web processes were started."""
        _require_all_branches()
        return Response(process.render(shared_metrics), content_type=CONTENT_TYPE)

    @monitoring.get("/metrics/queue")
    @allow("metrics", "admin")
    @describe("The queue's truth, for Prometheus", answers=_METRICS)
    def queue_metrics() -> Response:
        """The same from every process: scrape one of them only."""
        _require_all_branches()
        return Response(collector.collect(), content_type=CONTENT_TYPE)

    return monitoring


def _require_all_branches() -> None:
    if g.caller.branch is not None:
        raise Forbidden("The metrics tell of every branch; use a token that is bound to none.")


class _Measured:
    """Around Flask, so that all of a request counts."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = perf_counter()

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None
        ) -> Callable[[bytes], object]:
            _record(environ, int(status[:3]), perf_counter() - began)
            return start_response(status, headers, exc_info)

        return self._inner(environ, start)


def _record(environ: WSGIEnvironment, status: int, seconds: float) -> None:
    request: Request | None = environ.get("werkzeug.request")
    rule = request.url_rule if request is not None else None
    route = process.UNMATCHED if rule is None else rule.rule
    process.record_request(route, environ["REQUEST_METHOD"], status, seconds)
    if status == _UNAVAILABLE:
        process.record_store_error("request")
