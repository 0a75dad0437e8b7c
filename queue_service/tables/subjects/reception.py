"""The notes of a reception, and the answers to its kiosks' calls for help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.history.rules.confidence_intervals import share_over_days
from queue_service.language.catalogues import N_
from queue_service.reception.rules import MonthlyFigures
from queue_service.reception.words import NEED_NAMES, REASON_NAMES
from queue_service.tables.model import HIDDEN, Rows
from queue_service.tables.words import Words

HELP: Final = (
    "help_calls", "help_answered", "help_unanswered", "help_cancelled", "help_withdrawn",
    "help_judged", "help_within", "help_share", "help_low", "help_high", "help_p50",
)  # fmt: skip
_KINDS: Final = {"need": N_("Need"), "first": N_("Ahead in the queue")}


def noted_rows(found: MonthlyFigures, say: Words) -> Rows:
    """A row for each need and reason that was noted; fewer than five in a month are left out."""
    parts: tuple[tuple[str, Mapping[str, int | None], Mapping[str, str]], ...] = (
        ("need", found.needs, NEED_NAMES),
        ("first", found.first, REASON_NAMES),
    )
    return {
        f"{kind}-{of}": (say(_KINDS[kind]), say(names[of]), HIDDEN if n is None else n)
        for kind, counts, names in parts
        for of, n in counts.items()
        if n != 0
    }


def help_rows(found: MonthlyFigures) -> Rows:
    """One row, where there was any call; fewer than five calls in a month are left out."""
    row = found.help
    if found.help_hidden:
        return {"all": (HIDDEN,) * len(HELP)}
    if not row.calls:
        return {}
    share = share_over_days(row.days, None, waits=True)
    results, ends = row.results.values(), (share.ratio, share.low, share.high)
    return {"all": (row.calls, *results, row.judged, row.within, *ends, row.median_seconds())}
