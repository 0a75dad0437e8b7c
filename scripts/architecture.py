"""The architecture as a picture: `.venv/bin/python -m scripts.architecture` writes it.

Everything is read: the two tables and the imports from `scripts/house.py`, by which the law of
imports is checked too, and the colours from `queue_service/palette.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Final, NamedTuple

from queue_service.palette import PALETTE
from scripts.house import CAPABILITIES, GROUND, HOUSE, LEVELS, ROOT, Module, import_graph, place

PICTURE: Final = ROOT / "docs" / "architecture.svg"

GROUND_ROW: Final = -1
NAMES: Final[Mapping[int, str]] = {
    GROUND_ROW: "the ground",
    LEVELS["rules"]: "rules",
    LEVELS["store"]: "contract, keys, store",
    LEVELS["command"]: "command",
    LEVELS["operations"]: "operations",
    LEVELS["text"]: "text",
    LEVELS["web"]: "web",
    LEVELS["api"]: "api",
    LEVELS["pages"]: "pages, workers",
}
"""What each row is called, from the bottom."""

LEFT: Final = 190
RIGHT: Final = 110
COLUMN: Final = 50
ROW: Final = 46
TOP: Final = 200
GAP: Final = 4
WIDTH: Final = LEFT + COLUMN * len(CAPABILITIES) + RIGHT
HEIGHT: Final = TOP + ROW * len(NAMES) + 24
MARGIN: Final = LEFT + COLUMN * len(CAPABILITIES) + 12

LIGHT: Final[Mapping[str, str]] = {
    "page": "paper", "box": "primary-soft", "edge": "primary", "text": "ink", "soft": "ink-soft",
}  # fmt: skip
DARK: Final[Mapping[str, str]] = {
    "page": "ink", "box": "primary-deep", "edge": "primary-soft", "text": "on-dark", "soft": "line",
}  # fmt: skip
"""Each part of the picture with the stylesheet's name of its colour."""


class Cell(NamedTuple):
    """Where modules stand in the picture; without a room it is as wide as the row."""

    level: int
    room: str


class Facts(NamedTuple):
    """How many modules stand in each cell, and how many imports lead from level to level."""

    modules: Counter[Cell]
    imports: Counter[tuple[int, int]]


def facts(modules: list[Module]) -> Facts:
    """What the syntax trees say, without empty modules and entry points, which import anything."""
    graph = import_graph(modules)
    told = (module.name for module in modules if len(module.tree.body) > 1)
    cells = {name: cell_of(name) for name in told}
    drawn = {name: cell for name, cell in cells.items() if cell.level in NAMES}
    pairs = ((drawn[a], drawn[b]) for a in drawn for b in graph[a] if b in drawn)
    between = (pair for pair in pairs if pair[0] != pair[1])
    return Facts(Counter(drawn.values()), Counter((a.level, b.level) for a, b in between))


def cell_of(name: str) -> Cell:
    """The row and the column of a module."""
    level, _, room, _ = place(name)
    return Cell(level, room)


def picture() -> str:
    """The whole SVG."""
    found = facts(HOUSE)
    parts = [*heading(), *columns(), *rows(found)]
    return "\n".join([*opening(), *parts, "</svg>", ""])


def opening() -> Iterator[str]:
    """The size, the colours in light and in dark, and what is read aloud."""
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" aria-labelledby="title">'
    )
    yield '<title id="title">The levels of the code, the capabilities, and the imports</title>'
    font = '"Atkinson Hyperlegible Next", "Segoe UI", "DejaVu Sans", Arial, sans-serif'
    yield f"<style>text {{ font: 15px {font} }} .head {{ font-size: 20px; font-weight: 600 }}"
    yield from colours(LIGHT)
    yield "@media (prefers-color-scheme: dark) {"
    yield from colours(DARK)
    yield "}</style>"
    yield f'<rect class="page" width="{WIDTH}" height="{HEIGHT}"/>'


def colours(names: Mapping[str, str]) -> Iterator[str]:
    """The rules of one scheme."""
    colour = {part: PALETTE[name] for part, name in names.items()}
    yield f".page {{ fill: {colour['page']} }} text {{ fill: {colour['text']} }}"
    yield f".soft {{ fill: {colour['soft']} }}"
    yield f".box {{ fill: {colour['box']}; stroke: {colour['edge']} }}"


def heading() -> Iterator[str]:
    """What the picture is about."""
    yield text(24, 40, "Who may import whom", "head")
    lines = (
        "A module imports what stands below it (↓) and, in its own row, what stands before it (←).",
        "In a box: about how many modules. At a row's end: about how many imports lead from it.",
        "Entry points and wiring import anything and are left out.",
    )
    for nth, line in enumerate(lines):
        yield text(24, 66 + 20 * nth, line, "soft")


def columns() -> Iterator[str]:
    """The capabilities' names, slanted so that all are readable."""
    for nth, name in enumerate(CAPABILITIES):
        x, y = LEFT + COLUMN * nth + COLUMN // 2, TOP - 10
        turned = f' transform="rotate(-45 {x} {y})"'
        yield f'<text x="{x}" y="{y}"{turned}>{escape(name)}</text>'


def rows(found: Facts) -> Iterator[str]:
    """Each level with its boxes, and at its end how many imports lead from it."""
    for level in sorted(NAMES, reverse=True):
        y = top_of(level)
        yield text(24, y + ROW // 2 + 5, NAMES[level])
        yield from boxes(level, y, found.modules)
        below, beside = down(level, found.imports), found.imports[level, level]
        told = f"{below} ↓ {beside} ←"
        yield text(MARGIN, y + ROW // 2 + 5, told, "soft")


def down(level: int, imports: Mapping[tuple[int, int], int]) -> int:
    """How many imports lead from a level to those below it."""
    return sum(n for (mine, theirs), n in imports.items() if level == mine > theirs)


def top_of(level: int) -> int:
    """Where a row begins; the lowest level lies at the bottom."""
    return TOP + ROW * (max(NAMES) - level)


def boxes(level: int, y: int, modules: Mapping[Cell, int]) -> Iterator[str]:
    """A box for each capability that is there, or for each part of a row that is nobody's."""
    rooms = {cell.room: n for cell, n in modules.items() if cell.level == level}
    for nth, room in enumerate(CAPABILITIES):
        if room in rooms:
            yield from box(LEFT + COLUMN * nth, y, COLUMN, str(rooms[room]))
    others = sorted(set(rooms) - set(CAPABILITIES), key=in_order)
    if others:
        wide = COLUMN * len(CAPABILITIES) // len(others)
        for nth, room in enumerate(others):
            yield from box(LEFT + wide * nth, y, wide, f"{room} {rooms[room]}")


def in_order(room: str) -> tuple[int, str]:
    """The ground in its own order, all others by name."""
    return (GROUND.index(room) if room in GROUND else len(GROUND), room)


def box(x: int, y: int, wide: int, label: str) -> Iterable[str]:
    """A box with a word in its middle."""
    inner = f'width="{wide - GAP}" height="{ROW - GAP * 2}" rx="6"'
    yield f'<rect class="box" x="{x + GAP // 2}" y="{y + GAP}" {inner}/>'
    middle = f'x="{x + wide // 2}" y="{y + ROW // 2 + 5}" text-anchor="middle"'
    yield f"<text {middle}>{escape(label)}</text>"


def text(x: int, y: int, words: str, kind: str = "") -> str:
    """A line of text."""
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{y}"{named}>{escape(words)}</text>'


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
