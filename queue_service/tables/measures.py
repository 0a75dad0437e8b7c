"""Figures as columns, and what is shown of a goal."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from queue_service.goals.rules.verdicts import Share, beyond
from queue_service.tables.figures.catalogue import figure
from queue_service.tables.model import Column, Value
from queue_service.tables.words import Words
from queue_service.visits.rules.visit import ENDED_STATES

LEFT: Final = ("left_waits", "left_p50")
VISITS: Final = ("issued", *ENDED_STATES, "open", "paper", "booked")
WAITING: Final = ("waits", "waiting_mean", "waiting_p50", "waiting_p90", *LEFT)
ESTIMATES: Final = ("told_share", "estimates", "estimates_held", "alone_held", "behind_held")
FLOW: Final = ("busy_share", "idle", "queue_mean", "queue_most")
HANDLING: Final = ("inquiries", "handling_mean", "handling_p50", "handling_p90")
GOAL: Final = ("judged", "within", "share", "low", "high", "target", "verdict", "over")


def column(say: Words, figure_id: str, *, key: str = "", name: str = "") -> Column:
    """A figure as a column; ``name`` if it is not the figure's own, as words in the language."""
    known = figure(figure_id, say)
    return Column(
        key=key or figure_id,
        figure=figure_id,
        name=name or known.name,
        unit=known.unit,
        definition=known.definition,
        kind=known.kind,
    )


def grouped_column(say: Words, label: str, key: str, figure_id: str) -> Column:
    """A figure of a goal or a question, named by it."""
    name = f"{label}: {figure(figure_id, say).name}"
    return replace(column(say, figure_id, key=f"{key}:{figure_id}", name=name), group=label)


def goal_columns(say: Words, label: str, key: str) -> list[Column]:
    """The columns of a goal, each named by the goal."""
    return [replace(grouped_column(say, label, key, f), goal=key) for f in GOAL]


def shown_verdict(share: Share, *, over: bool) -> str | None:
    """A verdict as it is said; the verdict of no inquiries is None, and once all is ``over`` an
    open one is the reason for a missing verdict."""
    if not share.judged:
        return None
    return (share.undecided if over else None) or share.verdict


def goal_values(share: Share | None, target: float | None, *, over: bool = True) -> list[Value]:
    """The values of :func:`goal_columns`; nothing for a goal that a row knows nothing of."""
    if share is None:
        return [None] * len(GOAL)
    verdict = shown_verdict(share, over=over)
    counts = share.judged, share.within
    return [*counts, share.ratio, share.low, share.high, target, verdict, _over(share, target)]


def _over(share: Share, target: float | None) -> Value:
    if target is None or not share.judged:
        return None
    return max(0, beyond(share.judged, share.within, target))
