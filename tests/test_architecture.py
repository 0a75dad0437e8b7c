"""The law of the house, read from the syntax trees; each rule is seen to fail on a breach."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from typing import Final

import pytest

from scripts.architecture import PICTURE, facts, picture, rounded
from scripts.house import (
    ABOVE,
    CAPABILITIES,
    GROUND,
    HOUSE,
    LEVELS,
    PACKAGES,
    ROOT,
    Module,
    Place,
    import_graph,
    parsed,
    place,
    within,
)

RULES_LIBRARIES: Final = frozenset(sys.stdlib_module_names) | {"queue_service"}
SHARED_RUNTIME: Final = ("queue_service.runtime.settings", "queue_service.runtime.process")
"""What meets the machine: not for rules and operations, which are told what they need."""


def upward(module: Module) -> list[str]:
    mine = place(module.name)
    return [
        f"{module.name} imports {name}"
        for name in sorted(set(module.imports()))
        if within(name, PACKAGES) and not allowed(mine, name)
    ]


def allowed(mine: Place, name: str) -> bool:
    if name in PACKAGES or name == "queue_service.__version__":
        return True
    theirs = place(name)
    if mine.level == ABOVE or mine.room == theirs.room:
        return theirs.level <= mine.level
    if mine.level == theirs.level:
        # Pages share nothing with each other but what the web gives them all.
        return theirs.order < mine.order
    return theirs.level < mine.level


def names(module: Module, library: str) -> bool:
    return any(within(name, library) for name in module.imports())


def names_redis(module: Module) -> list[str]:
    """Only the store, a capability's own part of it, the reader of events and entry points may."""
    mine = place(module.name)
    stored = mine.room in ("store", "live") or module.name.split(".")[2:3] == ["store"]
    at_home = stored or mine.level == ABOVE or mine.room == "workers"
    return [f"{module.name} names redis"] if names(module, "redis") and not at_home else []


def names_flask(module: Module) -> list[str]:
    """Only what answers requests may."""
    at_home = place(module.name).level >= LEVELS["web"]
    return [f"{module.name} names flask"] if names(module, "flask") and not at_home else []


def names_settings(module: Module) -> list[str]:
    """Rules and operations are told what they need."""
    told = 0 <= place(module.name).level <= LEVELS["text"]
    found = any(within(name, SHARED_RUNTIME) for name in module.imports())
    return [f"{module.name} reads settings"] if found and told else []


def beyond_the_standard_library(module: Module) -> list[str]:
    if place(module.name).level != LEVELS["rules"]:
        return []
    foreign = {name.split(".")[0] for name in module.imports()} - RULES_LIBRARIES
    return [f"{module.name} imports {name}" for name in sorted(foreign)]


def hidden_imports(module: Module) -> list[str]:
    functions = (n for n in ast.walk(module.tree) if isinstance(n, ast.FunctionDef))
    return [
        f"{module.name}.{function.name} imports inside"
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def reads_environment(module: Module) -> list[str]:
    found = any(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in (("os", "environ"), ("os", "getenv"))
        for node in ast.walk(module.tree)
    )
    found = found or not {"os.environ", "os.getenv"}.isdisjoint(module.imports())
    home = module.name == "queue_service.runtime.settings"
    return [f"{module.name} reads the environment"] if found and not home else []


def cycles(graph: Mapping[str, set[str]]) -> list[str]:
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> list[str]:
        if name in path:
            return [" → ".join((*path[path.index(name) :], name))]
        if name in done:
            return []
        found = [c for other in sorted(graph[name]) for c in visit(other, (*path, name))]
        done.add(name)
        return found

    return [cycle for name in sorted(graph) for cycle in visit(name, ())]


@pytest.mark.parametrize("module", HOUSE, ids=lambda module: module.name)
def test_the_house_keeps_its_law(module: Module) -> None:
    assert upward(module) == []
    assert names_redis(module) == []
    assert names_flask(module) == []
    assert names_settings(module) == []
    assert beyond_the_standard_library(module) == []
    assert hidden_imports(module) == []
    assert reads_environment(module) == []


def test_no_module_imports_itself_by_a_detour() -> None:
    assert cycles(import_graph(HOUSE)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("queue_service.visits.rules.x", "import queue_service.visits.store.changes"),
        ("queue_service.visits.rules", "from queue_service.history.rules import summary"),
        ("queue_service.branches.rules.x", "from queue_service.visits.rules.visit import Visit"),
        ("queue_service.access.store", "from queue_service.alerts.store import AlertStore"),
        ("queue_service.visits.store.x", "from queue_service.command import Queue"),
        ("queue_service.visits.operations.x", "from queue_service.board.operations import state"),
        ("queue_service.visits.operations.x", "from queue_service.web import access"),
        ("queue_service.visits.api", "from queue_service.pages import login"),
        ("queue_service.exports.make", "from queue_service.exports import api"),
        ("queue_service.store.x", "from queue_service.access.keys import AccountKeys"),
        ("queue_service.contract.x", "from queue_service.visits.contract import IssueBody"),
        ("queue_service.web.x", "from queue_service.app import create_app"),
        ("dashboards.x", "from queue_service.pages import login"),
        ("dashboards.x", "from queue_service.cli import main"),
    ],
)
def test_an_import_of_what_is_above_is_a_breach(name: str, text: str) -> None:
    assert upward(parsed(name, text))


def test_each_other_rule_can_fail() -> None:
    assert names_redis(parsed("queue_service.web.x", "import redis"))
    assert names_redis(parsed("queue_service.visits.operations.x", "from redis import Redis"))
    assert names_flask(parsed("queue_service.live.stream", "from flask import g"))
    settings = "from queue_service.runtime.settings import Settings"
    assert names_settings(parsed("queue_service.visits.operations.x", settings))
    assert beyond_the_standard_library(parsed("queue_service.goals.rules", "import pydantic"))
    assert hidden_imports(parsed("queue_service.x", "def f():\n    import os\n"))
    assert reads_environment(parsed("queue_service.x", "import os\nos.environ['A']\n"))
    assert cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == ["a → b → c → a"]


def test_the_picture_shows_the_code_as_it_is() -> None:
    anew = "Write it anew: .venv/bin/python -m scripts.architecture"
    assert PICTURE.read_text(encoding="utf-8") == picture(), anew


def test_the_picture_counts_modules_and_imports() -> None:
    imports = "import re\nfrom queue_service.visits.rules import a"
    modules = [
        parsed("queue_service.visits.rules", '"""Only a sentence."""'),
        parsed("queue_service.visits.rules.a", "import re\nimport json"),
        parsed("queue_service.history.rules.b", imports),
        parsed("queue_service.visits.store.c", imports),
        parsed("queue_service.app", imports),
    ]
    found = facts(modules)
    rules, store = LEVELS["rules"], LEVELS["store"]
    assert found.modules == {(rules, "visits"): 1, (rules, "history"): 1, (store, "visits"): 1}
    assert found.imports == {(rules, rules): 1, (store, rules): 1}
    assert [rounded(n) for n in (0, 7, 95, 317)] == [0, 7, 100, 300]


def test_every_folder_of_the_house_has_its_place() -> None:
    rooms = {file.parent.name for file in (ROOT / "queue_service").glob("*/__init__.py")}
    above = {"commands", "supervisor", "replay", "simulation", "sample"}
    assert rooms - above == {*GROUND, *CAPABILITIES, "web", "pages"} - {"errors"}
