"""Health and metrics over HTTP: who may see them, and what the processes count together."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from redis import Redis

from queue_service.access.operations.access import create_token
from queue_service.access.rules.caller import Role
from queue_service.access.store import AccessStore
from queue_service.app import create_app
from queue_service.errors import OperatorError, StoreUnavailable
from queue_service.metrics.api import at_most_every
from queue_service.runtime import process
from queue_service.runtime import process_metrics as names
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.web.serving import command as web_server
from tests.metrics.places import Samples, read


@pytest.fixture
def client(settings: Settings, redis_client: Redis) -> FlaskClient:
    """A client of the whole application, on an empty store."""
    assert redis_client.dbsize() == 0
    return create_app(settings).test_client()


def bearer(redis_client: Redis, role: Role, branch: str | None = None) -> dict[str, str]:
    """The header of a new token."""
    store = AccessStore(RedisStore(redis_client))
    return {"Authorization": f"Bearer {create_token(store, role, branch, now=store.now())[1]}"}


def test_health_needs_no_token(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert client.get("/readyz").get_json() == {"status": "ready"}


def test_without_the_store_the_process_lives_and_is_not_ready(settings: Settings) -> None:
    gone = Settings(data_dir=settings.data_dir, redis_url=f"unix://{settings.data_dir}/nothing")
    client = create_app(gone).test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["code"] == "store_unavailable"
    assert int(answer.headers["Retry-After"]) > 0


def test_a_store_that_was_well_is_not_written_to_by_everybody_who_asks() -> None:
    at, written = [0.0], []
    check = at_most_every(1.0, lambda: written.append(at[0]), clock=lambda: at[0])
    for at[0] in (0.0, 0.999, 1.0, 1.5):
        check()
    assert written == [0.0, 1.0]


def test_a_store_that_was_not_well_is_asked_again_at_once() -> None:
    tried = []

    def fails() -> None:
        tried.append(1)
        raise StoreUnavailable("It takes no changes.", retry_after=2)

    check = at_most_every(1.0, fails, clock=lambda: 0.0)
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            check()
    assert len(tried) == 2


@pytest.mark.parametrize("path", ["/metrics", "/metrics/queue"])
def test_metrics_are_for_metrics_and_admin(
    client: FlaskClient, redis_client: Redis, path: str
) -> None:
    assert client.get(path).status_code == 401
    assert client.get(path, headers=bearer(redis_client, "clerk")).status_code == 403
    for role in ("metrics", "admin"):
        answer = client.get(path, headers=bearer(redis_client, role))
        assert answer.status_code == 200
        assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
        bound = client.get(path, headers=bearer(redis_client, role, "one-branch"))
        assert (bound.status_code, bound.get_json()["code"]) == (403, "forbidden")


def test_a_request_is_counted_under_its_route_and_never_under_its_address(
    client: FlaskClient, redis_client: Redis
) -> None:
    known = bearer(redis_client, "metrics")

    def counted() -> Samples:
        return read(client.get("/metrics", headers=known).data)

    before = counted()
    client.get("/api/v1/branches/nowhere/state", headers=known)
    client.get("/no/such/address")
    client.open("/healthz", method="FROBNICATE")
    grown = {
        key: value - before.get(key, 0)
        for key, value in counted().items()
        if key[0] == "queue_http_requests_total" and value != before.get(key, 0)
    }
    assert grown == {
        ("queue_http_requests_total", "GET", "/api/v1/branches/<branch>/state", "404"): 1,
        ("queue_http_requests_total", "GET", "unmatched", "404"): 1,
        ("queue_http_requests_total", "other", "unmatched", "405"): 1,
        ("queue_http_requests_total", "GET", "/metrics", "200"): 1,
    }


def test_failures_of_tickets_are_reported_as_zero_before_the_first(
    client: FlaskClient, redis_client: Redis
) -> None:
    rules = client.application.url_map.iter_rules()
    assert names.ISSUE_ROUTE in {rule.rule for rule in rules if rule.endpoint == "visits.issue"}
    reported = read(client.get("/metrics", headers=bearer(redis_client, "metrics")).data)
    for status_class in ("2xx", "5xx"):
        issue = ("POST", names.ISSUE_ROUTE, status_class)
        assert (f"{names.REQUEST_SECONDS}_count", *issue) in reported
    for asked_by in ("request", "reader"):
        assert (names.STORE_ERRORS, asked_by) in reported


@contextmanager
def serving(settings: Settings) -> Iterator[int]:
    """Web processes as in production; yields their port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        web_server.clear_metrics(settings)
        environment = dict(web_server.environment(settings))
        environment |= {
            "REDIS_URL": settings.redis_url or "",
            "QUEUE_DATA_DIR": str(settings.data_dir),
            "QUEUE_WEB_PROCESSES": "2",
        }
        web = process.spawn(
            web_server.command(listener.fileno()),
            settings.data_dir / "web.log",
            environment=environment,
            inherit=[listener.fileno()],
        )
        try:
            yield listener.getsockname()[1]
        finally:
            process.stop(web, 10)


def get(port: int, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def answered(folder: Path) -> list[Path]:
    """The files of the processes that have answered whether they live."""
    return [file for file in folder.glob("counter_*.db") if b'"/healthz"' in file.read_bytes()]


def test_any_process_answers_for_all(settings: Settings, redis_client: Redis) -> None:
    known = bearer(redis_client, "metrics")
    folder = settings.metrics_dir
    with serving(settings) as port:
        asked = 0
        while len(answered(folder)) < 2 and asked < 20_000:
            assert get(port, "/healthz", {})[0] == 200
            asked += 1
        answers = [read(get(port, "/metrics", known)[1]) for _ in range(6)]
        assert len(answered(folder)) == 2, "two processes have answered"
    health = ("queue_http_requests_total", "GET", "/healthz", "200")
    assert [answer[health] for answer in answers] == [asked] * 6
    assert [answer["queue_event_streams_open",] for answer in answers] == [0] * 6


def test_a_link_in_place_of_the_shared_metrics_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere, link = tmp_path / "elsewhere", tmp_path / "link"
    elsewhere.mkdir()
    (elsewhere / "precious.db").touch()
    link.symlink_to(elsewhere)
    monkeypatch.setattr(Settings, "metrics_dir", link)
    with pytest.raises(OperatorError, match="belongs to somebody else"):
        web_server.clear_metrics(Settings())
    assert (elsewhere / "precious.db").exists()
