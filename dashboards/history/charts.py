"""The pictures of a page: kept when the page is made, drawn when a browser asks for them.

A page names each chart by its digest. A browser fetches the pictures it comes to see, so a page
never waits for one.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import queue_service.web
from queue_service.charts.look import FONT, Chart
from queue_service.charts.renderer import Renderer
from queue_service.charts.store import ChartStore
from queue_service.errors import NotFound

PENCIL: Final = Renderer()
"""One for each process."""

_FONT_FILE: Final = (
    Path(queue_service.web.__file__).parent
    / "static/fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2"
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart of a page: two digests, for a wide and a narrow screen, and what it says in words."""

    wide: str
    narrow: str
    said: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart before it is kept: its two sizes, and what it says in words."""

    wide: Chart
    narrow: Chart
    said: str


def keep(store: ChartStore, branch: str, drawings: Mapping[str, Drawing]) -> dict[str, Picture]:
    """The pictures of a page, by their names on it."""
    charts = [chart for drawing in drawings.values() for chart in (drawing.wide, drawing.narrow)]
    digests = store.keep(branch, charts) if charts else []
    pairs: Iterable[tuple[str, str]] = zip(digests[::2], digests[1::2], strict=True)
    return {
        name: Picture(wide, narrow, drawing.said)
        for (name, drawing), (wide, narrow) in zip(drawings.items(), pairs, strict=True)
    }


def picture(store: ChartStore, branch: str, digest: str) -> str:
    """A chart's SVG, whole in itself. Raises NotFound, and NotDrawn when it cannot be drawn."""
    found = store.find(branch, digest)
    if found is None:
        raise NotFound("There is no such chart any more; load its page again.")
    spec, svg = found
    if svg is None:
        svg = PENCIL.draw(_chart(spec))
        store.drawn(branch, digest, svg)
    return with_font(svg)


def with_font(svg: str) -> str:
    """A picture that stands alone has to bring its letters along: it may load nothing."""
    head, mark, rest = svg.partition(">")
    return f"{head}{mark}<style>{_font_face()}</style>{rest}"


def _chart(spec: Any) -> Chart:
    return dict(spec)


@cache
def _font_face() -> str:
    data = b64encode(_FONT_FILE.read_bytes()).decode()
    source = f'src:url("data:font/woff2;base64,{data}") format("woff2")'
    return f'@font-face{{font-family:"{FONT}";font-weight:200 800;{source}}}'
