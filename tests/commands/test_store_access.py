"""`queue-service doctor store` about the way to the store and the version of its server."""

from __future__ import annotations

from typing import Any

import pytest
from redis import Redis

from queue_service.commands.doctor.store_access import check_access, version_finding
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.server.embedded import bundled_server
from tests.store.serving import serving


@pytest.mark.parametrize(
    ("name", "version", "good", "wanted"),
    [
        ("Redis", "6.2.20", False, "7 or newer"),
        ("Redis", "7.0.15", None, "a newer line"),
        ("Redis", "7.2.10", None, "7.2.11"),
        ("Redis", "7.2.11", True, ""),
        ("Redis", "7.4.5", None, "7.4.6"),
        ("Redis", "8.0.3", None, "8.0.4"),
        ("Redis", "8.0.4", True, ""),
        ("Redis", "8.2.1", None, "8.2.2"),
        ("Redis", "8.2.2", True, ""),
        ("Redis", "8.4.0", True, ""),
        ("Valkey", "7.2.10", None, "7.2.11"),
        ("Valkey", "8.0.5", None, "8.0.6"),
        ("Valkey", "8.1.3", None, "8.1.4"),
        ("Valkey", "8.1.4", True, ""),
        ("Valkey", "9.0.0", True, ""),
        ("Valkey", "9.1", True, ""),
    ],
)
def test_a_server_before_the_mend_of_a_hole_is_to_be_looked_at(
    name: str, version: str, good: bool | None, wanted: str
) -> None:
    about = {"redis_version": version if name == "Redis" else "7.2.4"}
    if name == "Valkey":
        about["valkey_version"] = version
    found = version_finding(about)
    assert found.good is good
    assert found.text.startswith(f"It is {name} {version}")
    assert wanted in found.text
    assert ("CVE-2025-49844" in found.text) == (good is None)


def test_the_server_of_the_package_has_the_mend(tmp_path: Any) -> None:
    with serving(tmp_path, bundled_server()) as (_, client):
        about: Any = client.info("server")
        assert version_finding(about).good is True


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://10.0.0.1:6379/0", "The connection is not encrypted"),
        ("redis+sentinel://127.0.0.1:1,10.0.0.1:1/queue", "The connection is not encrypted"),
        ("redis+cluster://localhost:1,[::1]:1", ""),
        ("redis://:pw@localhost", ""),
        ("rediss://10.0.0.1", "is encrypted, and the server's certificate is checked"),
        ("rediss://10.0.0.1?ssl_cert_reqs=none", "certificate is not checked"),
        ("unix:///run/redis", ""),
    ],
)
def test_an_open_connection_is_reported(
    redis_client: Redis, settings: Settings, url: str, said: str
) -> None:
    with connect(settings) as client:
        texts = [one.text for one in check_access(client, Settings(redis_url=url))]
    *about, user = texts
    assert user.startswith("It lets the service do everything, as the user default:")
    assert [said in text for text in about] == [True] * bool(said)
    assert [*check_access(redis_client, Settings())] == [], "the embedded store has no users"
