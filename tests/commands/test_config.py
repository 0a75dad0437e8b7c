"""`queue-service config`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from queue_service import sample
from queue_service.access.operations import access
from queue_service.access.operations.accounts import add_account
from queue_service.access.rules.caller import Caller
from queue_service.access.store import AccessStore
from queue_service.bookings.operations.booking import book
from queue_service.bookings.operations.slots import free_slots
from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.branches.store import BranchStore
from queue_service.cli import main
from queue_service.command import Command, Queue
from queue_service.configuration.history import history
from queue_service.configuration.operations import put_branch
from queue_service.runtime.settings import Settings
from queue_service.store.keys import LOG, BranchKeys
from queue_service.store.redis_store import RedisStore
from tests.bookings.booked import offer

pytestmark = pytest.mark.usefixtures("redis_client", "the_store")


@pytest.fixture
def the_store(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """The command finds the tests' store, which ``redis_client`` has emptied."""
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")


ADMIN = Caller("acc_1", "admin", kind="account", name="chef")
BUS = """
[branches.bussen]  # a comment stays in the file
name = "Bussen"
opening_hours.mon = [["09:00", "15:00"]]
hours_exceptions = [{ date = 2026-12-24, note.da = "Jul" }]
services = [{ id = "pas", name = { da = "Pas" }, prefix = "A" }]
"""


def apply(folder: Path, document: Any, *more: str, name: str = "branches.json") -> int:
    file = folder / name
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    return main(["config", "apply", str(file), *more])


def with_revisions(capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    capsys.readouterr()
    assert main(["config", "export", *more]) == 0
    return json.loads(capsys.readouterr().out)


def exported(capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    """The exported documents, without revisions."""
    found = with_revisions(capsys, *more)
    for document in found["branches"].values():
        del document["revision"]
    return found


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The library as it is exported, with its revision."""
    apply(tmp_path, {"branches": {"biblioteket": sample.documents()["biblioteket"]}})
    found: dict[str, Any] = with_revisions(capsys)
    return found


def by_browser(client: Redis, **changes: Any) -> None:
    queue = Queue(RedisStore(client))
    put_branch(queue, "biblioteket", sample.documents()["biblioteket"] | changes, by=ADMIN)


def test_an_applied_configuration_is_exported_and_can_be_applied_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = {"branches": sample.documents()}
    assert apply(tmp_path, documents) == 0
    assert "biblioteket: created" in capsys.readouterr().out
    assert exported(capsys) == documents
    assert apply(tmp_path, with_revisions(capsys)) == 0
    assert "biblioteket: unchanged" in capsys.readouterr().out
    documents["branches"]["biblioteket"]["name"] = "Another"
    assert apply(tmp_path, documents) == 0
    output = capsys.readouterr().out
    assert "biblioteket: replaced" in output
    assert "raadhuset: unchanged" in output


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = {"branches": {"biblioteket": sample.documents()["biblioteket"]}}
    assert apply(tmp_path, documents, "--dry-run") == 0
    assert capsys.readouterr().out == "biblioteket: would be created\n"
    assert exported(capsys) == {"branches": {}}
    assert apply(tmp_path, documents) == 0
    capsys.readouterr()
    assert apply(tmp_path, documents, "--dry-run") == 0
    assert capsys.readouterr().out == "biblioteket: would be unchanged\n"
    changes = {"name": "Another", "retention_days": 30}
    changed = documents["branches"]["biblioteket"] | changes
    assert apply(tmp_path, {"branches": {"biblioteket": changed}}, "--dry-run") == 0
    assert capsys.readouterr().out == (
        "biblioteket: would be replaced\n"
        "  Name: Biblioteket → Another\n"
        "  Days that visits are kept: 90 → 30\n"
    )
    assert exported(capsys) == documents


def test_an_unchanged_configuration_notifies_no_page_and_keeps_its_revision(
    tmp_path: Path, redis_client: Redis
) -> None:
    documents = {"branches": sample.documents()}
    assert apply(tmp_path, documents) == 0
    events = BranchKeys("biblioteket").events
    before = redis_client.xlen(events), redis_client.xlen(LOG)
    branches = BranchStore(RedisStore(redis_client))
    revision = branches.get("biblioteket").revision
    assert apply(tmp_path, documents) == 0
    assert (redis_client.xlen(events), redis_client.xlen(LOG)) == before
    branches.forget("biblioteket")
    assert branches.get("biblioteket").revision == revision


def test_toml_is_applied_again_and_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], redis_client: Redis
) -> None:
    assert apply(tmp_path, BUS, name="bus.toml") == 0
    bus = exported(capsys)["branches"]["bussen"]
    assert bus["hours_exceptions"] == [{"date": "2026-12-24", "hours": [], "note": {"da": "Jul"}}]
    later = BUS.replace("15:00", "16:00")
    for _ in range(2):
        assert apply(tmp_path, later, name="without-an-ending") == 0
    assert capsys.readouterr().out.endswith("bussen: unchanged\n")
    assert len(history(Queue(RedisStore(redis_client)), "bussen").changes) == 2


def test_appointments_are_configured_in_toml(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"""{BUS}
[branches.bussen.bookings]
late_seconds = 600
[[branches.bussen.bookings.offers]]
service = "pas"
length_minutes = 20
at_once = 2
walk_in_percent = 30
week.mon = [["09:00", "12:00"]]
exceptions = [{{ date = 2026-12-24 }}]
"""
    assert apply(tmp_path, text, name="bus.toml") == 0
    bookings = exported(capsys)["branches"]["bussen"]["bookings"]
    (offer,) = bookings["offers"]
    assert (bookings["late_seconds"], offer["length_minutes"], offer["at_once"]) == (600, 20, 2)
    assert offer["week"] == {"mon": [["09:00", "12:00"]]}
    assert offer["exceptions"] == [{"date": "2026-12-24", "hours": []}]
    wrong = text.replace("walk_in_percent = 30", "walk_in_percent = 101")
    assert apply(tmp_path, wrong, name="bus.toml") == 1
    assert "bookings.offers[0].walk_in_percent" in capsys.readouterr().err


def test_a_change_is_reported_with_its_revision(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], library: dict[str, Any]
) -> None:
    library["branches"]["biblioteket"]["retention_days"] = 30
    assert apply(tmp_path, library) == 0
    output = capsys.readouterr().out
    revision = with_revisions(capsys)["branches"]["biblioteket"]["revision"]
    assert output == (
        f"biblioteket: replaced, now revision {revision}\n  Days that visits are kept: 90 → 30\n"
    )
    # The file still has the revision before; nothing is left to change.
    assert apply(tmp_path, library) == 0
    assert capsys.readouterr().out == "biblioteket: unchanged\n"


@pytest.mark.parametrize("revision", [True, False])
@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_a_change_by_somebody_else_is_not_overwritten(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    library: dict[str, Any],
    redis_client: Redis,
    revision: bool,
    more: list[str],
) -> None:
    by_browser(redis_client, name="Byens hus")
    wanted = library["branches"]["biblioteket"]
    wanted["retention_days"] = 30
    if not revision:
        del wanted["revision"]
    library["branches"]["andet"] = {"name": "Andet", "services": []}
    assert apply(tmp_path, library, *more) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Nothing was changed: ")
    assert " by chef, and the file was made before\n" in said.err
    assert ("  Name: Biblioteket → Byens hus\n" in said.err) == revision
    assert "config export --branch biblioteket`" in said.err
    kept = exported(capsys)["branches"]
    assert kept.keys() == {"biblioteket"}
    assert (kept["biblioteket"]["name"], kept["biblioteket"]["retention_days"]) == ("Byens hus", 90)
    # As the sentence says: the changes in a new export.
    now = with_revisions(capsys)
    now["branches"]["biblioteket"]["retention_days"] = 30
    assert apply(tmp_path, now) == 0


def test_a_file_that_is_in_force_already_is_never_refused(
    tmp_path: Path, library: dict[str, Any], redis_client: Redis
) -> None:
    by_browser(redis_client, retention_days=30)
    library["branches"]["biblioteket"]["retention_days"] = 30
    assert apply(tmp_path, library) == 0


def test_a_file_of_another_installation_makes_a_branch_and_replaces_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bus = {"id": "bussen", "revision": "elsewhere", "name": "Bussen", "services": []}
    assert apply(tmp_path, bus) == 0
    assert apply(tmp_path, bus | {"name": "Bogbussen"}) == 3
    assert "by Operator at the machine, and the file was made before" in capsys.readouterr().err
    assert apply(tmp_path, bus | {"revision": 7}) == 1
    assert "bussen: revision It must be as it was taken out." in capsys.readouterr().err


@pytest.mark.usefixtures("library")
def test_an_export_has_no_secret(capsys: pytest.CaptureFixture[str], redis_client: Redis) -> None:
    known = AccessStore(RedisStore(redis_client))
    now = known.now()
    add_account(known, "chef", "en meget lang adgangskode", "admin", None, now=now)
    _, token = access.create_token(known, "kiosk", "biblioteket", now=now)
    _, code = access.create_enrolment(known, "display", "biblioteket", now=now)
    main(["config", "export"])
    printed = capsys.readouterr().out
    assert not any(secret in printed for secret in (token, code, "chef", "adgangskode"))


def test_one_branch_is_named_by_its_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert apply(tmp_path, {"id": "bussen", "name": "Bussen", "services": []}) == 0
    assert exported(capsys, "--branch", "bussen")["branches"].keys() == {"bussen"}


def test_one_branch_without_its_id_is_named_on_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = {"name": "Bussen", "services": []}
    assert apply(tmp_path, bare) == 1
    assert "holds one branch without its id: name it with --branch ID." in capsys.readouterr().err
    assert apply(tmp_path, bare, "--branch", "bussen") == 0
    assert exported(capsys)["branches"].keys() == {"bussen"}


def test_one_branch_of_a_file_can_be_applied_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = {"branches": sample.documents()}
    assert apply(tmp_path, documents, "--branch", "nowhere") == 1
    assert "holds no branch “nowhere”: it holds biblioteket, " in capsys.readouterr().err
    assert apply(tmp_path, documents, "--branch", "raadhuset") == 0
    assert exported(capsys)["branches"].keys() == {"raadhuset"}


def test_historic_branches_are_exported_only_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    apply(tmp_path, {"id": "replay-x", "name": "X", "services": [], "historic": True})
    assert exported(capsys) == {"branches": {}}
    assert exported(capsys, "--branch", "replay-x")["branches"].keys() == {"replay-x"}


def test_one_wrong_branch_leaves_all_unchanged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {"name": "", "services": [{"id": "pas", "name": {"da": "Pas"}, "prefix": "a"}]}
    branches = {"right": {"name": "Right", "services": []}, "wrong": wrong}
    assert apply(tmp_path, {"branches": branches}) == 1
    said = capsys.readouterr().err
    assert "wrong: name It must be a text on one line that is not empty." in said
    assert "wrong: services[0].prefix It must be one to three capital letters" in said
    assert exported(capsys) == {"branches": {}}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("{", "not readable JSON"),
        ('name = "Biblioteket"', "not readable JSON"),
        ([], "holds no configuration"),
        ({"branches": []}, "holds no configuration"),
        ({"services": []}, "holds no configuration"),
        ({"id": "Bussen", "name": "Bussen", "services": []}, "small letter"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], document: Any, reason: str
) -> None:
    assert apply(tmp_path, document) == 1
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('name = "Bussen', "not readable TOML"),
        ("limit = nan", "not readable TOML: NaN is not JSON"),
        ("", "holds no configuration"),
        (BUS.replace("mon", "mandag"), "bussen: opening_hours.mandag"),
        (BUS.replace('"09:00"', "09:00:00"), "bussen: opening_hours.mon[0][0]"),
    ],
)
def test_toml_that_cannot_be_used_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, reason: str
) -> None:
    assert apply(tmp_path, text, name="bus.toml") == 1
    assert reason in capsys.readouterr().err


def test_a_file_that_is_missing_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "apply", "/nowhere.json"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_dry_run_says_how_many_appointments_it_meets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], redis_client: Redis
) -> None:
    week = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
    offers = [offer(week=week, notice_minutes=0)]
    document = {**sample.documents()["biblioteket"], "opening_hours": week}
    document |= {"hours_exceptions": [], "bookings": {"offers": offers}}
    documents = {"branches": {"biblioteket": document}}
    assert apply(tmp_path, documents) == 0
    queue = Queue(RedisStore(redis_client))
    branch = queue.get(BranchStore).current("biblioteket")
    last = free_slots(queue, branch, "pas", queue.store.time())[-1]
    book(queue, Command("biblioteket", ADMIN), "pas", last.starts_at)
    capsys.readouterr()
    document["bookings"] = {"offers": [offer(week={}, notice_minutes=0)]}
    assert apply(tmp_path, documents, "--dry-run") == 0
    assert "  1 citizen with an appointment loses the time.\n" in capsys.readouterr().out
