"""The law of the house, read from the syntax trees; each rule is seen to fail on a breach."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parent.parent
PACKAGES: Final = ("queue_service", "workers", "dashboards")

GROUND: Final = ("errors", "language", "runtime", "store", "notify", "contract")
"""What knows no capability; each may import those before it."""

CAPABILITIES: Final = (
    "access", "branches", "visits", "goals", "history", "notes", "insight", "devices", "counters",
    "board", "alerts", "charts", "tables", "reports", "exports", "removal", "metrics", "live",
)  # fmt: skip
"""A new one is a folder and a name here. At one level each may import those before it."""

LEVELS: Final[Mapping[str, int]] = {
    "rules": 0,
    "contract": 1, "keys": 1, "store": 1,
    "command": 2,
    "operations": 3,
    "text": 4,
    "web": 5,
    "api": 6,
    "pages": 7, "dashboards": 7, "workers": 7,
}  # fmt: skip
"""The parts of a capability, and what stands between them: nothing imports what is above it.

A capability's other modules are operations. What is nowhere here is an entry point or wiring.
"""

ABOVE: Final = max(LEVELS.values()) + 1
RULES_LIBRARIES: Final = frozenset(sys.stdlib_module_names) | {"queue_service"}
SHARED_RUNTIME: Final = ("queue_service.runtime.settings", "queue_service.runtime.process")
"""What meets the machine: not for rules and operations, which are told what they need."""


@dataclass(frozen=True, slots=True)
class Module:
    """A module and its syntax tree."""

    name: str
    tree: ast.Module

    def imports(self) -> Iterator[str]:
        """Every module it imports, by its full name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parsed(name: str, text: str) -> Module:
    return Module(name, ast.parse(text))


def modules() -> list[Module]:
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    return [parsed(name_of(file), file.read_text(encoding="utf-8")) for file in files]


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def within(name: str, homes: tuple[str, ...] | str) -> bool:
    homes = (homes,) if isinstance(homes, str) else homes
    return any(name == home or name.startswith(f"{home}.") for home in homes)


class Place(NamedTuple):
    """Where a module stands: its level, and its place in the order that holds at that level."""

    level: int
    order: int
    room: str


def place(name: str) -> Place:
    """The level is the second part of a capability's path, or the whole of what is none."""
    package, *parts = name.split(".")
    room = parts[0] if package == "queue_service" and parts else package
    if room in GROUND:
        return Place(-1, GROUND.index(room), room)
    if room in CAPABILITIES:
        part = parts[1] if len(parts) > 1 else "rules"
        return Place(LEVELS.get(part, LEVELS["operations"]), CAPABILITIES.index(room), room)
    return Place(LEVELS.get(room, ABOVE), 0, room)


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


def import_graph(all_modules: list[Module]) -> dict[str, set[str]]:
    names = {module.name for module in all_modules}
    return {m.name: {n for n in direct(m, names) if n != m.name} for m in all_modules}


def direct(module: Module, names: set[str]) -> Iterator[str]:
    """What it imports, where a module taken from a package is that module and not the package."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom) and node.module in names:
            full = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in names else str(node.module) for name in full)


HOUSE: Final = modules()


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


def test_every_folder_of_the_house_has_its_place() -> None:
    rooms = {file.parent.name for file in (ROOT / "queue_service").glob("*/__init__.py")}
    above = {"commands", "supervisor", "replay", "simulation", "sample"}
    assert rooms - above == {*GROUND, *CAPABILITIES, "web", "pages"} - {"errors"}
