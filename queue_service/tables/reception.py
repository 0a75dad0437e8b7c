"""What a reception noted, and how its kiosks' calls for help were answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.history.rules.suppression import SMALLEST
from queue_service.language.catalogues import N_
from queue_service.reception.operations import ReceptionFigures
from queue_service.reception.words import NEED_NAMES, REASON_NAMES
from queue_service.tables.measures import column
from queue_service.tables.model import HIDDEN, Table, Value
from queue_service.tables.words import Words

_HELP: Final = (
    "help_calls", "help_answered", "help_unanswered", "help_cancelled", "help_withdrawn",
    "help_judged", "help_within", "help_share", "help_low", "help_high", "help_p50",
)  # fmt: skip


_KINDS: Final = {"need": N_("Need"), "first": N_("Ahead in the queue")}


def shown(n: int) -> Value:
    """A count of people, which fewer than five are not told of."""
    return HIDDEN if 0 < n < SMALLEST else n


def noted_table(found: ReceptionFigures | None, say: Words, title: str) -> Table:
    """A row for each need and reason that was noted; fewer than five are left out."""
    rows: dict[str, tuple[Value, ...]] = {}
    if found:
        parts: tuple[tuple[str, Mapping[str, int], Mapping[str, str]], ...] = (
            ("need", found.total.needs, NEED_NAMES),
            ("first", found.total.first, REASON_NAMES),
        )
        rows = {
            f"{kind}-{of}": (say(_KINDS[kind]), say(names[of]), shown(n))
            for kind, counts, names in parts
            for of, n in counts.items()
            if n
        }
    columns = tuple(column(say, name) for name in ("noted_kind", "noted", "noted_visits"))
    return Table("noted", say(title), columns, tuple(rows), tuple(rows.values()))


def help_table(found: ReceptionFigures | None, say: Words, title: str) -> Table:
    """One row, where there was any call; fewer than five calls are left out."""
    columns = tuple(column(say, name) for name in _HELP)
    if found is None or not found.total.help.calls:
        return Table("help", say(title), columns, (), ())
    return Table("help", say(title), columns, ("all",), (_help(found),))


def _help(found: ReceptionFigures) -> tuple[Value, ...]:
    row = found.total.help
    if row.calls < SMALLEST:
        return (HIDDEN,) * len(_HELP)
    share = row.share()
    ends = share.ratio, share.low, share.high
    return (
        row.calls, *row.results.values(), row.judged, row.within, *ends, row.median_seconds()
    )  # fmt: skip
