"""Settings are read once, checked, and named in errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from queue_service.errors import OperatorError
from queue_service.runtime import central_server_file
from queue_service.runtime.central_server_file import CentralServerAccess
from queue_service.runtime.cluster_address import ClusterAddress
from queue_service.runtime.sentinel_address import SentinelAddress
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect


def test_without_any_variable_the_defaults_of_the_contract_hold() -> None:
    settings = Settings.from_env({})
    assert (settings.host, settings.port, settings.web_processes) == ("127.0.0.1", 8000, 2)
    assert settings.data_dir == Path("var").absolute()
    assert settings.redis_url is None
    assert settings.jobs_redis_url is None
    assert settings.sample
    assert settings.language == "da"
    assert settings.kiosk_tickets_per_minute == 60
    assert settings.streams_per_token == 1000


EVERYTHING: Final = {
    "QUEUE_HOST": "0.0.0.0",
    "QUEUE_PORT": "0",
    "QUEUE_DATA_DIR": "/srv/queue",
    "QUEUE_WEB_PROCESSES": "3",
    "QUEUE_DRAIN_SECONDS": "4",
    "REDIS_URL": "redis://store:6379/0",
    "QUEUE_JOBS_REDIS_URL": "unix:///run/jobs",
    "QUEUE_SAMPLE": "0",
    "QUEUE_LANGUAGE": "en",
    "QUEUE_KIOSK_TICKETS_PER_MINUTE": "0",
    "QUEUE_STREAMS_PER_TOKEN": "5",
    "QUEUE_REPLICAS_TO_WAIT": "1",
    "QUEUE_STORE_TIMEOUT_SECONDS": "0.5",
    "QUEUE_TRUSTED_PROXIES": "1",
    "QUEUE_SMTP_URL": "starttls://post:secret@mail.example:587",
    "QUEUE_MAIL_FROM": "Borgerservice <noreply@example.dk>",
    "QUEUE_SMS_COUNTRIES": "45, 299",
    "QUEUE_WEBHOOK_HOSTS": "relay.internal, Mail",
    "QUEUE_PUSH_HOSTS": "push.internal, push.example.dk/wPush/",
    "QUEUE_PUBLIC_URL": "https://queue.example.dk/",
    "QUEUE_BACKUP_KEYS": "age1one, age1two",
    "QUEUE_SECURITY_CONTACT": "mailto:sikkerhed@example.dk",
    "QUEUE_SEARCH_ENGINES": "1",
    "QUEUE_PLAYBOOK_FOUR_EYES": "1",
    "QUEUE_PRINTER_DEVICES": "/dev/usb/lp0, /dev/serial/by-id/usb-A_B.1-if00:1+x",
    "QUEUE_LOG_LEVEL": "debug",
    "QUEUE_LOG_FORMAT": "json",
}


def test_every_variable_is_read() -> None:
    settings = Settings.from_env(EVERYTHING)
    assert settings == Settings(
        host="0.0.0.0",
        port=0,
        data_dir=Path("/srv/queue"),
        web_processes=3,
        drain_seconds=4,
        redis_url="redis://store:6379/0",
        jobs_redis_url="unix:///run/jobs",
        sample=False,
        language="en",
        kiosk_tickets_per_minute=0,
        streams_per_token=5,
        replicas_to_wait=1,
        store_timeout_seconds=0.5,
        trusted_proxies=1,
        smtp_url="starttls://post:secret@mail.example:587",
        mail_from="Borgerservice <noreply@example.dk>",
        sms_countries=("45", "299"),
        webhook_hosts=("relay.internal", "mail"),
        push_hosts=("push.internal", "push.example.dk/wPush/"),
        public_url="https://queue.example.dk",
        backup_keys=("age1one", "age1two"),
        security_contact="mailto:sikkerhed@example.dk",
        search_engines=True,
        playbook_four_eyes=True,
        printer_devices=("/dev/usb/lp0", "/dev/serial/by-id/usb-A_B.1-if00:1+x"),
        log_level="debug",
        log_format="json",
    )


@pytest.mark.parametrize(
    ("environment", "loaded"),
    [
        ({}, True),
        ({"REDIS_URL": "redis://store"}, False),
        ({"REDIS_URL": "redis://store", "QUEUE_SAMPLE": "1"}, True),
        ({"QUEUE_SAMPLE": "0"}, False),
    ],
)
def test_the_sample_is_loaded_into_the_store_that_is_brought_along(
    environment: dict[str, str], *, loaded: bool
) -> None:
    assert Settings.from_env(environment).sample is loaded


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Settings.from_env({"QUEUE_PORT": "", "REDIS_URL": " "}) == Settings.from_env({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUEUE_PORT", "http"),
        ("QUEUE_PORT", "65536"),
        ("QUEUE_PORT", "-1"),
        ("QUEUE_PORT", "८०"),
        ("QUEUE_WEB_PROCESSES", "0"),
        ("QUEUE_SAMPLE", "yes"),
        ("QUEUE_SECURITY_CONTACT", "sikkerhed@example.dk"),
        ("QUEUE_SECURITY_CONTACT", "mailto:nobody"),
        ("QUEUE_SECURITY_CONTACT", "http://example.dk/report"),
        ("QUEUE_LANGUAGE", "de"),
        ("QUEUE_PUSH_HOSTS", "https://push.example.dk"),
        ("QUEUE_PUSH_HOSTS", "push.example.dk/a?b"),
        ("QUEUE_STORE_TIMEOUT_SECONDS", "soon"),
        ("QUEUE_STORE_TIMEOUT_SECONDS", "nan"),
        ("QUEUE_LOG_LEVEL", "loud"),
        ("REDIS_URL", "localhost:6379"),
        ("QUEUE_JOBS_REDIS_URL", "http://store"),
        ("QUEUE_SMTP_URL", "mail.example"),
        ("QUEUE_SMTP_URL", "smtp://"),
        ("QUEUE_SMTP_URL", "smtp://mail.example:smtp"),
        ("QUEUE_MAIL_FROM", "nobody"),
        ("QUEUE_SMS_COUNTRIES", "+45"),
        ("QUEUE_SMS_COUNTRIES", "045"),
        ("QUEUE_SMS_COUNTRIES", "4500"),
        ("QUEUE_SMS_COUNTRIES", "45,"),
        ("QUEUE_WEBHOOK_HOSTS", "relay.internal https://other"),
        ("QUEUE_PRINTER_DEVICES", "/etc/passwd"),
        ("QUEUE_PRINTER_DEVICES", "usb/lp0"),
        ("QUEUE_PRINTER_DEVICES", "/dev/usb/lp0,/dev/../etc/passwd"),
        ("QUEUE_PRINTER_DEVICES", "/dev/usb/lp0 /dev/usb/lp1"),
        ("QUEUE_PUBLIC_URL", "queue.example"),
    ],
)
def test_a_bad_value_is_refused_in_one_sentence_that_names_its_variable(
    name: str, value: str
) -> None:
    with pytest.raises(OperatorError, match=rf"^{name} [^.]*[^\n]*\.$"):
        Settings.from_env({name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "redsi://:secret@store"),
        ("QUEUE_SMTP_URL", "smpt://post:secret@mail.example"),
    ],
)
def test_the_password_in_an_address_is_not_repeated(name: str, value: str) -> None:
    with pytest.raises(OperatorError) as refused:
        Settings.from_env({name: value})
    assert "secret" not in str(refused.value)


STORES = {
    "redis": "redis://:{}@store:6379/0",
    "user": "rediss://queue:{}@store:6379/0",
    "unix": "unix://:{}@/run/redis/socket",
    "sentinel": "redis+sentinel://:{}@one:26379,two:26379/queue?sentinel_password=other",
    "cluster": "redis+cluster://queue:{}@one:6379,two:6379",
}
JOBS_ELSEWHERE = {"QUEUE_JOBS_REDIS_URL": "redis://jobs"}


@pytest.mark.parametrize("store", STORES.values(), ids=STORES)
@pytest.mark.parametrize("name", ["REDIS_URL", "QUEUE_JOBS_REDIS_URL"])
@pytest.mark.parametrize("password", ["s3cret/part2", "s3cret?part2", "12/part2==", "12?part2="])
def test_an_address_that_ends_within_its_password_is_refused_without_repeating_it(
    name: str, store: str, password: str
) -> None:
    with pytest.raises(OperatorError, match=rf"^{name} cannot be read: .* %2F, ") as refused:
        Settings.from_env({**JOBS_ELSEWHERE, name: store.format(password)})
    assert not any(part in str(refused.value) for part in ("s3cret", "part2", "12"))


@pytest.mark.parametrize(
    "value",
    [
        "redis://:s3cret#part2@store:6379/0",
        "redis://:s3cret[part2@store:6379/0",
        "redis://:s3cret@store:part2",
        "unix://:12#part2@/run/redis/socket",
    ],
)
def test_another_address_that_cannot_be_read_is_not_repeated_either(value: str) -> None:
    with pytest.raises(OperatorError, match=r"^REDIS_URL cannot be read: ") as refused:
        Settings.from_env({"REDIS_URL": value})
    assert not any(part in str(refused.value) for part in ("s3cret", "part2"))


@pytest.mark.parametrize("kind", STORES)
def test_a_password_of_any_characters_can_be_written_in_an_address(kind: str) -> None:
    password = "12/s3?#[]@:+&=% part"
    url = STORES[kind].format(quote(password, safe=""))
    settings = Settings.from_env({**JOBS_ELSEWHERE, "REDIS_URL": url})
    assert settings.redis_url == url
    options: dict[str, Any] = (
        SentinelAddress.parse(url).options if kind == "sentinel"
        else ClusterAddress.parse(url).options if kind == "cluster"
        else connect(settings).connection_pool.connection_kwargs
    )  # fmt: skip
    assert options["password"] == password


@pytest.mark.parametrize(
    "value",
    [
        "redis://",
        "redis:///1",
        "redis://[::1]:6379",
        "redis://store?password=a@b",
        "unix:///run/user@1000/redis?db=1",
        "unix://:secret@/run/user@1000/redis",
        "redis+sentinel://:a#b@one,two/queue?sentinel_password=a@b/c?d",
        "redis+cluster://:a#b@one:6379",
    ],
)
def test_an_address_that_can_be_read_is_taken(value: str) -> None:
    assert Settings.from_env({**JOBS_ELSEWHERE, "REDIS_URL": value}).redis_url == value


def test_the_mail_servers_password_is_not_in_a_printed_setting() -> None:
    assert "secret" not in repr(Settings(smtp_url="smtp://post:secret@mail.example"))


def test_a_mail_server_without_a_sender_is_refused() -> None:
    with pytest.raises(OperatorError, match=r"^QUEUE_MAIL_FROM must be set"):
        Settings.from_env({"QUEUE_SMTP_URL": "smtp://mail.example"})


def test_servers_for_video_are_addresses_of_their_kind() -> None:
    turn = "turn:turn.holbaek.dk:3478, turns:turn.holbaek.dk:5349?transport=tcp"
    found = Settings.from_env(
        {
            "QUEUE_VIDEO_STUN": "stun:192.0.2.1:3478",
            "QUEUE_VIDEO_TURN": turn,
            "QUEUE_VIDEO_TURN_SECRET": "hush-hush",
        }
    )
    assert found.video_stun == ("stun:192.0.2.1:3478",)
    assert len(found.video_turn) == 2
    assert "hush-hush" not in repr(found)
    assert Settings.from_env({}).video_turn == ()
    for wrong in (
        {"QUEUE_VIDEO_STUN": "turn:a"},
        {"QUEUE_VIDEO_STUN": "https://a"},
        {"QUEUE_VIDEO_TURN": "turn:a b", "QUEUE_VIDEO_TURN_SECRET": "s"},
        {"QUEUE_VIDEO_TURN": "turn:a"},
    ):
        with pytest.raises(OperatorError, match="QUEUE_VIDEO_"):
            Settings.from_env(wrong)


def test_the_address_of_the_central_server_is_kept_for_the_next_terminal_by_its_owner_alone(
    tmp_path: Path,
) -> None:
    folder = {"QUEUE_DATA_DIR": str(tmp_path)}
    assert Settings.from_env(folder).home_url == ""
    central_server_file.keep(tmp_path, CentralServerAccess("https://queue.example.dk", "qst_a"))
    assert (tmp_path / "home.json").stat().st_mode & 0o777 == 0o600
    found = Settings.from_env(folder)
    assert (found.home_url, found.home_token) == ("https://queue.example.dk", "qst_a")
    assert not found.sample
    given = {"QUEUE_HOME_URL": "https://other.example.dk", "QUEUE_HOME_TOKEN": "qst_b"}
    found = Settings.from_env(folder | given)
    assert (found.home_url, found.home_token) == ("https://other.example.dk", "qst_b")
    (tmp_path / "home.json").write_text("{")
    assert Settings.from_env(folder).home_url == ""
