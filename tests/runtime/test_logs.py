"""Logs: one format, failed and slow requests, nothing secret, of limited length."""

from __future__ import annotations

import json
import logging
import re
import socket
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from werkzeug.datastructures import Headers
from werkzeug.test import create_environ, run_wsgi_app

from queue_service.metrics.api import SLOW_SECONDS, Measured
from queue_service.runtime import logs
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.jobs.job_health import RUNS
from tests.running import eventually, service
from tests.web.service import Service, running_service

LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (\w+) (debug|info|warning|error) (\S+) ([\w.]+): (.*)"
)


@pytest.fixture
def restored() -> Iterator[None]:
    """The root logger and RQ's as they were before the test."""
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, ("rq", "rq.worker"))]
    handlers, levels = root.handlers[:], [logger.level for logger in loggers]
    yield
    root.handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    logging.captureWarnings(False)


def written(log_format: Literal["text", "json"], level: Literal["debug", "info"] = "info") -> str:
    """The output for one line with a failure, and for RQ's own lines."""
    stream = StringIO()
    logs.configure("worker", Settings(log_format=log_format, log_level=level), stream)
    logs.request_id.set("")  # a request of another test in this thread may have left its own
    token = logs.request_id.set("abc-1")
    try:
        raise ValueError("no good")
    except ValueError:
        logging.getLogger("queue_service.x").warning("æ: %d", 5, exc_info=True)
    finally:
        logs.request_id.reset(token)
    logging.getLogger("rq.worker").info("job is done")
    logging.getLogger("queue_service.y").info("plain")
    return stream.getvalue()


@pytest.mark.usefixtures("restored")
def test_a_log_line_has_time_part_level_request_logger_and_message() -> None:
    first, *trace, last = written("text").splitlines()
    assert LINE.fullmatch(first).groups() == (  # type: ignore[union-attr]  # it matches
        "worker", "warning", "abc-1", "queue_service.x", "æ: 5",
    )  # fmt: skip
    assert trace[-1] == "ValueError: no good"
    assert LINE.fullmatch(last).groups() == (  # type: ignore[union-attr]  # it matches
        "worker", "info", "-", "queue_service.y", "plain",
    )  # fmt: skip


@pytest.mark.usefixtures("restored")
def test_as_json_each_line_is_a_document_also_with_a_traceback() -> None:
    first, last = map(json.loads, written("json").splitlines())
    assert (first["part"], first["level"], first["request_id"]) == ("worker", "warning", "abc-1")
    assert first["message"] == "æ: 5"
    assert first["traceback"].endswith("ValueError: no good")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["time"])
    assert last["request_id"] is None
    assert "traceback" not in last


@pytest.mark.usefixtures("restored")
def test_rq_is_not_heard_below_a_warning_even_where_all_else_is() -> None:
    assert "job is done" not in written("text", "debug")


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize(
    ("status", "seconds", "logged"),
    [
        (200, SLOW_SECONDS, False),
        (200, SLOW_SECONDS + 0.001, True),
        (499, 0.0, False),
        (500, 0.0, True),
    ],
)
def test_failed_requests_and_those_over_a_second_are_logged_and_no_others(
    status: int, seconds: float, logged: bool
) -> None:
    def answers(_environ: Any, start_response: Any) -> list[bytes]:
        start_response(f"{status} Status", [])
        return []

    stream = StringIO()
    logs.configure("web", Settings(), stream)
    times = chain([0.0], [seconds])
    measured = Measured(answers, clock=lambda: next(times))
    run_wsgi_app(measured, create_environ("/login?next=secret"))
    assert bool(stream.getvalue()) is logged
    assert "secret" not in stream.getvalue()


def test_an_id_is_taken_from_a_trusted_proxy_alone_and_only_if_it_is_one() -> None:
    def answers(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return []

    def given(sent: str, *, trusted: bool, trace: str = "") -> str:
        headers = Headers({"X-Request-Id": sent, "traceparent": trace})
        environ = create_environ(headers=headers)
        return run_wsgi_app(Measured(answers, trusted=trusted), environ)[2]["X-Request-Id"]

    assert given("from-the-proxy.1", trusted=True) == "from-the-proxy.1"
    assert given("a" * 64, trusted=True) == "a" * 64
    for wrong in ("", "a" * 65, "a b", "ø"):
        assert re.fullmatch("[0-9a-f]{16}", given(wrong, trusted=True))
    assert re.fullmatch("[0-9a-f]{16}", given("mine", trusted=False))

    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    trace = f"00-{trace_id}-00f067aa0ba902b7-01"
    assert given("", trusted=True, trace=trace) == trace_id
    assert given("from-the-proxy.1", trusted=True, trace=trace) == "from-the-proxy.1"
    for wrong in (trace[:-4], trace.replace(trace_id, "0" * 32), trace.upper(), trace_id):
        assert re.fullmatch("[0-9a-f]{16}", given("", trusted=True, trace=wrong))
    assert re.fullmatch("[0-9a-f]{16}", given("", trusted=False, trace=trace))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("served")) as one:
        yield one


def test_a_request_that_fails_is_found_again_by_its_id(served: Service) -> None:
    branch = served.branch()
    with served.store_away():
        response, document = ask(served, "GET", f"/api/v1/branches/{branch}/state?as=kiosk")
        ask(served, "GET", "/enrol/a-secret-code?and=more-secret")
    assert document["code"] == "store_unavailable"
    found = document["request_id"]
    assert response["x-request-id"] == found
    log = served.settings.data_dir / "web.log"
    lines = [line for line in log.read_text().splitlines() if f" {found} " in line]
    assert len(lines) == 1
    assert "GET /enrol/<code> " in log.read_text()
    assert "secret" not in log.read_text()
    matched = LINE.fullmatch(lines[0])
    assert matched is not None
    assert matched[1] == "web"
    assert re.fullmatch(rf"GET /api/v1/branches/{branch}/state 503 in \d\.\d{{3}} s", matched[5])


def test_every_response_has_an_id_and_a_successful_page_logs_no_line(
    served: Service,
) -> None:
    log = served.settings.data_dir / "web.log"
    before = log.read_text()
    ids = set()
    for path in ("/healthz", "/login", "/static/missing", "/api/v1/branches", "/nowhere"):
        response, _ = ask(served, "GET", path)
        ids.add(response["x-request-id"])
    assert len(ids) == 5
    assert log.read_text() == before


def test_an_invalid_http_request_gets_an_id_and_no_address_is_logged(served: Service) -> None:
    address = urlsplit(served.url)
    with socket.create_connection((address.hostname or "", address.port or 0), 10) as line:
        line.sendall(b"GET /secret HTTP/9.9\r\n\r\n")
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    found = json.loads(body)["request_id"]
    assert f"X-Request-Id: {found}".encode() in head
    log = (served.settings.data_dir / "web.log").read_text()
    (reported,) = [text for text in log.splitlines() if f" {found} " in text]
    assert "127.0.0.1" not in reported
    assert "secret" not in reported


def ask(served: Service, method: str, path: str) -> tuple[dict[str, str], dict[str, Any]]:
    """The headers, in lower case, and the document of an answer, {} for one that is no JSON."""
    line = HTTPConnection(urlsplit(served.url).netloc, timeout=30)
    allowed = {"Authorization": f"Bearer {served.api('admin').token}"}
    line.request(method, path, headers=allowed)
    response = line.getresponse()
    text = response.read()
    line.close()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return headers, json.loads(text) if "json" in headers["content-type"] else {}


@pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")
def test_all_parts_write_the_same_format_and_an_idle_service_writes_no_more(
    data_dir: Path,
) -> None:
    with service(data_dir, QUEUE_SAMPLE="0", QUEUE_LOG_FORMAT="json"):
        folder = data_dir / "log"
        parts = ("web", "worker", "deliveries", "files", "schedule", "supervisor")
        eventually(lambda: all((folder / f"{part}.log").stat().st_size for part in parts))
        for part in parts:
            for line in (folder / f"{part}.log").read_text().splitlines():
                assert json.loads(line)["part"] == part
        # A job has run by then, and left no line.
        eventually(lambda: ran_jobs(data_dir), 30)
        assert len((folder / "worker.log").read_text().splitlines()) == 1


def ran_jobs(data_dir: Path) -> bool:
    """Whether a periodic job has succeeded."""
    with connect(Settings(data_dir=data_dir)) as client:
        return bool(client.hlen(RUNS))


@pytest.mark.parametrize(("size", "kept"), [(100, 100), (101, 0)])
def test_a_log_over_the_limit_is_put_aside_while_its_program_goes_on_writing(
    size: int, kept: int, tmp_path: Path
) -> None:
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as program:
        program.write(b"x" * size)
        logs.bound(log, 100)
        assert log.stat().st_size == kept
        program.write(b"more")
    assert log.read_bytes() == b"x" * kept + b"more"
    aside = tmp_path / "web.old.log"
    assert aside.exists() is (kept == 0)
    if aside.exists():
        assert aside.read_bytes() == b"x" * size


def test_the_second_log_put_aside_replaces_the_first_and_a_missing_one_is_no_matter(
    tmp_path: Path,
) -> None:
    log = tmp_path / "web.log"
    for text in ("first", "second"):
        log.write_text(text)
        logs.bound(log, 1)
    assert (tmp_path / "web.old.log").read_text() == "second"
    logs.bound(tmp_path / "missing.log")


def test_a_log_that_cannot_be_rotated_is_given_up(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("long")
    (tmp_path / "web.old.log").symlink_to(tmp_path / "nowhere" / "web.old.log")
    logs.bound(log, 1)
    assert log.read_text() == ""
