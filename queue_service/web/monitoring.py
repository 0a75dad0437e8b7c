"""For whoever runs the service: whether it lives, whether it is ready, and what it measures."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Final

import gevent
from flask import Blueprint, Response, g, jsonify, request

from queue_service.metrics import process
from queue_service.metrics.collector import QueueCollector
from queue_service.metrics.families import CONTENT_TYPE
from queue_service.operations.queue import Queue
from queue_service.store.readings import ReadingStore
from queue_service.web.access import allow, public
from queue_service.web.openapi import describe

_UNAVAILABLE: Final = 503
_METRICS: Final = {200: "text/plain"}


def blueprint(queue: Queue, shared_metrics: Path | None) -> Blueprint:
    """The addresses, and the measuring of every request.

    Register it before all others, so that the clock starts first. ``shared_metrics`` is the
    folder in which the web processes share their own metrics, None where there is but one.
    """
    monitoring = Blueprint("monitoring", __name__)
    collector = QueueCollector(queue.branches, ReadingStore(queue.store), pause=gevent.sleep)
    monitoring.before_app_request(_begin)
    monitoring.after_app_request(_record)

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
        return Response(process.render(shared_metrics), content_type=CONTENT_TYPE)

    @monitoring.get("/metrics/queue")
    @allow("metrics", "admin")
    @describe("The queue's truth, for Prometheus", answers=_METRICS)
    def queue_metrics() -> Response:
        """The same from every process: scrape one of them only."""
        return Response(collector.collect(), content_type=CONTENT_TYPE)

    return monitoring


def _begin() -> None:
    g.began = perf_counter()


def _record(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else process.UNMATCHED
    seconds = perf_counter() - g.get("began", perf_counter())
    process.record_request(route, request.method, response.status_code, seconds)
    if response.status_code == _UNAVAILABLE:
        process.record_store_error("request")
    return response
