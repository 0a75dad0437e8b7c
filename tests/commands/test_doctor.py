"""`queue-service doctor`, with a running service and without one."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from queue_service import __version__
from queue_service.access.operations import access
from queue_service.access.rules.credentials import TokenRecord, credential_id, digest
from queue_service.access.store import AccessStore
from queue_service.backup.encryption import make_key
from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.cli import main
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.devices.store import DeviceStore
from queue_service.notify.web_push import new_push_keys
from queue_service.printers.rules.printer import NetworkPrinter, PrinterState
from queue_service.printers.store import Exchange, PrinterStore
from queue_service.reminders.operations import push_keys
from queue_service.runtime import process
from queue_service.runtime.settings import Settings
from queue_service.speech.store import ClipStore
from queue_service.store.connection.clients import connect
from queue_service.store.jobs.job_health import RUNS, Run
from queue_service.store.keys import BRANCHES
from queue_service.store.redis_store import RedisStore, milliseconds
from queue_service.store.server.embedded import find_server
from queue_service.store.server.running import wait_until_answers
from tests.certificates import make_certificate, secured_port
from tests.desks import document
from tests.mailbox import mail_server
from tests.ports import free_port
from tests.running import eventually, service
from tests.store.serving import known, serving


@pytest.fixture(autouse=True)
def own_store(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands find the store of a folder of their own, unless a test says otherwise."""
    monkeypatch.setenv("QUEUE_DATA_DIR", str(data_dir))
    monkeypatch.delenv("REDIS_URL", raising=False)


def test_with_all_parts_running_nothing_is_wrong_whatever_the_port(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUEUE_PORT", "0")
    # Commands run next to it know neither its port nor where its slips lead.
    with service(data_dir, QUEUE_PORT=str(free_port())) as up:
        eventually(lambda: main(["doctor"]) == 0)
        said = output_of(capsys).rpartition("ok     machine ")[2]
        assert "WRONG" not in said
        assert f"{up.url}/readyz answers 200." in said
        # The sample's slips are to carry a code, and say where it leads.
        assert f"look   slips       The codes on slips lead to {up.url}, for this machine" in said
        # The sample has several branches, and this may not be the first.
        eventually(lambda: main(["enrol", "kiosk", "--branch", "biblioteket"]) == 0)
        assert output_of(capsys).startswith(f"{up.url}/enrol/")
        assert f"Version {__version__} runs, and {__version__} is installed." in said
        # As after the installation of another version.
        (data_dir / "version").write_text("0.0.9")
        assert main(["doctor", "web"]) == 1
        another = f"Version 0.0.9 runs, and {__version__} is installed: start it again."
        assert another in output_of(capsys)
    assert not (data_dir / "version").exists()
    assert main(["doctor", "web"]) == 1
    assert "QUEUE_PORT leaves the port open" in output_of(capsys)


def test_a_display_that_is_not_heard_is_named_and_one_that_was_revoked_is_not(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(data_dir) as (_, client), known(data_dir):
        store = RedisStore(client)
        access_store, devices = AccessStore(store), DeviceStore(store)
        put_branch(Queue(store), "holbaek", document())
        now = store.time()
        tokens = [
            access.create_token(access_store, "display", "holbaek", now=now, label=label)[0]
            for label in ("Entrance", "Hall", "Stairs")
        ]
        devices.note_sound("holbaek", tokens[0].id, "blocked", {}, None)
        devices.note_sound("holbaek", tokens[1].id, "ok", {"da": False, "en": True}, None)
        devices.note_sound("holbaek", tokens[2].id, "blocked", {}, None)
        access.revoke_token(access_store, tokens[2].id)
        assert main(["doctor", "displays"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert sorted(" ".join(line.split(". ")[0].split()) for line in lines) == [
            "look displays holbaek, Entrance: its browser holds the sound back",
            "look displays holbaek, Hall: no voice for da, so these calls have the chime alone",
        ]
        both = {"da": True, "en": True, "so": False}
        devices.note_sound("holbaek", tokens[1].id, "ok", both, None, ("da",))
        ClipStore(client).note_problem("opusenc failed")
        assert main(["doctor", "voice"]) == 1
        said = " ".join(capsys.readouterr().out.split())
        assert "Hall: it speaks da by clips of the server, en by its browser's voice." in said
        assert "A worker could make no clip: opusenc failed." in said
        access.revoke_token(access_store, tokens[0].id)
        access.revoke_token(access_store, tokens[1].id)
        assert main(["doctor", "displays"]) == 0
        assert "No display in use reports trouble" in capsys.readouterr().out


def test_a_printer_without_paper_is_named(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(data_dir) as (_, client), known(data_dir):
        store = RedisStore(client)
        put_branch(Queue(store), "holbaek", document())
        token = TokenRecord(digest("k"), "kiosk", "holbaek", store.time(), "Hall", device=True)
        AccessStore(store).add_token(token)
        exchange = Exchange("holbaek", token.id, NetworkPrinter("10.0.3.20", 9100, "80"), "m", None)
        lines: dict[PrinterState, str] = {
            "paper_out": "look printers holbaek, Hall: The printer has no paper",
            "ok": "ok printers No slip printer reports trouble",
        }
        for state, line in lines.items():
            PrinterStore(store).release(exchange, state, printed=False)
            assert main(["doctor", "printers"]) == 0
            assert " ".join(capsys.readouterr().out.split()).startswith(line)
        monkeypatch.setenv("QUEUE_PRINTER_DEVICES", "/dev/null,/dev/usb/lp99")
        assert main(["doctor", "printers"]) == 0
        (found,) = capsys.readouterr().out.splitlines()
        assert "/dev/usb/lp99: No printer is reached" in found


def test_a_screen_that_was_not_seen_today_is_named_while_its_branch_is_open(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    always = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
    with serving(data_dir) as (_, client), known(data_dir):
        store = RedisStore(client)
        access_store = AccessStore(store)
        now = store.time()
        for branch, hours in (("open", always), ("closed", {})):
            put_branch(Queue(store), branch, document(opening_hours=hours))
            for label, ago in (("Old", 2 * 86_400_000), ("New", -3_600_000)):
                token = TokenRecord(
                    digest(f"{branch}{label}"), "kiosk", branch, now - ago, label, device=True
                )
                access_store.add_token(token)
                terminal = replace(token, digest=digest(f"{branch}{label} terminal"), feedback=True)
                access_store.add_token(terminal)
        assert main(["doctor", "screens"]) == 0
        (line,) = capsys.readouterr().out.splitlines()
        assert line.startswith("look   screens     open, Old: this kiosk was last heard from on ")
        assert "(Europe/Copenhagen), and the branch is open." in line
        DeviceStore(store).note("open", credential_id(digest("openOld")), "kiosk")
        assert main(["doctor", "screens"]) == 0
        assert "Every screen of a branch that is open was seen today." in capsys.readouterr().out


def test_a_part_that_is_not_running_is_named(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUEUE_PORT", "1")
    with serving(data_dir):
        pass
    assert main(["doctor"]) == 1
    wrong = [line.split()[1] for line in capsys.readouterr().out.splitlines() if "WRONG" in line]
    assert wrong == ["web", "worker", "deliveries", "files", "schedule"]


def test_a_worker_that_does_nothing_is_named_by_what_is_late(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(data_dir) as (_, client), known(data_dir):
        now = milliseconds(client.time())
        late, timely = f"{now - 88_000}|15", f"{now - 100_000}|60"
        client.hset(RUNS, "workers.jobs.branches.sweep", late)
        client.hset(RUNS, "workers.jobs.branches.close_days", timely)
        assert main(["doctor", "worker"]) == 1
    (_, sweep) = capsys.readouterr().out.splitlines()
    assert re.fullmatch(
        r"WRONG  worker      branches\.sweep last succeeded \d+ s ago, and is due every 15 s\.",
        sweep,
    )


def test_a_job_is_late_after_three_periods_and_half_a_minute() -> None:
    run = Run(succeeded_at=1_000_000, every_seconds=15)
    assert not run.is_late(1_075_000)
    assert run.is_late(1_075_001)


def test_without_a_started_service_it_explains_and_creates_nothing(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUEUE_DATA_DIR", str(data_dir / "var"))
    assert main(["doctor", "data", "store", "worker", "deliveries", "files", "schedule"]) == 1
    output = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in output] == ["WRONG"] * 2 + ["look"] * 4
    assert f"No service was ever started in the data folder {data_dir / 'var'}: " in output[1]
    assert not list(data_dir.iterdir())


def test_an_unavailable_store_is_logged_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{free_port()}")
    asking = ("worker", "deliveries", "files", "screens", "displays")
    assert main(["doctor", "store", "settings", *asking]) == 1
    store, settings, *others = capsys.readouterr().out.splitlines()
    assert store.startswith("WRONG  store       The store at redis://127.0.0.1:")
    assert settings.startswith("ok     settings")
    assert [line.split(maxsplit=2) for line in others] == [
        ["look", part, "Not looked at, since the store cannot be asked."] for part in asking
    ]
    assert main(["doctor", "schedule"]) == 1
    assert capsys.readouterr().out.startswith("WRONG  schedule    The store at ")


def test_a_store_that_answers_one_question_in_vain_does_not_end_it(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(data_dir) as (_, client), known(data_dir):
        client.set(BRANCHES, "no set")
        assert main(["doctor", "screens", "settings"]) == 1
    screens, settings = capsys.readouterr().out.splitlines()
    assert screens.startswith("WRONG  screens     The ticket system is not answering")
    assert settings.startswith("ok     settings")


@pytest.mark.usefixtures("redis_client")
def test_with_a_store_of_its_own_address_a_folder_that_can_be_created_is_valid(
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
    assert "WRONG  store       maxmemory-policy is allkeys-lru; it has to be noeviction." in said


@pytest.fixture
def without_config(redis_client: Redis, settings: Settings) -> Iterator[str]:
    """The address of the tests' store for a user who may do all but CONFIG."""
    redis_client.acl_setuser(
        "hosted", enabled=True, passwords=["+pw"], keys=["*"], channels=["*"],
        commands=["+@all", "-config"],
    )  # fmt: skip
    path = (settings.redis_url or "").removeprefix("unix://")
    yield f"unix://hosted@{path}?password=pw"
    redis_client.acl_deluser("hosted")


@contextmanager
def changed(client: Redis, **options: str) -> Iterator[None]:
    """Other settings of the tests' store for a while."""
    names = [name.replace("_", "-") for name in options]
    before = dict[str, Any](client.config_get(*names))  # type: ignore[arg-type]  # a dict, as no pipeline is open
    try:
        for name, value in zip(names, options.values(), strict=True):
            client.config_set(name, value)
        yield
    finally:
        for name, value in before.items():
            client.config_set(name, value)


def test_a_store_that_forbids_config_is_asked_in_another_way(
    without_config: str,
    redis_client: Redis,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REDIS_URL", without_config)
    with changed(redis_client, appendfsync="always"):
        assert main(["doctor", "store"]) == 0
    output = capsys.readouterr().out
    assert "password" not in output
    assert "ok     store       appendonly is yes; it has to be yes." in output
    assert "ok     store       appendfsync is always; it has to be always." in output
    assert "ok     store       It knows the service as the user hosted." in output
    for fsync in ("everysec", "no"):
        with changed(redis_client, appendfsync=fsync):
            assert main(["doctor", "store"]) == 1
        output = capsys.readouterr().out
        assert "WRONG  store       appendfsync is not always; it has to be always." in output
    with changed(redis_client, appendonly="no", maxmemory_policy="allkeys-lru"):
        assert main(["doctor", "store"]) == 1
    output = capsys.readouterr().out
    assert "WRONG  store       appendonly is no; it has to be yes." in output
    assert "WRONG  store       maxmemory-policy is allkeys-lru; it has to be noeviction." in output


def test_the_service_warns_of_it_when_it_starts(
    without_config: str, redis_client: Redis, capfd: pytest.CaptureFixture[str]
) -> None:
    with (
        changed(redis_client, appendonly="no", maxmemory_policy="allkeys-lru"),
        tempfile.TemporaryDirectory(prefix="queue-") as folder,
        service(Path(folder), REDIS_URL=without_config, QUEUE_SAMPLE="0", QUEUE_POTR="8") as up,
    ):
        assert up.get("/readyz") == 200
        assert not (Path(folder) / "store").exists(), "no store of its own"
    assert capfd.readouterr().err.splitlines() == [
        "Warning: QUEUE_POTR is no setting of this service; did you mean QUEUE_PORT?",
        "Warning: the store may lose tickets: its appendonly is no, and has to be yes.",
        "Warning: the store's appendfsync cannot be asked: check yourself that it is always,"
        " or tickets may be lost.",
        "Warning: the store may lose tickets: its maxmemory-policy is allkeys-lru, and has to be"
        " noeviction.",
    ]


def test_a_store_that_refuses_the_login_is_reported_in_one_sentence(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    server = process.spawn(
        [str(find_server()), "--port", str(port), "--requirepass", "right", "--save", ""],
        data_dir / "log",
    )
    try:
        with connect(Settings(redis_url=f"redis://:right@127.0.0.1:{port}")) as client:
            wait_until_answers(client)
        for login, said in (
            (
                "",
                f"The store at redis://127.0.0.1:{port} wants a password, and its address has none",
            ),
            (":wrong@", "The store refuses the password in its address: "),
        ):
            monkeypatch.setenv("REDIS_URL", f"redis://{login}127.0.0.1:{port}")
            assert main(["doctor", "store"]) == 1
            output = capsys.readouterr().out
            assert said in output
            assert "HELLO" not in output
    finally:
        process.stop(server, 10)
    assert main(["doctor", "store", "web"]) == 1
    output = capsys.readouterr().out
    assert "does not answer: " in output
    assert ".." not in output.replace("127.0.0.1", "")


def test_a_file_in_place_of_the_data_folder_is_named(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (data_dir / "file").touch()
    monkeypatch.setenv("QUEUE_DATA_DIR", str(data_dir / "file"))
    assert main(["doctor", "data", "store"]) == 1
    assert capsys.readouterr().out.count(f"{data_dir / 'file'} is a file: set QUEUE_DATA_DIR") == 2
    assert main(["token", "list"]) == 1
    assert f"{data_dir / 'file'} is a file" in capsys.readouterr().err


def test_a_variable_that_is_no_setting_is_shown_with_the_nearest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUEUE_POTR", "8")
    monkeypatch.setenv("QUEUE_XYZZY_PLUGH", "1")
    assert main(["doctor", "settings"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "look   settings    QUEUE_POTR is no setting of this service; did you mean QUEUE_PORT?",
        "look   settings    QUEUE_XYZZY_PLUGH is no setting of this service.",
    ]
    monkeypatch.delenv("QUEUE_POTR")
    monkeypatch.delenv("QUEUE_XYZZY_PLUGH")
    assert main(["doctor", "settings"]) == 0
    assert "Every variable that begins with QUEUE_ is a setting." in capsys.readouterr().out


def test_a_backup_key_that_is_none_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUEUE_BACKUP_KEYS", f"age1xyz,{make_key(tmp_path / 'key')}")
    assert main(["doctor", "settings"]) == 1
    assert "WRONG  settings    QUEUE_BACKUP_KEYS has a value that is not" in capsys.readouterr().out
    monkeypatch.setenv("QUEUE_BACKUP_KEYS", make_key(tmp_path / "other"))
    assert main(["doctor", "settings"]) == 0
    assert "ok     settings    Backups are encrypted for 1 key." in capsys.readouterr().out


def test_the_certificate_that_browsers_see_is_looked_at(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    certificate = make_certificate(data_dir)
    with secured_port(certificate, clients=2) as port:
        monkeypatch.setenv("QUEUE_PUBLIC_URL", f"https://localhost:{port}")
        assert main(["doctor", "certificate"]) == 1
        assert "Browsers do not trust localhost: " in capsys.readouterr().out
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert main(["doctor", "certificate"]) == 1, "it ends in two days"
        assert "The certificate of localhost ends in 2 days." in capsys.readouterr().out
    assert main(["doctor", "certificate"]) == 0, "what is not seen is not called wrong"
    assert capsys.readouterr().out.startswith(
        "look   certificate localhost is not reached from here"
    )


def output_of(capsys: pytest.CaptureFixture[str]) -> str:
    """The output since the last read."""
    return capsys.readouterr().out


def test_replicas_that_are_waited_for_have_to_be_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    monkeypatch.setenv("QUEUE_REPLICAS_TO_WAIT", "1")
    assert main(["doctor", "store"]) == 1
    assert "WRONG  store       Replicas connected: 0;" in capsys.readouterr().out


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


def test_push_messages_need_a_real_contact_and_a_key(
    redis_client: Redis,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    monkeypatch.setenv("QUEUE_PUBLIC_URL", "https://192.168.1.20")
    assert main(["doctor", "messages"]) == 0
    assert "No push messages are offered: push services need a contact" in capsys.readouterr().out
    monkeypatch.setenv("QUEUE_PUBLIC_URL", "https://koe.holbaek.dk")
    assert main(["doctor", "messages"]) == 1
    assert "No worker has made the key" in capsys.readouterr().out
    push_keys(Queue(RedisStore(redis_client)), new_push_keys)
    assert main(["doctor", "messages"]) == 0
    assert "push services can write to https://koe.holbaek.dk." in capsys.readouterr().out


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "printer"]) == 1
    assert capsys.readouterr().err.startswith("queue-service: There is no part 'printer' to look")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "https://queue.example.dk",
            "ok     passkeys    Passkeys are for https://queue.example.dk",
        ),
        ("https://10.1.2.3", "look   passkeys    Nobody can use a passkey"),
        ("", "look   passkeys    Nobody can use a passkey"),
    ],
)
def test_an_address_without_passkeys_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], address: str, said: str
) -> None:
    monkeypatch.setenv("QUEUE_PUBLIC_URL", address)
    assert main(["doctor", "passkeys"]) == 0
    assert said in output_of(capsys)
