"""The waiting room: who waits, for how long, and who leaves."""

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
from queue_service.metrics.families import ENDED, ISSUED, RETURNED, WAITING, WAITING_TIME

_LOST: Final = ',state!="completed"'
_WAIT: Final = WAITING_TIME.name


def build() -> Dashboard:
    """The dashboard."""
    return dashboard(
        "queue-waiting-room",
        "Waiting room",
        "Who waits now, how long people have waited until they were first called, and who left.",
        (*_numbers(), *_over_time()),
    )


def _numbers() -> Iterator[Builder[Panel]]:
    yield number(
        "Waiting now",
        "People who have a number and have not been called.",
        COUNT,
        (f"sum by (branch) ({of(WAITING)})", "{{branch}}"),
    )
    yield number(
        "Longest wait now",
        "How long the longest-waiting visit has waited. Empty if the queue is empty.",
        SECONDS,
        (f"branch:queue_longest_wait:seconds{{{BRANCH}}}", "{{branch}}"),
        none="empty queue",
    )
    yield number(
        "Half waited at most, last hour",
        "The median of the waits that ended in the last hour, as exact as its bucket.",
        SECONDS,
        (quantile(0.5, _WAIT, "branch", BRANCH, "1h"), "{{branch}}"),
    )
    yield number(
        "Nine in ten waited at most, last hour",
        "The 90th percentile of the waits that ended in the last hour.",
        SECONDS,
        (quantile(0.9, _WAIT, "branch", BRANCH, "1h"), "{{branch}}"),
    )


def _over_time() -> Iterator[Builder[Panel]]:
    yield course(
        "Waiting, by service",
        "How many wait for each service.",
        COUNT,
        (f"sum by (service) ({of(WAITING)})", "{{service}}"),
        stacked=True,
    )
    yield course(
        "Waits until the first call",
        "Half, and nine in ten, of those called within the hour waited at most so long.",
        SECONDS,
        (quantile(0.5, _WAIT, "", BRANCH, "1h"), "half"),
        (quantile(0.9, _WAIT, "", BRANCH, "1h"), "nine in ten"),
    )
    yield spread(
        "How waits lie",
        "Waits by their length: one column for each step of time, darker for more people.",
        WAITING_TIME,
    )
    yield course(
        "First calls per hour",
        "How many were called for the first time within the hour. At zero while people"
        " wait, the queue is stalled.",
        COUNT,
        (f"sum by (branch) (increase({_WAIT}_count{{{BRANCH}}}[1h]))", "{{branch}}"),
    )
    yield course(
        "Lost, as a share of the numbers given",
        "Those who left, did not come when called, or were still there when the day was"
        " closed, each as a share of the numbers given within the hour.",
        SHARE,
        (
            f"{last_hour(ENDED, 'state', _LOST)}"
            f" / on () group_left () (sum(increase({of(ISSUED)}[1h])) > 0)",
            "{{state}}",
        ),
    )
    yield course(
        "Brought back",
        "Endings that were undone, or no-shows who came after all, within the hour. They"
        " stay in the other counts, which never decrease.",
        COUNT,
        (last_hour(RETURNED, "state"), "{{state}}"),
        stacked=True,
    )
