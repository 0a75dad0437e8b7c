"""The modules of the house from their syntax trees, and the two tables that say where each stands.

`tests/test_architecture.py` holds every import against them; `scripts/architecture.py` draws them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parent.parent
PACKAGES: Final = ("queue_service", "workers", "dashboards")

GROUND: Final = ("errors", "palette", "language", "runtime", "store", "notify", "contract")
"""What knows no capability; each may import those before it."""

CAPABILITIES: Final = (
    "access", "branches", "visits", "goals", "history", "notes", "feedback", "contacts", "lifeline",
    "referrals", "reception", "playbook", "insight", "devices", "interventions", "counters",
    "video", "board", "mobile", "alerts", "events", "webhooks", "charts", "tables", "reports",
    "paper", "exports", "removal", "backup", "metrics", "live",
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


@dataclass(frozen=True)
class Module:
    """A module and its text."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree, made when it is first asked for."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of its syntax tree."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """Every module it imports, by its full name."""
        return tuple(self._imports())

    def _imports(self) -> Iterator[str]:
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules() -> list[Module]:
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    return [Module(name_of(file), file.read_text(encoding="utf-8")) for file in files]


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
    part: str = ""


def place(name: str) -> Place:
    """The level is the second part of a capability's path, or the whole of what is none."""
    package, *parts = name.split(".")
    room = parts[0] if package == "queue_service" and parts else package
    if room in GROUND:
        return Place(-1, GROUND.index(room), room)
    if room in CAPABILITIES:
        part = parts[1] if len(parts) > 1 else "rules"
        level = LEVELS.get(part, LEVELS["operations"])
        return Place(level, CAPABILITIES.index(room), room, part)
    return Place(LEVELS.get(room, ABOVE), 0, room)


def import_graph(all_modules: list[Module]) -> dict[str, set[str]]:
    names = {module.name for module in all_modules}
    return {m.name: {n for n in direct(m, names) if n != m.name} for m in all_modules}


def direct(module: Module, names: set[str]) -> Iterator[str]:
    """What it imports, where a module taken from a package is that module and not the package."""
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom) and node.module in names:
            full = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in names else str(node.module) for name in full)


HOUSE: Final = modules()
