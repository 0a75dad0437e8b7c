"""A store of several servers: each branch on one of them, and whoever serves it need not know."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from queue_service.runtime.cluster_address import ClusterAddress
from queue_service.runtime.settings import OperatorError, Settings
from queue_service.store.connection import connect
from tests.conftest import Server
from tests.store.servers import Cluster
from tests.web.houses import LIBRARY, TOWN_HALL, House


@pytest.fixture
def spread(redis_cluster: Cluster, redis_server: Server, tmp_path: Path) -> Settings:
    """Settings for an empty cluster."""
    settings = Settings(
        data_dir=tmp_path, redis_url=redis_cluster.url, jobs_redis_url=redis_server.url
    )
    with Redis.from_url(redis_server.url) as jobs, connect(settings) as client:
        jobs.flushall()
        client.flushall()
    return settings


def test_a_visit_from_issue_to_completion_in_branches_on_different_servers(
    spread: Settings, redis_cluster: Cluster
) -> None:
    house = House.open(replace(spread, replicas_to_wait=1))
    client = house.app.test_client()
    places = [
        next(nth for nth in range(3) if redis_cluster.has(nth, f"{{{branch}}}"))
        for branch in (LIBRARY, TOWN_HALL)
    ]
    assert places[0] != places[1]
    for branch in (LIBRARY, TOWN_HALL):
        path, headers = f"/api/v1/branches/{branch}", house.bearer("clerk", branch)

        def post(
            where: str, path: str = path, headers: dict[str, str] = headers, **body: str
        ) -> dict[str, Any]:
            answer = client.post(f"{path}{where}", json=body, headers=headers)
            assert answer.status_code < 300, answer.get_json()
            return answer.get_json() or {}

        post("/counters/1/open")
        numbers = [post("/visits", service="pas")["number"] for _ in range(2)]
        assert numbers == ["A001", "A002"]
        called = post("/counters/1/call-next")
        assert called["number"] == "A001"
        done = post(f"/visits/{called['id']}/complete", outcome="resolved")
        assert done["state"] == "completed"
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("url", "servers", "options"),
    [
        ("redis+cluster://a", (("a", 6379),), {}),
        ("redis+cluster://a:1,b:2/0", (("a", 1), ("b", 2)), {}),
        ("rediss+cluster://u:p%40@[::1]:7", (("::1", 7),), {"username": "u", "password": "p@"}),
    ],
)
def test_an_address_with_servers(url: str, servers: object, options: dict[str, str]) -> None:
    found = ClusterAddress.parse(url)
    assert (found.servers, found.tls) == (servers, url.startswith("rediss"))
    assert {name: value for name, value in found.options.items() if value} == options


@pytest.mark.parametrize(
    "url", ["redis+cluster://", "redis+cluster://:secret@", "redis+cluster://:secret@a:1/2"]
)
def test_an_address_without_servers_or_with_a_database_is_refused_and_not_repeated(
    url: str,
) -> None:
    with pytest.raises(OperatorError, match=r"^REDIS_URL must be redis\+cluster") as refusal:
        Settings.from_env({"REDIS_URL": url, "QUEUE_JOBS_REDIS_URL": "redis://b"})
    assert "secret" not in str(refusal.value)


def test_jobs_want_a_server_that_is_no_cluster() -> None:
    spread = {"REDIS_URL": "redis+cluster://a"}
    with pytest.raises(OperatorError, match="QUEUE_JOBS_REDIS_URL must be set"):
        Settings.from_env(spread)
    with pytest.raises(OperatorError, match="names a cluster, and background jobs need one server"):
        Settings.from_env({**spread, "QUEUE_JOBS_REDIS_URL": "redis+cluster://a"})
    for jobs in ("redis://b", "redis+sentinel://b/queue"):
        found = Settings.from_env({**spread, "QUEUE_JOBS_REDIS_URL": jobs})
        assert found.jobs_redis_url == jobs
