"""A secret is given as a variable or as a file, and never as both."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from queue_service.cli import main
from queue_service.errors import OperatorError
from queue_service.runtime import process
from queue_service.runtime.cluster_address import ClusterAddress
from queue_service.runtime.sentinel_address import SentinelAddress
from queue_service.runtime.settings import Settings, secret_variables, unknown_variables
from queue_service.store.connection.clients import connect
from queue_service.store.server.embedded import find_server
from queue_service.store.server.running import wait_until_answers

AUDIT = {"QUEUE_AUDIT_WEBHOOK": "https://siem.example.dk"}
KEY = "whsec_" + "QUJD" * 11
JOBS = {"QUEUE_JOBS_REDIS_URL": "redis://jobs"}
ODD = "12/s3?#[]@:+&=% part"


def kept(folder: Path, text: str | bytes) -> str:
    """The name of a file with this content."""
    file = folder / "secret"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(file)


def refusal(environment: dict[str, str]) -> str:
    """The sentence about these variables."""
    with pytest.raises(OperatorError) as refused:
        Settings.from_env(environment)
    return str(refused.value)


def test_each_secret_can_be_given_as_a_file(tmp_path: Path) -> None:
    values = {
        "REDIS_URL": "redis://store",
        "QUEUE_JOBS_REDIS_URL": "redis://jobs",
        "QUEUE_STORE_PASSWORD": "hush",
        "QUEUE_SMTP_URL": "smtp://post:hush@mail.example",
        "QUEUE_SMS_URL": "https://sms.example/hush",
        "QUEUE_SMS_HEADERS": '{"Authorization": "Bearer hush"}',
        "QUEUE_VIDEO_TURN_SECRET": "hush",
        "QUEUE_HOME_TOKEN": "qst_hush",
        "QUEUE_AUDIT_WEBHOOK": "https://siem.example.dk/hush",
        "QUEUE_AUDIT_WEBHOOK_SECRET": KEY,
        "QUEUE_OIDC_CLIENT_SECRET": "hush",
    }
    others = {
        "QUEUE_MAIL_FROM": "a@b.dk",
        "QUEUE_SMS_BODY": '"{number}{text}"',
        "QUEUE_VIDEO_TURN": "turn:turn.example.dk",
        "QUEUE_HOME_URL": "https://home.example.dk",
        "QUEUE_OIDC_ISSUER": "https://login.example.dk",
        "QUEUE_OIDC_CLIENT_ID": "queue",
        "QUEUE_PUBLIC_URL": "https://queue.example.dk",
        "QUEUE_DATA_DIR": str(tmp_path),
    }
    assert values.keys() <= secret_variables()
    as_files = {}
    for name, value in values.items():
        (tmp_path / name).write_text(f"{value}\n")
        as_files[f"{name}_FILE"] = str(tmp_path / name)
    found = Settings.from_env({**as_files, **others})
    assert found == Settings.from_env({**values, **others})
    assert unknown_variables(as_files) == {}
    assert not any(text in repr(found) for text in ("hush", KEY))


def test_every_setting_that_is_not_printed_can_be_given_as_a_file() -> None:
    hidden = {one.name for one in fields(Settings) if not one.repr}
    known = {name.removeprefix("QUEUE_").lower() for name in secret_variables()}
    assert known == hidden | {"store_password", "oidc_client_secret"}


def test_a_variable_and_its_file_at_once_are_refused(tmp_path: Path) -> None:
    given = {"QUEUE_VIDEO_TURN_SECRET": "hush", "QUEUE_VIDEO_TURN_SECRET_FILE": ""}
    assert Settings.from_env(given).video_turn_secret == "hush"
    given["QUEUE_VIDEO_TURN_SECRET_FILE"] = kept(tmp_path, "other")
    assert refusal(given) == (
        "QUEUE_VIDEO_TURN_SECRET and QUEUE_VIDEO_TURN_SECRET_FILE are both set:"
        " leave one of them out."
    )


def test_an_empty_file_counts_as_not_set(tmp_path: Path) -> None:
    empty = kept(tmp_path, " \n")
    given = {"QUEUE_VIDEO_TURN_SECRET": "hush", "QUEUE_VIDEO_TURN_SECRET_FILE": empty}
    assert Settings.from_env(given).video_turn_secret == "hush"
    assert refusal({**AUDIT, "QUEUE_AUDIT_WEBHOOK_SECRET_FILE": empty}).startswith(
        "QUEUE_AUDIT_WEBHOOK_SECRET must be set"
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"\xff\xfe", "is no text in UTF-8"),
        ("one\ntwo", "has more than one line"),
        ("x" * 65_537, "has more than 65536 bytes and is no secret"),
    ],
)
def test_a_file_that_holds_no_secret_is_refused_by_its_name(
    tmp_path: Path, content: str | bytes | None, reason: str
) -> None:
    file = str(tmp_path / "missing") if content is None else kept(tmp_path, content)
    said = refusal({"QUEUE_VIDEO_TURN_SECRET_FILE": file})
    assert said == f"QUEUE_VIDEO_TURN_SECRET_FILE names {file}, which {reason}."


def test_the_largest_file_is_taken(tmp_path: Path) -> None:
    file = kept(tmp_path, "x" * 65_536)
    found = Settings.from_env({"QUEUE_VIDEO_TURN_SECRET_FILE": file})
    assert len(found.video_turn_secret) == 65_536


@pytest.mark.parametrize(
    ("url", "filled"),
    [
        ("redis://store:6379/0", "redis://:{}@store:6379/0"),
        ("rediss://queue@store/0?ssl_cert_reqs=none", "rediss://queue:{}@store/0?ssl_cert_reqs=none"),
        ("redis://queue:own@store", "redis://queue:own@store"),
        ("redis://store?password=own", "redis://store?password=own"),
        ("unix:///run/user@1000/redis", "unix://:{}@/run/user@1000/redis"),
        ("redis+sentinel://one,two/queue", "redis+sentinel://:{}@one,two/queue"),
        (
            "redis+sentinel://queue@one,two/queue?sentinel_user=watch",
            "redis+sentinel://queue:{}@one,two/queue?sentinel_user=watch&sentinel_password={}",
        ),
        (
            "redis+sentinel://one/queue?sentinel_user=watch&sentinel_password=own",
            "redis+sentinel://:{}@one/queue?sentinel_user=watch&sentinel_password=own",
        ),
        ("redis+cluster://queue@one,two", "redis+cluster://queue:{}@one,two"),
    ],
)  # fmt: skip
def test_the_stores_password_is_filled_in_where_an_address_has_none(url: str, filled: str) -> None:
    given = {**JOBS, "REDIS_URL": url, "QUEUE_STORE_PASSWORD": "hush"}
    assert Settings.from_env(given).redis_url == filled.format("hush", "hush")
    jobs = Settings.from_env({"REDIS_URL": "redis://s:1", "QUEUE_STORE_PASSWORD": "hush", **JOBS})
    assert jobs.jobs_redis_url == "redis://:hush@jobs"


def test_a_password_of_any_characters_is_filled_in(tmp_path: Path) -> None:
    given = {**JOBS, "QUEUE_STORE_PASSWORD_FILE": kept(tmp_path, ODD)}
    urls = "redis+sentinel://one/queue?sentinel_user=a", "redis+cluster://one", "redis://one"
    sentinel, cluster, one = (Settings.from_env({**given, "REDIS_URL": url}) for url in urls)
    watched = SentinelAddress.parse(sentinel.redis_url or "")
    assert (watched.options["password"], watched.sentinel_options["password"]) == (ODD, ODD)
    assert ClusterAddress.parse(cluster.redis_url or "").options["password"] == ODD
    assert connect(one).connection_pool.connection_kwargs["password"] == ODD


def test_a_password_from_a_file_opens_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    door = tmp_path / "socket"
    options = f"--port 0 --unixsocket {door} --requirepass hush --save".split()
    running = process.spawn([str(find_server()), *options, ""], tmp_path / "log")
    monkeypatch.setenv("REDIS_URL", f"unix://{door}")
    monkeypatch.setenv("QUEUE_STORE_PASSWORD_FILE", kept(tmp_path, "hush\n"))
    try:
        with connect(Settings.from_env()) as client:
            wait_until_answers(client, lambda: running.poll() is None)
        assert main(["store", "PING"]) == 0
        monkeypatch.setenv("QUEUE_STORE_PASSWORD_FILE", kept(tmp_path, "other"))
        assert main(["store", "PING"]) == 1
    finally:
        process.stop(running, 10)
    said = capsys.readouterr()
    assert said.out == "OK\n"
    assert "refuses the password" in said.err
    assert "other" not in said.err


@pytest.mark.parametrize(("mode", "open_"), [(0o600, False), (0o640, False), (0o604, True)])
def test_doctor_names_a_file_that_everybody_may_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    mode: int,
    open_: bool,
) -> None:
    file = Path(kept(tmp_path, "hush"))
    file.chmod(mode)
    monkeypatch.setenv("QUEUE_VIDEO_TURN_SECRET_FILE", str(file))
    assert main(["doctor", "settings"]) == 0
    line = f"look   settings    Every user of this machine may read {file}"
    assert (line in capsys.readouterr().out) is open_
