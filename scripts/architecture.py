"""The architecture as a picture: `.venv/bin/python -m scripts.architecture` writes it.

Everything is read: the order, the parts and the imports from `scripts/rooms.py`, by which the law
of imports is checked too, and the colours from `queue_service/palette.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Final, NamedTuple

from queue_service.palette import PALETTE
from scripts.rooms import MODULES, ROOMS, ROOT, Module, import_graph, place

PICTURE: Final = ROOT / "docs" / "architecture.svg"

COLUMNS: Final = ("rules", "contract, keys, store", "operations", "text, as_json", "api, pages")
"""The parts of a room, by their level."""

LEFT: Final = 150
COLUMN: Final = 158
ROW: Final = 24
TOP: Final = 150
GAP: Final = 2
RIGHT: Final = 200
WIDTH: Final = LEFT + COLUMN * len(COLUMNS) + RIGHT
ENTRY_POINTS: Final = ("wsgi", "cli", "__main__")

LIGHT: Final[Mapping[str, str]] = {
    "page": "paper", "box": "primary-soft", "edge": "primary", "text": "ink", "soft": "ink-soft",
}  # fmt: skip
DARK: Final[Mapping[str, str]] = {
    "page": "ink", "box": "primary-deep", "edge": "primary-soft", "text": "on-dark", "soft": "line",
}  # fmt: skip
"""Each part of the picture with the stylesheet's name of its colour."""


class Box(NamedTuple):
    """A part of a room."""

    room: str
    level: int


class Facts(NamedTuple):
    """How many modules are in each box, and which rooms a room imports."""

    modules: Counter[Box]
    imports: Mapping[str, set[str]]


def facts(modules: list[Module]) -> Facts:
    """The counts and imports of the syntax trees, without modules that have a docstring alone."""
    graph = import_graph(modules)
    boxes = {m.name: box_of(m.name) for m in modules if len(m.tree.body) > 1}
    imports: dict[str, set[str]] = defaultdict(set)
    for name, box in boxes.items():
        imports[box.room] |= {boxes[other].room for other in graph[name] if other in boxes}
    return Facts(Counter(boxes.values()), {room: to - {room} for room, to in imports.items()})


def box_of(name: str) -> Box:
    """The row and the column of a module."""
    found = place(name)
    return Box(found.room, found.level)


def picture() -> str:
    """The whole SVG."""
    found = facts(
        [m for m in MODULES if m.name not in ("queue_service", "queue_service.__version__")]
    )
    shown = [room for room in reversed(ROOMS) if room not in ENTRY_POINTS]
    height = TOP + ROW * len(shown) + 20
    parts = [*heading(), *columns(), *rows(found, shown)]
    return "\n".join([*opening(height), *parts, "</svg>", ""])


def opening(height: int) -> Iterator[str]:
    """The size, the colours in light and in dark, and what is read aloud."""
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" aria-labelledby="title">'
    )
    yield '<title id="title">The rooms of the code in their order, and their parts</title>'
    font = '"Atkinson Hyperlegible Next", "Segoe UI", "DejaVu Sans", Arial, sans-serif'
    yield f"<style>text {{ font: 15px {font} }} .head {{ font-size: 20px; font-weight: 600 }}"
    yield from colours(LIGHT)
    yield "@media (prefers-color-scheme: dark) {"
    yield from colours(DARK)
    yield "}</style>"
    yield f'<rect class="page" width="{WIDTH}" height="{height}"/>'


def colours(names: Mapping[str, str]) -> Iterator[str]:
    """The rules of one scheme."""
    colour = {part: PALETTE[name] for part, name in names.items()}
    yield f".page {{ fill: {colour['page']} }} text {{ fill: {colour['text']} }}"
    yield f".soft {{ fill: {colour['soft']} }}"
    yield f".box {{ fill: {colour['box']}; stroke: {colour['edge']} }}"


def heading() -> Iterator[str]:
    """The heading of the picture."""
    yield text(24, 40, "Who may import whom", "head")
    lines = (
        "A room imports the rooms below it alone, and a part no part to its right.",
        "In a box: about how many modules. At the end of a row: how many rooms it imports.",
    )
    for nth, line in enumerate(lines):
        yield text(24, 66 + 20 * nth, line, "soft")


def columns() -> Iterator[str]:
    """The names of the parts."""
    for nth, name in enumerate(COLUMNS):
        x = LEFT + COLUMN * nth + COLUMN // 2
        yield f'<text x="{x}" y="{TOP - 12}" text-anchor="middle">{escape(name)}</text>'


def rows(found: Facts, shown: Iterable[str]) -> Iterator[str]:
    """Each room with its boxes, the last one of the order first."""
    for nth, room in enumerate(shown):
        y = TOP + ROW * nth
        yield text(24, y + ROW // 2 + 5, room)
        for level in range(len(COLUMNS)):
            if n := found.modules[Box(room, level)]:
                yield from box(LEFT + COLUMN * level, y, COLUMN, str(n))
        yield text(
            WIDTH - RIGHT + 16, y + ROW // 2 + 5, f"{len(found.imports.get(room, ()))} ↓", "soft"
        )


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
