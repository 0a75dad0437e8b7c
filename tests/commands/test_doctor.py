"""`queue-service doctor`, beside a service that runs and without one."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis import Redis

from queue_service.cli import main
from queue_service.settings import Settings
from tests.mailbox import mail_server
from tests.running import eventually, service
from tests.store.serving import serving


def test_where_all_of_it_runs_nothing_is_wrong_whatever_its_port(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUEUE_DATA_DIR", str(data_dir))
    monkeypatch.setenv("QUEUE_PORT", "0")
    monkeypatch.delenv("REDIS_URL", raising=False)
    with service(data_dir) as up:
        eventually(lambda: main(["doctor"]) == 0)
        said = capsys.readouterr().out.rpartition("ok     data ")[2]
        assert "WRONG" not in said
        assert f"{up.url}/readyz answers 200." in said
        assert main(["enrol", "kiosk", "--branch", "biblioteket"]) == 0
        assert capsys.readouterr().out.startswith(f"{up.url}/enrol/")
    assert main(["doctor", "web"]) == 1
    assert "QUEUE_PORT leaves the port open" in capsys.readouterr().out


def test_what_does_not_run_is_named(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUEUE_DATA_DIR", str(data_dir))
    monkeypatch.setenv("QUEUE_PORT", "1")
    monkeypatch.delenv("REDIS_URL", raising=False)
    with serving(data_dir):
        pass
    assert main(["doctor"]) == 1
    wrong = [line.split()[1] for line in capsys.readouterr().out.splitlines() if "WRONG" in line]
    assert wrong == ["web", "worker", "files", "schedule"]


def test_where_no_service_was_started_it_says_so_and_makes_nothing(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUEUE_DATA_DIR", str(data_dir / "var"))
    monkeypatch.delenv("REDIS_URL", raising=False)
    assert main(["doctor", "data", "store", "worker", "files", "schedule"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told] == ["WRONG"] * 5
    assert f"No service was ever started in the data folder {data_dir / 'var'}: " in told[1]
    assert not list(data_dir.iterdir())


@pytest.mark.usefixtures("redis_client")
def test_beside_a_store_of_its_own_address_a_folder_that_can_be_made_is_right(
    settings: Settings,
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    monkeypatch.setenv("QUEUE_DATA_DIR", str(data_dir / "var"))
    assert main(["doctor", "data"]) == 0
    assert "can be written to" in capsys.readouterr().out
    assert not list(data_dir.iterdir())


@pytest.mark.usefixtures("redis_client")
def test_a_store_that_may_lose_tickets_is_wrong(
    settings: Settings,
    redis_client: Redis,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    redis_client.config_set("maxmemory-policy", "allkeys-lru")
    try:
        assert main(["doctor", "store"]) == 1
    finally:
        redis_client.config_set("maxmemory-policy", "noeviction")
    said = capsys.readouterr().out
    assert "WRONG  store     maxmemory-policy is allkeys-lru; it has to be noeviction." in said


def test_replicas_that_are_waited_for_have_to_be_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    monkeypatch.setenv("QUEUE_REPLICAS_TO_WAIT", "1")
    assert main(["doctor", "store"]) == 1
    assert "WRONG  store     Replicas connected: 0;" in capsys.readouterr().out


def test_a_mail_server_is_reached_without_sending_anything(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with mail_server() as box:
        monkeypatch.setenv("QUEUE_SMTP_URL", box.url)
        monkeypatch.setenv("QUEUE_MAIL_FROM", "noreply@example.dk")
        monkeypatch.setenv("QUEUE_PUBLIC_URL", "https://queue.example.dk")
        assert main(["doctor", "mail"]) == 0
        assert box.letters == []
    assert "answers and lets us in" in capsys.readouterr().out
    assert main(["doctor", "mail"]) == 1
    assert "cannot be reached" in capsys.readouterr().out


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "printer"]) == 1
    assert capsys.readouterr().err.startswith("queue-service: There is no part 'printer' to look")
