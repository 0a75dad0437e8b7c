"""Drawing a chart. It takes some 50 ms, the first in a process half a second, and holds it up.

What is drawn has presentation attributes only: no script, no style, nothing from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import vl_convert

from queue_service.charts.look import Chart

_DANISH: Final = {**vl_convert.get_format_locale("da-DK"), "percent": "\N{NO-BREAK SPACE}%"}
"""Danish has a space before the sign."""
_LOCALES: Final[Mapping[str, dict[str, Any]]] = {
    "da": _DANISH,
    "en": vl_convert.get_format_locale("en-GB"),
}
_NEVER: Final[list[str]] = []
"""From where a chart may load data."""


def draw(chart: Chart) -> str:
    """The chart as SVG. Raises ValueError for one that cannot be drawn."""
    locale = _LOCALES.get(chart["usermeta"]["language"], _LOCALES["en"])
    return vl_convert.vegalite_to_svg(chart, allowed_base_urls=_NEVER, format_locale=locale)
