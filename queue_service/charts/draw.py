"""Drawing a chart. It takes some 50 ms, the first in a process half a second, and holds it up.

The drawing has presentation attributes only: no script, no style, no external resource.
"""

from __future__ import annotations

from typing import Any, Final

import vl_convert

from queue_service.charts.style import Chart
from queue_service.language.wording import Wording

_NEVER: Final[list[str]] = []
"""From where a chart may load data."""


def draw(chart: Chart) -> str:
    """The chart as SVG. Raises ValueError for one that cannot be drawn."""
    say = Wording(chart["usermeta"]["language"])
    locale: dict[str, Any] = {
        "decimal": say.decimal_mark,
        "thousands": say.thousands_mark,
        "grouping": [3],
        "currency": ["", ""],
        "percent": say.percent_sign,
    }
    return vl_convert.vegalite_to_svg(chart, allowed_base_urls=_NEVER, format_locale=locale)
