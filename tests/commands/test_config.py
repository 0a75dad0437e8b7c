"""`queue-service config`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from queue_service import sample
from queue_service.branches.store import BranchStore
from queue_service.cli import main
from queue_service.runtime.settings import Settings
from queue_service.store.keys import LOG, BranchKeys
from queue_service.store.redis_store import RedisStore

pytestmark = pytest.mark.usefixtures("redis_client", "the_store")


@pytest.fixture
def the_store(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """The command finds the tests' store, which ``redis_client`` has emptied."""
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")


def apply(folder: Path, document: Any, *more: str) -> int:
    file = folder / "branches.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    return main(["config", "apply", str(file), *more])


def exported(capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    capsys.readouterr()
    assert main(["config", "export", *more]) == 0
    return json.loads(capsys.readouterr().out)


def test_an_applied_configuration_is_exported_and_can_be_applied_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = {"branches": sample.documents()}
    assert apply(tmp_path, documents) == 0
    assert "biblioteket: created" in capsys.readouterr().out
    assert exported(capsys) == documents
    assert apply(tmp_path, exported(capsys)) == 0
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
    changed = documents["branches"]["biblioteket"] | {"name": "Another", "goals": []}
    assert apply(tmp_path, {"branches": {"biblioteket": changed}}, "--dry-run") == 0
    assert capsys.readouterr().out == "biblioteket: would be replaced: goals, name\n"
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
        ('name = "Biblioteket"', "as `queue-service config export` writes it"),
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


def test_a_file_that_is_missing_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "apply", "/nowhere.json"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
