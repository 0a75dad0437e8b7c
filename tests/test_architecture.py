"""The law of the house, read from the syntax trees; each rule is seen to fail on a breach."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
PACKAGES: Final = ("queue_service", "workers", "dashboards")

LAYERS: Final[Mapping[str, int]] = {
    "queue_service.domain": 0,
    "queue_service.contract": 1,
    "queue_service.store": 1,
    "queue_service.charts": 1,
    "queue_service.metrics": 2,
    "queue_service.live": 2,
    "queue_service.operations": 2,
    "queue_service.tables": 3,
    "queue_service.alert_text": 4,
    "queue_service.reports": 4,
    "queue_service.exports": 5,
    "queue_service.web": 6,
    "dashboards": 6,
    "workers": 6,
}
"""Nothing imports what is above it. What is not here is an entry point or wiring."""

SETTINGS: Final = frozenset({"queue_service.settings", "queue_service.process"})
"""Beside the layers: plain values that entry points and the store's connection read."""

TOOLS: Final = (
    "queue_service.mail",
    "queue_service.webhook",
    "queue_service.language",
    "queue_service.logs",
)
"""Beside the layers as well: they know settings and nothing of queues."""

ENTRY_POINTS: Final = (
    "queue_service.app",
    "queue_service.cli",
    "queue_service.commands",
    "queue_service.supervisor",
    "queue_service.replay",
    "queue_service.simulation",
    "queue_service.first_start",
    "queue_service.wsgi",
    "queue_service.gunicorn_conf",
    "queue_service.web_server",
    "queue_service.data_folder",
    "queue_service.__main__",
    "workers",
)
REDIS_HOMES: Final = ("queue_service.store", "queue_service.live", *ENTRY_POINTS)
FLASK_HOMES: Final = ("queue_service.web", "dashboards", "queue_service.app")


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


def layer(name: str) -> str | None:
    return next((home for home in LAYERS if within(name, home)), None)


def upward(module: Module) -> list[str]:
    mine = layer(module.name)
    if mine is None:
        return []
    others = {(name, layer(name)) for name in module.imports() if within(name, PACKAGES)}
    return [
        f"{module.name} imports {name}"
        for name, theirs in sorted(others)
        if (theirs is None and not allowed_aside(mine, name))
        or (theirs not in (None, mine) and not below(mine, str(theirs)))
    ]


def allowed_aside(mine: str, name: str) -> bool:
    """Settings and starting programs: for the parts that meet the machine."""
    if name in PACKAGES or name == "queue_service.__version__":
        return True
    said = LAYERS[mine] > 2 and within(name, "queue_service.language")  # figures in words
    outer = mine in ("queue_service.store", "queue_service.web", "workers", "dashboards")
    aside = (*SETTINGS, *TOOLS, "queue_service.data_folder")
    return said or (outer and within(name, aside))


def below(mine: str, theirs: str) -> bool:
    if mine == "queue_service.contract":
        return theirs == "queue_service.domain"
    if mine == "queue_service.metrics":
        return theirs in ("queue_service.store", "queue_service.domain")
    if mine == "queue_service.operations":
        return theirs in ("queue_service.store", "queue_service.domain")
    if mine == "queue_service.live":
        return theirs != "queue_service.operations"  # it measures how late its events are
    if mine == "dashboards" and theirs == "queue_service.web":
        return True  # the same layer: pages share their door, look and language
    return LAYERS[theirs] < LAYERS[mine]


def misplaced(module: Module, library: str, homes: tuple[str, ...]) -> list[str]:
    named = any(within(name, library) for name in module.imports())
    return [f"{module.name} names {library}"] if named and not within(module.name, homes) else []


def beyond_the_standard_library(module: Module) -> list[str]:
    if not within(module.name, "queue_service.domain"):
        return []
    foreign = {name.split(".")[0] for name in module.imports()} - set(sys.stdlib_module_names)
    return [f"{module.name} imports {name}" for name in sorted(foreign - {"queue_service"})]


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
    home = module.name == "queue_service.settings"
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
    assert misplaced(module, "redis", REDIS_HOMES) == []
    assert misplaced(module, "flask", FLASK_HOMES) == []
    assert beyond_the_standard_library(module) == []
    assert hidden_imports(module) == []
    assert reads_environment(module) == []


def test_no_module_imports_itself_by_a_detour() -> None:
    assert cycles(import_graph(HOUSE)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("queue_service.domain.x", "import queue_service.store.keys"),
        ("queue_service.store.x", "from queue_service.operations import queue"),
        ("queue_service.operations.x", "from queue_service.web import access"),
        ("queue_service.operations.x", "from queue_service.settings import Settings"),
        ("queue_service.metrics.x", "from queue_service.operations.queue import Queue"),
        ("queue_service.contract.x", "from queue_service.store.keys import LOG"),
        ("queue_service.web.x", "from queue_service.app import create_app"),
    ],
)
def test_an_import_of_what_is_above_is_a_breach(name: str, text: str) -> None:
    assert upward(parsed(name, text))


def test_each_other_rule_can_fail() -> None:
    assert misplaced(parsed("queue_service.web.x", "import redis"), "redis", REDIS_HOMES)
    assert misplaced(parsed("queue_service.live", "from flask import g"), "flask", FLASK_HOMES)
    assert beyond_the_standard_library(parsed("queue_service.domain.x", "import pydantic"))
    assert hidden_imports(parsed("queue_service.x", "def f():\n    import os\n"))
    assert reads_environment(parsed("queue_service.x", "import os\nos.environ['A']\n"))
    assert cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == ["a → b → c → a"]
