"""What a reception noted, and how its kiosks' calls for help were answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.history.rules.ratio import share_over_days
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


def noted_table(found: ReceptionFigures | None, say: Words, title: str) -> Table:
    """A row for each need and reason that was noted; fewer than five in a month are left out."""
    rows: dict[str, tuple[Value, ...]] = {}
    if found:
        parts: tuple[tuple[str, Mapping[str, int | None], Mapping[str, str]], ...] = (
            ("need", found.total.needs, NEED_NAMES),
            ("first", found.total.first, REASON_NAMES),
        )
        rows = {
            f"{kind}-{of}": (say(_KINDS[kind]), say(names[of]), HIDDEN if n is None else n)
            for kind, counts, names in parts
            for of, n in counts.items()
            if n != 0
        }
    columns = tuple(column(say, name) for name in ("noted_kind", "noted", "noted_visits"))
    return Table("noted", say(title), columns, tuple(rows), tuple(rows.values()))


def help_table(found: ReceptionFigures | None, say: Words, title: str) -> Table:
    """One row, where there was any call; fewer than five calls in a month are left out."""
    columns = tuple(column(say, name) for name in _HELP)
    if found is None or not (found.total.help.calls or found.total.help_hidden):
        return Table("help", say(title), columns, (), ())
    return Table("help", say(title), columns, ("all",), (_help(found),))


def _help(found: ReceptionFigures) -> tuple[Value, ...]:
    row = found.total.help
    if found.total.help_hidden:
        return (HIDDEN,) * len(_HELP)
    share = share_over_days(row.days.values(), None)
    ends = share.ratio, share.low, share.high
    return (
        row.calls, *row.results.values(), row.judged, row.within, *ends, row.median_seconds()
    )  # fmt: skip
