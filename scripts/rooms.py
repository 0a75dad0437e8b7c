"""The order of rooms, the parts of a room, and every module from its syntax tree.

`tests/test_architecture.py` compares every import with them; `scripts/architecture.py` draws them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parent.parent
PACKAGES: Final = ("queue_service", "workers", "dashboards")

ROOMS: Final = (
    "errors", "palette", "language", "contract", "runtime", "store", "notify", "access", "passkeys",
    "clerk_pins", "command", "web",
    "goals", "branches", "people", "visits", "days", "devices", "printers", "screens", "counters",
    "staff_calls", "notes", "booking_days", "playbook", "bookings", "interventions",
    "feedback", "contacts", "history", "waits", "satisfaction", "configuration",
    "booking_figures", "speech", "reception", "board", "closing", "insight", "staffing", "lifeline",
    "referrals", "tables", "alerts", "charts", "reports", "exports",
    "audit", "tokens", "video", "events", "webhooks", "live", "following", "reminders", "paper",
    "mobile", "public",
    "metrics", "removal", "backup", "privacy",
    "pages", "dashboards", "app", "simulation", "sample", "replay", "supervisor", "workers",
    "commands", "wsgi", "cli", "__main__",
)  # fmt: skip
"""Every room in the one order: it imports those before it alone. A new one is a name here."""

PARTS: Final[Mapping[str, int]] = {
    "rules": 0,
    "contract": 1, "keys": 1, "store": 1,
    "operations": 2,
    "text": 3, "as_json": 3,
    "visible": 4, "api": 4,
}  # fmt: skip
"""The parts of a room: none imports what is above it, in its own room or another.

A room's other modules are operations.
"""

OF_ONE_PART: Final[Mapping[str, str]] = {
    "errors": "rules", "palette": "rules", "language": "rules", "contract": "rules",
    "runtime": "store", "store": "store", "notify": "store", "command": "operations",
} | dict.fromkeys((*ROOMS[ROOMS.index("pages"):], "web"), "api")  # fmt: skip
"""Rooms that are of one part as a whole."""


OF_NO_ROOM: Final = ("queue_service", "queue_service.__version__")
"""The package itself, which anybody may import."""


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
    """Every module of a room."""
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    named = {name_of(file): file for file in files}
    return [
        Module(name, file.read_text(encoding="utf-8"))
        for name, file in named.items()
        if name not in OF_NO_ROOM
    ]


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def within(name: str, homes: tuple[str, ...] | str) -> bool:
    homes = (homes,) if isinstance(homes, str) else homes
    return any(name == home or name.startswith(f"{home}.") for home in homes)


class Place(NamedTuple):
    """The place of a module: its room, the room's place in the order, and the level of its part."""

    room: str
    order: int
    part: str

    @property
    def level(self) -> int:
        """The level of its part; 0 is the lowest."""
        return PARTS[self.part]


@cache
def place(name: str) -> Place:
    """The place of a module of this name. Raises ValueError for one of no room."""
    package, *parts = name.split(".")
    room = parts.pop(0) if package == "queue_service" and parts else package
    part = OF_ONE_PART.get(room) or next((p for p in parts[:1] if p in PARTS), "operations")
    # A room's own description, without code.
    if not parts and room not in OF_ONE_PART:
        part = "rules"
    return Place(room, ROOMS.index(room), part)


def import_graph(all_modules: list[Module]) -> dict[str, set[str]]:
    names = {module.name for module in all_modules}
    return {m.name: {n for n in direct(m, names) if n != m.name} for m in all_modules}


def direct(module: Module, names: set[str]) -> Iterator[str]:
    """Its imports; a module taken from a package counts as that module, not as the package."""
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom) and node.module in names:
            full = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in names else str(node.module) for name in full)


MODULES: Final = modules()
