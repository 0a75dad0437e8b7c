"""A backup of a running service, and what a restore of it gives back."""

from __future__ import annotations

import argparse
import errno
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from shutil import disk_usage
from typing import Any, Final

import pytest
from redis import Redis

from queue_service import sample
from queue_service.access.operations import access, accounts, logins
from queue_service.access.rules.caller import Caller
from queue_service.access.store import AccessStore
from queue_service.backup import operations
from queue_service.backup.encryption import make_key
from queue_service.backup.operations import FORMAT, BackupRefused, make_backup, restore
from queue_service.board.operations.state import state
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.commands import backup
from queue_service.configuration.operations import put_branch
from queue_service.errors import NotFound, OperatorError, StoreUnavailable
from queue_service.notes.operations import add_note
from queue_service.notes.rules import MOST_NOTES
from queue_service.notes.store import NoteStore
from queue_service.paper.operations import take_sheets
from queue_service.paper.rules import SHEETS_SKIPPED
from queue_service.runtime.settings import Settings
from queue_service.store.audit_log import CREDENTIALS, log_key, totals_key
from queue_service.store.format import FORMAT as STORE_FORMAT
from queue_service.store.format import KEY, mark_format
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import BARRIER, RedisStore
from queue_service.store.server import snapshot
from queue_service.store.server.embedded import bundled_server, prepare_folder
from queue_service.store.server.snapshot import room_needed
from queue_service.visits.operations import issuing
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import Desk
from tests.programs import find_program
from tests.running import environment
from tests.store.servers import server
from tests.store.serving import serving

CLERK = Caller("clerk-token", "clerk")
KINDS = {
    "q:kinds:string": "text",
    "q:kinds:hash": {"a": "1", "æ": "ø"},
    "q:kinds:list": ["c", "a", "b"],
    "q:kinds:set": {"x", "y"},
    "q:kinds:sorted": {"first": 1.5, "second": 1795593600000123.0},
}


@pytest.fixture
def target(data_dir: Path) -> Iterator[Redis]:
    """An empty store."""
    with serving(data_dir) as (_, client):
        yield client


def issue(queue: Queue, branch: str) -> str:
    """The number of a ticket that is issued now."""
    return issuing.issue(queue, Command(branch, CLERK), "pas", channel="desk").visit.number


def content(client: Any) -> dict[str, Any]:
    """All of a store but jobs, by key, with until when each is kept."""
    read = {
        "string": client.get, "hash": client.hgetall, "set": client.smembers,
        "list": lambda key: client.lrange(key, 0, -1),
        "zset": lambda key: client.zrange(key, 0, -1, withscores=True),
        "stream": lambda key: (client.xrange(key), client.xinfo_stream(key)["last-generated-id"]),
    }  # fmt: skip
    keys = [key for key in client.scan_iter() if not key.startswith("rq:")]
    return {key: (read[client.type(key)](key), client.pexpiretime(key)) for key in keys}


RECORDED: Final = (log_key(CREDENTIALS), totals_key(CREDENTIALS))
"""The audit log, in which a restore is recorded."""


def fill(client: Any) -> None:
    """A value of each kind, one that ends, a stream that was emptied, and a job."""
    client.set("q:kinds:string", "text")
    client.hset("q:kinds:hash", mapping=KINDS["q:kinds:hash"])
    client.rpush("q:kinds:list", *KINDS["q:kinds:list"])
    client.sadd("q:kinds:set", *KINDS["q:kinds:set"])
    client.zadd("q:kinds:sorted", KINDS["q:kinds:sorted"])
    client.set("q:kinds:ending", "soon", px=3_600_000)
    client.xadd("q:kinds:emptied", {"event": "any"})
    client.xtrim("q:kinds:emptied", maxlen=0)
    client.set("rq:job:one", "run")


def test_all_comes_back_as_it_was_but_for_numbers_notes_and_jobs(
    live: Desk, redis_client: Redis, target: Redis, tmp_path: Path
) -> None:
    fill(redis_client)
    for _ in range(3):
        issue(live.queue, live.branch)
    make_backup(RedisStore(redis_client), tmp_path / "backup")
    before = content(redis_client)
    restored = restore(tmp_path / "backup", RedisStore(target))
    after = content(target)
    k = BranchKeys(live.branch)
    today = moment(live.queue.get(BranchStore).get(live.branch), live.queue.store.time()).date
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert changed <= {k.numbers(today), k.notes, k.paper_sheets, "queue:barrier", *RECORDED}
    assert "backup.restored" in str(after[RECORDED[0]])
    # Sheets that were printed after the backup was made: their number is unknown.
    assert take_sheets(Queue(RedisStore(target)), live.branch, 1) == SHEETS_SKIPPED + 1
    assert restored.numbers[live.branch]["A"] == 103
    assert target.exists("rq:job:one") == 0


def test_the_next_number_is_a_hundred_above_and_a_note_says_what_is_missing(
    live: Desk, redis_client: Redis, target: Redis, tmp_path: Path
) -> None:
    issue(live.queue, live.branch)
    make_backup(RedisStore(redis_client), tmp_path / "backup")
    on_paper = [issue(live.queue, live.branch) for _ in range(5)]
    restore(tmp_path / "backup", RedisStore(target))
    restored = Queue(RedisStore(target))
    assert issue(restored, live.branch) == "A102"
    assert "A102" not in on_paper
    branch = restored.get(BranchStore).get(live.branch)
    today = moment(branch, restored.store.time()).date
    (note,) = restored.get(NoteStore).all(branch.id)[today]
    assert note.text.startswith("Genskabt fra en sikkerhedskopi fra 20")


def test_a_day_with_all_the_notes_it_may_have_is_restored_with_one_more(
    live: Desk, redis_client: Redis, target: Redis, tmp_path: Path
) -> None:
    today = moment(live.queue.get(BranchStore).get(live.branch), live.queue.store.time()).date
    for n in range(MOST_NOTES):
        add_note(live.queue, live.branch, today, "other", f"number {n}")
    make_backup(RedisStore(redis_client), tmp_path / "backup")
    restore(tmp_path / "backup", RedisStore(target))
    notes = Queue(RedisStore(target)).get(NoteStore).all(live.branch)[today]
    assert len(notes) == MOST_NOTES + 1


def test_a_backup_under_load_and_in_the_middle_of_a_rewrite_is_whole(
    live: Desk, redis_client: Redis, target: Redis, tmp_path: Path
) -> None:
    done = threading.Event()
    issued: list[str] = []

    def load() -> None:
        while not done.is_set():
            issued.append(issue(live.queue, live.branch))

    busy = threading.Thread(target=load)
    busy.start()
    try:
        for n in range(3):
            redis_client.bgrewriteaof()
            known = len(issued)
            make_backup(RedisStore(redis_client), tmp_path / f"backup-{n}")
    finally:
        done.set()
        busy.join()
    restore(tmp_path / "backup-2", RedisStore(target))
    queue = Queue(RedisStore(target))
    visits = queue.get(VisitStore).open_visits(live.branch)
    assert set(issued[:known]) <= {visit.number for visit in visits}
    # At one instant: whatever is there has all that belongs to it.
    assert state(queue, Command(live.branch, CLERK)).today["issued"] == len(visits)


@pytest.mark.usefixtures("live")
def test_nothing_is_restored_over_data(redis_client: Redis, tmp_path: Path) -> None:
    make_backup(RedisStore(redis_client), tmp_path / "backup")
    before = content(redis_client)
    with pytest.raises(BackupRefused, match="holds data already"):
        restore(tmp_path / "backup", RedisStore(redis_client))
    assert content(redis_client) == before


def test_broken_off_it_is_made_again_and_doubles_nothing(
    live: Desk,
    redis_client: Redis,
    target: Redis,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(redis_client)
    file, other = tmp_path / "backup", tmp_path / "other"
    make_backup(RedisStore(redis_client), other)
    issue(live.queue, live.branch)
    make_backup(RedisStore(redis_client), file)
    target.set(BARRIER, "1")  # as a service that was started on it leaves it
    mark_format(target)
    writing, left = RedisStore.write, [6]

    def broken_off(store: RedisStore, build: Any) -> list[Any]:
        replies = writing(store, build)
        left[0] -= 1
        if not left[0]:
            raise StoreUnavailable("gone", retry_after=1)
        return replies

    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "_KEYS_AT_ONCE", 2)
        patch.setattr(RedisStore, "write", broken_off)
        with pytest.raises(StoreUnavailable):
            restore(file, RedisStore(target))
    assert target.dbsize() > 2
    with pytest.raises(BackupRefused, match="holds data already"):
        restore(other, RedisStore(target))
    once = snapshot._copy

    def twice(source: Any, store: RedisStore, keys: list[bytes]) -> None:
        once(source, store, keys)  # as where the connection is lost and all is sent again
        once(source, store, keys)

    monkeypatch.setattr(snapshot, "_copy", twice)
    restore(file, RedisStore(target))
    before, after = content(redis_client), content(target)
    k = BranchKeys(live.branch)
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert {key for key in changed if not key.startswith(k.numbers(""))} <= {
        k.notes,
        k.paper_sheets,
        BARRIER,
        KEY,
        *RECORDED,
    }


@pytest.mark.usefixtures("live")
def test_data_of_a_newer_version_is_refused(
    redis_client: Redis, target: Redis, tmp_path: Path
) -> None:
    redis_client.set(KEY, STORE_FORMAT + 1)
    make_backup(RedisStore(redis_client), tmp_path / "backup")
    with pytest.raises(OperatorError, match="written by a newer version"):
        restore(tmp_path / "backup", RedisStore(target))
    assert target.dbsize() == 0


@pytest.mark.usefixtures("live")
def test_a_key_that_expires_while_it_is_copied_stops_nothing(
    redis_client: Redis, target: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(redis_client)
    make_backup(RedisStore(redis_client), tmp_path / "backup")
    get = Redis.get

    def ended(client: Redis, name: Any) -> Any:
        return None if name == b"q:kinds:ending" else get(client, name)

    monkeypatch.setattr(Redis, "get", ended)
    restore(tmp_path / "backup", RedisStore(target))
    assert target.exists("q:kinds:ending", "q:kinds:string") == 1


def test_a_full_disk_is_not_reported_as_a_broken_store(
    redis_client: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_line: Any, _sink: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(snapshot, "_receive", full)
    with pytest.raises(BackupRefused, match="cannot be written: No space left"):
        make_backup(RedisStore(redis_client), tmp_path / "backup")


@pytest.mark.usefixtures("live")
def test_a_damaged_or_newer_or_other_file_is_refused_and_nothing_restored(
    redis_client: Redis, target: Redis, tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    make_backup(RedisStore(redis_client), whole)
    with zipfile.ZipFile(whole) as packed:
        about, snapshot = json.loads(packed.read("about.json")), packed.read("store.rdb")

    def packed_as(name: str, about: dict[str, Any], snapshot: bytes) -> Path:
        with zipfile.ZipFile(tmp_path / name, "w") as file:
            file.writestr("about.json", json.dumps(about))
            file.writestr("store.rdb", snapshot)
        return tmp_path / name

    spoilt, data = tmp_path / "spoilt", bytearray(whole.read_bytes())
    with zipfile.ZipFile(whole) as packed:
        begins = packed.getinfo("store.rdb").header_offset + 60
    data[begins : begins + 40] = b"\xff" * 40
    spoilt.write_bytes(data)
    about_less = {name: value for name, value in about.items() if name != "size"}

    other = tmp_path / "other"
    other.write_text("something else", encoding="utf-8")
    refused = {
        "is damaged": packed_as("cut", about, snapshot[:-1]),
        "is damaged: ": spoilt,
        "is no backup of": packed_as("less", about_less, snapshot),
        "comes from a newer version": packed_as("newer", {**about, "format": FORMAT + 1}, snapshot),
        "is no backup of this service": other,
        "cannot be read": tmp_path / "missing",
    }
    for sentence, file in refused.items():
        with pytest.raises(BackupRefused, match=sentence):
            restore(file, RedisStore(target))
    assert target.dbsize() == 0


def test_a_store_that_may_not_be_copied_says_so_and_leaves_no_file(tmp_path: Path) -> None:
    with (
        server(tmp_path / "store", "--rename-command", "SYNC", "") as (_, port),
        Redis(port=port, decode_responses=True) as client,
        pytest.raises(OperatorError, match="does not let itself be copied"),
    ):
        make_backup(RedisStore(client), tmp_path / "backup")
    assert [file.name for file in tmp_path.iterdir()] == ["store"]


@pytest.mark.usefixtures("live")
def test_a_backup_is_its_owners_alone(redis_client: Redis, tmp_path: Path) -> None:
    make_backup(RedisStore(redis_client), tmp_path / "backup")
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o600
    with pytest.raises(BackupRefused, match="cannot be written"):
        make_backup(RedisStore(redis_client), tmp_path / "missing" / "backup")


@pytest.mark.parametrize("kind", ["redis", "valkey"])
def test_it_leaves_no_other_copy_of_what_the_store_holds(kind: str, tmp_path: Path) -> None:
    redis = Path(find_program("redis-server", package="redis-server"))
    folder = prepare_folder(tmp_path)
    for left_by_an_older_version in ("dump.rdb", "temp-7.rdb"):
        (folder / left_by_an_older_version).write_bytes(b"all of it")
    with serving(tmp_path, redis if kind == "redis" else bundled_server()) as (_, client):
        fill(client)
        make_backup(RedisStore(client), tmp_path / "backup")
        assert not list(folder.glob("*.rdb"))
    assert not list(folder.glob("*.rdb"))
    assert {file.name for file in tmp_path.iterdir()} == {"store", "backup"}


def test_without_room_it_does_not_begin(small_disk: Path, tmp_path: Path) -> None:
    with serving(tmp_path) as (_, client):
        store = RedisStore(client)
        filler = small_disk / "filler"
        filler.write_bytes(bytes(disk_usage(small_disk).free - room_needed(store) + 4096))
        with pytest.raises(BackupRefused, match="has 10 MB of room, and a backup may need 11 MB"):
            make_backup(store, small_disk / "backup")
        assert client.info("stats")["sync_full"] == 0
        filler.write_bytes(bytes(disk_usage(small_disk).total - room_needed(store) - 262_144))
        make_backup(store, small_disk / "backup")


@pytest.mark.parametrize("wrote", ["redis", "valkey"])
def test_data_written_by_one_kind_of_server_is_restored_by_the_other(
    wrote: str, target: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    redis = Path(find_program("redis-server", package="redis-server"))
    binary, others = (redis, bundled_server()) if wrote == "redis" else (bundled_server(), redis)
    with serving(tmp_path / "source", binary) as (_, source):
        fill(source)
        expected = content(source)
        make_backup(RedisStore(source), tmp_path / "backup")
    monkeypatch.setattr(snapshot, "find_server", lambda: others)
    restore(tmp_path / "backup", RedisStore(target))
    assert {key: content(target)[key] for key in KINDS} == {key: expected[key] for key in KINDS}


def test_the_command_says_how_many_branches_it_has_copied(
    redis_client: Redis, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def output() -> str:
        asked = argparse.Namespace(file=tmp_path / "backup", new_key=False)
        assert backup.run(asked, settings) == 0
        return capsys.readouterr().out

    redis_client.set("rq:job:one", "run")
    of_jobs_alone = output()
    assert "backup has all of it: 0 branches (" in of_jobs_alone
    assert "is it the one that the service uses?" in of_jobs_alone
    (first, second, *_) = sample.documents().items()
    queue = Queue(RedisStore(redis_client))
    put_branch(queue, *first)
    of_one = output()
    assert "backup has all of it: 1 branch (" in of_one
    assert "uses?" not in of_one
    put_branch(queue, *second)
    assert "backup has all of it: 2 branches (" in output()


def altered_by_hand(backup: Path) -> str:
    """A copy of a backup that says another time of itself, and is whole by its own digest."""
    with zipfile.ZipFile(backup) as packed:
        content = {name: packed.read(name) for name in packed.namelist()}
    about = json.loads(content["about.json"])
    content["about.json"] = json.dumps({**about, "made_at": about["made_at"] - 1}).encode()
    altered = backup.with_name("altered")
    with zipfile.ZipFile(altered, "w") as packed:
        for name, data in content.items():
            packed.writestr(name, data)
    operations._unpack(altered, backup.parent)
    return str(altered)


def test_by_commands_a_service_moves_to_another_folder(data_dir: Path, tmp_path: Path) -> None:
    def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "queue_service", *arguments]
        given = environment(folder)
        return subprocess.run(command, env=given, capture_output=True, text=True, timeout=60)

    former, following, file = data_dir / "former", data_dir / "next", str(tmp_path / "backup")
    refused = run(former, "user", "add", "eva", "--role", "admin", "--generate")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert (
        f"No service was ever started in the data folder {former}: set QUEUE_DATA_DIR"
        in refused.stderr
    )
    assert not former.exists()
    with serving(former):
        pass
    assert run(former, "user", "add", "eva", "--role", "admin", "--generate").returncode == 0
    made = run(former, "backup", file)
    assert made.returncode == 0
    (noted,) = (line for line in made.stdout.splitlines() if line.startswith("SHA-256"))
    digest = noted.split()[-1]
    altered = altered_by_hand(Path(file))
    refused = run(following, "restore", altered, "--sha256", digest)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "is not the file that this SHA-256 was noted of" in refused.stderr
    done = run(following, "restore", file, "--sha256", digest.upper())
    assert (done.returncode, done.stderr) == (0, "")
    assert "Compare them with the last numbers on paper:" in done.stdout
    assert "Run queue-service doctor" in done.stdout
    assert "eva" in run(following, "user", "list").stdout
    again = run(following, "restore", file)
    assert again.returncode == 1
    assert again.stderr.startswith("queue-service: The store holds data already.")


def test_after_a_restore_all_logins_end_and_the_accounts_are_listed(
    live: Desk, redis_client: Redis, target: Redis, tmp_path: Path
) -> None:
    store = AccessStore(RedisStore(redis_client))
    now = store.now()
    account = accounts.add_account(store, "chef", "long enough a secret", "admin", None, now=now)
    secret = logins.begin_session(store, account)
    token, key = access.create_token(store, "supervisor", None, now=now, label="figures")
    _, link = access.create_enrolment(store, "kiosk", live.branch, now=now)
    make_backup(RedisStore(redis_client), tmp_path / "backup")
    restored = restore(tmp_path / "backup", RedisStore(target))
    back = AccessStore(RedisStore(target))
    assert access.identify(store, secret) is not None
    assert access.identify(back, secret) is None, "it may have ended since the backup"
    with pytest.raises(NotFound):
        access.find_enrolment(back, link, now=now)
    assert access.identify(back, key) == token.caller(), "it is listed, to be revoked again"
    assert ([a.name for a in restored.accounts], restored.tokens) == (["chef"], [token])


@pytest.mark.usefixtures("live")
def test_the_content_type_of_a_file_is_not_trusted(
    redis_client: Redis, target: Redis, tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    make_backup(RedisStore(redis_client), whole)
    with zipfile.ZipFile(whole) as packed:
        about = json.loads(packed.read("about.json"))
    for change in (
        {"parts": 3_000_000}, {"parts": "x"}, {"parts": 0}, {"parts": True}, {"made_at": "x"},
        {"made_at": 10**15}, {"size": -1}, {"size": "x"}, {"sha256": 1}, {"version": None},
    ):  # fmt: skip
        file = tmp_path / "changed"
        with zipfile.ZipFile(file, "w") as packed:
            packed.writestr("about.json", json.dumps({**about, **change}))
        with pytest.raises(BackupRefused, match="is no backup of this service"):
            restore(file, RedisStore(target))
    bomb = tmp_path / "bomb"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("about.json", json.dumps({**about, "size": 10}))
        packed.writestr("store.rdb", bytes(50_000_000))
    written = operations._copy
    sizes: list[int] = []

    def copied(source: Any, to: Any, most: int) -> None:
        written(source, to, most)
        sizes.append(to.tell())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "_copy", copied)
        with pytest.raises(BackupRefused, match="is damaged"):
            restore(bomb, RedisStore(target))
    assert sizes == [11]
    assert target.dbsize() == 0


@pytest.mark.usefixtures("live")
def test_a_backup_replaces_an_earlier_one_and_no_other_file(
    redis_client: Redis, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    for _ in range(2):
        make_backup(RedisStore(redis_client), file)
    public = make_key(tmp_path / "key")
    for _ in range(2):
        make_backup(RedisStore(redis_client), file, [public])
    file.write_bytes(b"")
    make_backup(RedisStore(redis_client), file)
    file.write_text("a letter", encoding="utf-8")
    with pytest.raises(BackupRefused, match="is no backup: name another file"):
        make_backup(RedisStore(redis_client), file)
    assert file.read_text(encoding="utf-8") == "a letter"
