"""Service goals: are they met, by how much, and which service decides it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.grafana.parts import BRANCH, COUNT, SHARE, course, dashboard, last_hour, number, of
from queue_service.metrics.families import (
    INQUIRIES,
    JUDGED,
    RETURNED_JUDGED,
    RETURNED_WITHIN,
    TARGET,
    WITHIN,
    Family,
)

_GOAL: Final = "{{branch}} {{goal}}"


def _grown(family: Family, returned: Family) -> str:
    """The judged inquiries of the chosen period, less those that an undo has taken back."""
    judged, undone = (
        f"sum by (branch, goal) (increase({of(each)}[$__range]))" for each in (family, returned)
    )
    return f"({judged} - {undone})"


_JUDGED: Final = _grown(JUDGED, RETURNED_JUDGED)
_WITHIN: Final = _grown(WITHIN, RETURNED_WITHIN)
_TARGET: Final = f"max by (branch, goal) ({of(TARGET)})"


def _last_hour(family: Family, returned: Family) -> str:
    by = "goal, service"
    return f"({last_hour(family, by)} - {last_hour(returned, by)})"


def build() -> Dashboard:
    """The dashboard."""
    return dashboard(
        "queue-goals",
        "Service goals",
        "Whether the service goals are met. The board at /dashboards is exact for today; this shows"
        " how it went over time, from counters that never fall, less what undos have taken back.",
        (*_numbers(), *_over_time()),
    )


def _numbers() -> Iterator[Builder[Panel]]:
    yield number(
        "Within the goal, last hour",
        "The share within each goal in the last hour. Nothing is shown where nothing was"
        " judged, and for an hour after counters went backwards.",
        SHARE,
        (f"branch_goal:queue_goal:ratio1h{{{BRANCH}}}", _GOAL),
    )
    yield number(
        "Within the goal, time shown",
        "The share within each goal over the time chosen above.",
        SHARE,
        (f"{_WITHIN} / ({_JUDGED} > 0)", _GOAL),
    )
    yield number(
        "Judged, time shown",
        "How many inquiries or waits each goal has judged over the time chosen above. A"
        " share over few of them says little.",
        COUNT,
        (_JUDGED, _GOAL),
    )
    yield number(
        "Misses it can still take, time shown",
        "How many more misses each goal can take over the time chosen above: within ÷ target"
        " - judged. Below zero the goal is missed.",
        COUNT,
        (f"floor({_WITHIN} / on (branch, goal) {_TARGET} - {_JUDGED})", _GOAL),
    )


def _over_time() -> Iterator[Builder[Panel]]:
    yield course(
        "Share within the goal",
        "The share of the last hour, the target, and the upper end of the Wilson interval (at"
        " z = 2.58 and more) of that hour, or of the day where the hour judged under 25. While"
        " that end is below the target, the miss is no chance.",
        SHARE,
        (f"branch_goal:queue_goal:ratio1h{{{BRANCH}}}", f"{_GOAL} last hour"),
        (f"branch_goal:queue_goal:wilson_upper{{{BRANCH}}}", f"{_GOAL} at best"),
        (_TARGET, f"{_GOAL} target"),
    )
    yield course(
        "Share within the goal, by service",
        "Which service decides it: the share of the last hour by goal and service.",
        SHARE,
        (
            f"{_last_hour(WITHIN, RETURNED_WITHIN)} / ({_last_hour(JUDGED, RETURNED_JUDGED)} > 0)",
            "{{goal}} {{service}}",
        ),
    )
    yield course(
        "Judged per hour, by service",
        "The number judged for the shares next to it.",
        COUNT,
        (_last_hour(JUDGED, RETURNED_JUDGED), "{{goal}} {{service}}"),
        stacked=True,
    )
    yield course(
        "Outcomes per hour",
        "How inquiries ended. Resolved and self-service are first contact.",
        COUNT,
        (last_hour(INQUIRIES, "outcome"), "{{outcome}}"),
        stacked=True,
    )
