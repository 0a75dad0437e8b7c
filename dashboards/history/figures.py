"""The key figures of a period beside those it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dashboards.history.against import Against
from queue_service.history.operations.history import Past
from queue_service.history.rules.figures import Row
from queue_service.insight.rules.compare import Verdict
from queue_service.language.catalogues import N_
from queue_service.tables.definitions import figure
from queue_service.tables.measures import Seen, values
from queue_service.tables.model import Kind, Value
from queue_service.tables.writing import Writing

GROUPS: Final = (
    ("issued", "inquiries"),
    ("waiting_p50", "waiting_p90", "waiting_mean", "left_p50"),
    ("handling_p50", "handling_p90", "handling_mean"),
    ("busy_share", "queue_most"),
    ("first_contact",),
    ("abandoned", "no_show", "incomplete"),
)
"""Figures by their ids; each group is about one thing."""

_SHARES: Final = {name: f"{name}_share" for name in ("abandoned", "no_show", "incomplete")}
_COMPARED: Final[Mapping[str, str]] = {
    "issued": "arrivals",
    "waiting_mean": "waiting",
    "handling_mean": "handling",
    "first_contact": "first_contact",
    "abandoned": "abandoned",
    "no_show": "no_show",
    "incomplete": "incomplete",
}
"""Which comparison speaks of a figure; of the number of visits, that by open day."""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure as it is read. ``part`` is its share, for a loss; ``other`` the other side's value.

    ``opens`` the first of a group.
    """

    id: str
    name: str
    value: str
    part: str
    other: str
    compared: Verdict | None
    opens: bool


def key_figures(seen: Past, other: Against | None, writing: Writing) -> list[KeyFigure]:
    """The figures of all groups."""
    mine = _values(seen.total, existed=seen.existed())
    theirs = _values(other.row, existed=other.existed) if other else _values(Row(), existed=False)
    return [
        KeyFigure(
            name,
            figure(name, writing.say).name,
            _written(mine, name, writing),
            _part(mine, name, writing),
            _whole(theirs, name, writing) if other else "",
            other.verdict(_COMPARED[name]) if other and name in _COMPARED else None,
            name == group[0],
        )
        for group in GROUPS
        for name in group
    ]


def _values(row: Row, *, existed: bool) -> Mapping[str, Value]:
    names = [name for group in GROUPS for name in group] + ["left_waits", *_SHARES.values()]
    return dict(zip(names, values(Seen.of(row, row), names, existed=existed), strict=True))


def _written(known: Mapping[str, Value], name: str, writing: Writing) -> str:
    kind: Kind = figure(name, writing.say).kind
    return writing.value(known[name], kind)


def _part(known: Mapping[str, Value], name: str, writing: Writing) -> str:
    if name == "left_p50" and known["left_waits"]:
        return writing.say(N_("{n} gave up"), n=writing.value(known["left_waits"], "count"))
    return writing.value(known[_SHARES[name]], "ratio") if name in _SHARES else ""


def _whole(known: Mapping[str, Value], name: str, writing: Writing) -> str:
    part = _part(known, name, writing)
    text = _written(known, name, writing)
    return f"{text} ({part})" if part else text
