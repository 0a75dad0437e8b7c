"""Counters and demand: what comes in, what it takes, and who is there to do it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.grafana.parts import (
    BRANCH,
    COUNT,
    SECONDS,
    SHARE,
    course,
    dashboard,
    last_hour,
    number,
    of,
    quantile,
    spread,
)
from queue_service.metrics.families import COUNTERS, ENDED, HANDLING_TIME, INQUIRIES, ISSUED

_HANDLING: Final = HANDLING_TIME.name
_AT_WORK: Final = ',state!~"closed|paused"'
_SERVING: Final = ',state="serving"'
_COMPLETED: Final = ',state="completed"'


def build() -> Dashboard:
    """The dashboard."""
    return dashboard(
        "queue-demand",
        "Counters and demand",
        "What citizens come for and when, how long it takes, and how many counters are there for"
        " it.",
        (*_numbers(), *_over_time()),
    )


def _numbers() -> Iterator[Builder[Panel]]:
    yield number(
        "Numbers given, last hour",
        "Visits begun within the hour, walk-ins and calls among them.",
        COUNT,
        (last_hour(ISSUED, "branch"), "{{branch}}"),
    )
    yield number(
        "Inquiries completed, last hour",
        "One visit may hold several.",
        COUNT,
        (last_hour(INQUIRIES, "branch"), "{{branch}}"),
    )
    yield number(
        "Counters open now",
        "Free, calling or serving.",
        COUNT,
        (f"branch:queue_counters_open:sum{{{BRANCH}}}", "{{branch}}"),
    )
    yield number(
        "Inquiries per visit, time shown",
        "Inquiries completed for each visit completed, over the time chosen above.",
        COUNT,
        (
            f"sum by (branch) (increase({of(INQUIRIES)}[$__range]))"
            f" / (sum by (branch) (increase({of(ENDED, _COMPLETED)}[$__range])) > 0)",
            "{{branch}}",
        ),
    )


def _over_time() -> Iterator[Builder[Panel]]:
    yield course(
        "Numbers given per hour, by service",
        "What people come for, and when.",
        COUNT,
        (last_hour(ISSUED, "service"), "{{service}}"),
        stacked=True,
    )
    yield course(
        "Counters open and needed",
        "Counters that are open, and the work that came within the hour, in counters:"
        " numbers given times the mean handling time of the last six hours. A queue grows"
        " while more is needed than is open.",
        COUNT,
        (f"sum(branch:queue_counters_open:sum{{{BRANCH}}})", "open"),
        (
            f"sum(increase({of(ISSUED)}[1h])) / 3600"
            f" * sum(increase({_HANDLING}_sum{{{BRANCH}}}[6h]))"
            f" / sum(increase({_HANDLING}_count{{{BRANCH}}}[6h]))",
            "needed",
        ),
    )
    yield course(
        "Counters by state",
        "What the counters do. Called: the citizen has not come yet.",
        COUNT,
        (f"sum by (state) ({of(COUNTERS)})", "{{state}}"),
        stacked=True,
    )
    yield course(
        "Counters at work",
        "The share of open counters where somebody is served.",
        SHARE,
        (
            f"sum({of(COUNTERS, _SERVING)}) / (sum({of(COUNTERS, _AT_WORK)}) > 0)",
            "serving",
        ),
    )
    yield course(
        "Handling time",
        "Half, and nine in ten, of the inquiries completed within the hour took at most so"
        " long, without parked time.",
        SECONDS,
        (quantile(0.5, _HANDLING, "", BRANCH, "1h"), "half"),
        (quantile(0.9, _HANDLING, "", BRANCH, "1h"), "nine in ten"),
    )
    yield spread(
        "How handling times lie",
        "Inquiries by how long they took, darker for more of them.",
        HANDLING_TIME,
    )
