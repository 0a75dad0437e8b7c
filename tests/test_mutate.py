"""`./dev mutate`: what it changes, what it shows of a change, and which tests look for it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from queue_service.staffing.rules.special_days import holidays
from scripts import mutate, mutated_tests

WRITTEN = """
def x_late__mutmut_orig(now: int) -> bool:
    limit = 5
    return now >= limit
def x_late__mutmut_1(now: int) -> bool:
    limit = 5
    return now > limit
"""


def test_a_survivor_is_shown_as_a_diff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = tmp_path / "queue_service" / "room" / "rules" / "late.py"
    made = tmp_path / "mutants" / rules.relative_to(tmp_path)
    for path, text in ((rules, ""), (made, WRITTEN)):
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(mutate, "ROOT", tmp_path)
    functions = mutate.functions_of("room", tmp_path)
    shown = mutate.difference(functions, "queue_service.room.rules.late.x_late__mutmut_1")
    assert shown == "     limit = 5\n-    return now >= limit\n+    return now > limit"


def test_the_share_names_those_that_only_the_time_limit_noticed() -> None:
    found = Counter({"killed": 17, "timeout": 1, "survived": 1, "no tests": 1})
    assert mutate.noticed_of(found) == 18
    assert mutate.share_noticed(found) == "18 of 20 noticed, 90.0 %, 1 as tests did not end"
    del found["timeout"]
    assert mutate.share_noticed(found) == "17 of 19 noticed, 89.5 %"
    assert mutate.share_noticed(Counter()) == "0 of 0 noticed, 0.0 %"


def test_rules_are_a_file_or_a_folder() -> None:
    found = {room: {path.name for path in mutate.rules_of(room)} for room in ("referrals", "goals")}
    assert found["referrals"] == {"rules.py"}
    assert {"goal.py", "verdicts.py"} < found["goals"]
    assert not list(mutate.rules_of("web"))


def test_a_name_that_is_no_room_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        mutate.main(["web"])
    assert "no rules in web" in capsys.readouterr().err


def test_a_rooms_own_tests_look_first_and_others_only_without_a_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone: list[str] = []

    def item(name: str, folder: str, *fixtures: str) -> Any:
        return SimpleNamespace(
            name=name, path=Path("/p/tests", folder, "test_x.py"), fixturenames=fixtures
        )

    def deselected(items: list[Any]) -> None:
        gone.extend(one.name for one in items)

    items = [
        item("stored", "goals", "redis_server"), item("others", "board"), item("own", "goals"),
        item("others stored", "board", "redis_server"),
    ]  # fmt: skip
    monkeypatch.setenv("MUTATED_ROOM", "goals")
    config: Any = SimpleNamespace(
        rootpath=Path("/p"), hook=SimpleNamespace(pytest_deselected=deselected)
    )
    mutated_tests.pytest_collection_modifyitems(config, items)
    assert [one.name for one in items] == ["own", "others", "stored"]
    assert gone == ["others stored"]


def test_a_mutant_finds_nothing_that_rules_have_cached_without_a_change() -> None:
    holidays(2026)
    assert holidays.cache_info().currsize
    mutated_tests.pytest_sessionstart()
    assert holidays.cache_info().currsize == 0


NAMES = [f"queue_service.room.rules.x_f__mutmut_{n}" for n in range(1, 41)]


def test_a_sample_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    drawn = mutate.sampled(NAMES, 10, "1 goals")
    assert drawn == mutate.sampled(NAMES, 10, "1 goals")
    assert drawn == [name for name in NAMES if name in set(drawn)]
    assert len(set(drawn)) == 10
    assert drawn != mutate.sampled(NAMES, 10, "2 goals")


@pytest.mark.parametrize("size", [40, 41])
def test_a_sample_of_more_than_there_are_is_all(size: int) -> None:
    assert mutate.sampled(NAMES, size, "1") == NAMES
