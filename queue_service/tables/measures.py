"""What each figure of a row comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from queue_service.days.rules.figures import DurationSpread, Row
from queue_service.days.rules.flow import Flow
from queue_service.goals.rules.shares import Share, beyond
from queue_service.tables.definitions import figure
from queue_service.tables.model import Column, Value
from queue_service.tables.words import Words
from queue_service.visits.rules.visit import ENDED_STATES, FIRST_CONTACT, OUTCOMES

_HOUR_MS: Final = 3_600_000
LEFT: Final = ("left_waits", "left_p50")
VISITS: Final = ("issued", *ENDED_STATES, "open", "paper")
WAITING: Final = ("waits", "waiting_mean", "waiting_p50", "waiting_p90", *LEFT)
ESTIMATES: Final = ("told_share", "estimates", "estimates_held", "alone_held", "behind_held")
FLOW: Final = ("busy_share", "idle", "queue_mean", "queue_most")
HANDLING: Final = ("inquiries", "handling_mean", "handling_p50", "handling_p90")
GOAL: Final = ("judged", "within", "share", "low", "high", "target", "verdict", "over")


@dataclass(frozen=True, slots=True)
class RowContext:
    """A row beside the whole that it is part of. Times in seconds, shares from 0 to 1."""

    row: Row
    whole: Row
    waiting: DurationSpread
    handling: DurationSpread
    left: DurationSpread | None

    @classmethod
    def of(cls, row: Row, whole: Row) -> RowContext:
        """With its percentiles, which are worked out once."""
        waiting, handling = row.visits.durations.spread(), row.inquiries.durations.spread()
        return cls(row, whole, waiting, handling, row.left_spread())

    def visits(self, name: str) -> int:
        """A count of visits."""
        return self.row.visits[name]

    def inquiries(self, name: str) -> int:
        """A count of inquiries."""
        return self.row.inquiries[name]


def ratio(part: float, whole: float) -> float | None:
    """None of nothing."""
    return part / whole if whole else None


def column(
    say: Words, figure_id: str, *, key: str = "", name: str = "", goal: str | None = None
) -> Column:
    """A figure as a column; ``name`` where it is not the figure's own, as words in the language."""
    known = figure(figure_id, say)
    return Column(
        key=key or figure_id,
        figure=figure_id,
        name=name or known.name,
        unit=known.unit,
        definition=known.definition,
        kind=known.kind,
        goal=goal,
    )


def goal_columns(say: Words, label: str, key: str) -> list[Column]:
    """What is told of a goal, each named by the goal."""
    return [
        replace(
            column(say, f, key=f"{key}:{f}", name=f"{label}: {figure(f, say).name}", goal=key),
            group=label,
        )
        for f in GOAL
    ]


def shown_verdict(share: Share, *, over: bool) -> str | None:
    """A verdict as it is said; one of nothing is None, and open no more once all is ``over``."""
    if not share.judged:
        return None
    return "few" if over and share.verdict == "open" else share.verdict


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


def values(context: RowContext, figures: Sequence[str], *, existed: bool = True) -> list[Value]:
    """The values of these figures; nothing, and not 0, of when the branch did not exist."""
    if not existed:
        return [None] * len(figures)
    return [_VALUES[figure](context) for figure in figures]


def _open(context: RowContext) -> Value:
    return context.visits("issued") - sum(context.visits(state) for state in ENDED_STATES)


def _first_contact(context: RowContext) -> Value:
    return ratio(sum(context.inquiries(outcome) for outcome in FIRST_CONTACT), context.row.outcomes)


def _continued_per_visit(context: RowContext) -> Value:
    continued = context.inquiries("continued")
    return ratio(continued, context.handling.n - continued)


def _of_issued(state: str) -> Callable[[RowContext], Value]:
    return lambda context: ratio(context.visits(state), context.visits("issued"))


def _of_inquiries(name: str) -> Callable[[RowContext], Value]:
    return lambda context: ratio(context.inquiries(name), context.handling.n)


def _of_flow(value: Callable[[Flow], Value]) -> Callable[[RowContext], Value]:
    return lambda context: None if context.row.flow is None else value(context.row.flow)


def _visits(name: str) -> Callable[[RowContext], Value]:
    return lambda context: context.visits(name)


def _outcome(name: str) -> Callable[[RowContext], Value]:
    return lambda context: context.inquiries(name) if _outcomes_known(context) else None


def _outcome_share(name: str) -> Callable[[RowContext], Value]:
    return lambda context: ratio(context.inquiries(name), context.row.outcomes)


def _outcomes_known(context: RowContext) -> bool:
    return bool(context.row.outcomes or not context.handling.n)


def _inquiries(name: str) -> Callable[[RowContext], Value]:
    return lambda context: context.inquiries(name)


_VALUES: Final[Mapping[str, Callable[[RowContext], Value]]] = {
    **{name: _visits(name) for name in ("issued", *ENDED_STATES, "paper")},
    "paper_inquiries": _inquiries("paper"),
    **{name: _outcome(name) for name in OUTCOMES},
    **{f"{name}_share": _outcome_share(name) for name in OUTCOMES},
    **{name: _inquiries(name) for name in ("quick", "continued")},
    "quick_share": _of_inquiries("quick"),
    "open": _open,
    "no_show_share": _of_issued("no_show"),
    "abandoned_share": _of_issued("abandoned"),
    "incomplete_share": _of_issued("incomplete"),
    "issued_share": lambda s: ratio(s.visits("issued"), s.whole.visits["issued"]),
    "waits": lambda s: s.waiting.n,
    "waiting_mean": lambda s: s.waiting.mean,
    "waiting_p50": lambda s: s.waiting.p50,
    "waiting_p90": lambda s: s.waiting.p90,
    "estimates": lambda s: s.visits("estimates"),
    "estimates_held": lambda s: ratio(s.visits("estimates_held"), s.visits("estimates")),
    "told_share": lambda s: ratio(s.visits("told"), s.visits("numbers")),
    "alone_held": lambda s: ratio(s.visits("alone_held"), s.visits("alone")),
    "behind_held": lambda s: ratio(s.visits("behind_held"), s.visits("behind")),
    "left_waits": lambda s: None if s.left is None else s.left.n,
    "left_p50": lambda s: None if s.left is None else s.left.p50,
    "inquiries": lambda s: s.handling.n,
    "inquiries_share": lambda s: ratio(s.handling.n, s.whole.inquiries.durations.n),
    "handling_mean": lambda s: s.handling.mean,
    "handling_p50": lambda s: s.handling.p50,
    "handling_p90": lambda s: s.handling.p90,
    "first_contact": _first_contact,
    "busy_share": _of_flow(lambda flow: ratio(flow.busy_ms, flow.open_ms)),
    "idle": _of_flow(lambda flow: flow.idle_ms / _HOUR_MS if flow.open_ms else None),
    "queue_mean": _of_flow(lambda flow: ratio(flow.waited_ms, flow.span_ms)),
    "queue_most": _of_flow(lambda flow: flow.most),
    "continued_per_visit": _continued_per_visit,
    "stood_mean": lambda s: ratio(s.inquiries("stood_ms") / 1000, s.handling.n),
    "walk_mean": lambda s: ratio(s.visits("walked_ms") / 1000, s.visits("walks")),
}
