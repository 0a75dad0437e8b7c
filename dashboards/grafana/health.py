"""Technical health: do tickets come in time, and does everything run that they depend on?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.grafana.parts import (
    BYTES,
    COUNT,
    SECONDS,
    SHARE,
    course,
    dashboard,
    listing,
    number,
    quantile,
)
from queue_service.metrics import health_families as health
from queue_service.metrics.families import DURATION, UP
from queue_service.runtime import process_metrics as names

_ISSUE: Final = f'route="{names.ISSUE_ROUTE}",method="POST"'
_BAD_SHARE: Final = 0.001
"""The objective: 99.9 % of tickets succeed within a second."""


def build() -> Dashboard:
    """The dashboard."""
    panels = (*_at_a_glance(), *_objective(), *_requests(), *_store(), *_work(), *_screens())
    return dashboard(
        "queue-health",
        "Technical health",
        "The objective that 99.9 % of tickets succeed within a second, and what it depends on: web,"
        " store, background work, screens.",
        panels,
        by_branch=False,
    )


def _at_a_glance() -> Iterator[Builder[Panel]]:
    yield number(
        "Tickets within a second, last day",
        "The share of tickets that succeeded within a second. The objective is 99.9 %; refusals"
        " count neither way.",
        SHARE,
        ("1 - queue_issue:bad:ratio1d", "tickets"),
    )
    yield number(
        "Alerts firing",
        "How many alerts fire now. The runbook (/runbook) has a section for each.",
        COUNT,
        ('sum(ALERTS{alertstate="firing"}) or vector(0)', "alerts"),
    )
    yield number(
        "The store answers",
        "1 while the store answered the last scrape.",
        COUNT,
        (f"min({UP.name})", "store"),
    )
    yield number(
        "Workers alive",
        "Of the queue that has the fewest. Without one the past is not kept up to date, or no "
        "report is made.",
        COUNT,
        (f"min(max by (queue) ({health.WORKERS.name}))", "workers"),
    )


def _objective() -> Iterator[Builder[Panel]]:
    yield course(
        "How fast the objective's budget burns",
        "At 1 the 0.1 % of bad tickets is used up in exactly 30 days; at 14.4 in two.",
        COUNT,
        (f"queue_issue:bad:ratio1h / {_BAD_SHARE}", "last hour"),
        (f"queue_issue:bad:ratio6h / {_BAD_SHARE}", "last six hours"),
        (f"queue_issue:bad:ratio3d / {_BAD_SHARE}", "last three days"),
    )
    yield course(
        "How long a ticket takes",
        "Half, and 99 in 100, of the tickets took at most so long.",
        SECONDS,
        (quantile(0.5, names.REQUEST_SECONDS, "", _ISSUE, "$__rate_interval"), "half"),
        (quantile(0.99, names.REQUEST_SECONDS, "", _ISSUE, "$__rate_interval"), "99 in 100"),
    )


def _requests() -> Iterator[Builder[Panel]]:
    yield course(
        "Requests by status",
        "Requests a second. 4xx are refusals, 5xx are failures.",
        "reqps",
        (f"sum by (status) (rate({names.REQUESTS}[$__rate_interval]))", "{{status}}"),
        stacked=True,
    )
    yield course(
        "The slowest routes",
        "The five routes whose slowest in a hundred take longest.",
        SECONDS,
        (
            f"topk(5, {quantile(0.99, names.REQUEST_SECONDS, 'route', '', '$__rate_interval')})",
            "{{route}}",
        ),
    )
    yield course(
        "Open event streams",
        "Pages that follow their branch.",
        COUNT,
        (f"sum({names.STREAMS})", "streams"),
    )
    yield course(
        "How late events reach pages",
        "From an event's time in the store until it was handed to the open streams: half, and 99 in"
        " 100.",
        SECONDS,
        (quantile(0.5, names.FAN_OUT_SECONDS, "", "", "$__rate_interval"), "half"),
        (quantile(0.99, names.FAN_OUT_SECONDS, "", "", "$__rate_interval"), "99 in 100"),
    )


def _store() -> Iterator[Builder[Panel]]:
    yield course(
        "The store's memory",
        "What it uses, and what it may use. At its limit it takes no further ticket.",
        BYTES,
        (f"max({health.MEMORY_USED.name})", "used"),
        (f"min({health.MEMORY_LIMIT.name})", "limit"),
    )
    yield course(
        "The store's files and replicas",
        "1 is well: it keeps a file, its last write and its last compaction succeeded. And the"
        " replicas that follow it, with those that have to.",
        COUNT,
        (f"min({health.AOF_ENABLED.name})", "keeps a file"),
        (f"min({health.WRITE_OK.name})", "last write"),
        (f"min({health.REWRITE_OK.name})", "last compaction"),
        (f"min({health.REPLICAS.name})", "replicas"),
        (f"max({health.REPLICAS_WANTED.name})", "replicas wanted"),
    )
    yield course(
        "Times the store did not answer",
        "Within ten minutes, to a request or to the reader of events.",
        COUNT,
        (f"sum by (asked_by) (increase({names.STORE_ERRORS}[10m]))", "{{asked_by}}"),
    )
    yield course(
        "How long a scrape takes",
        "To answer /metrics/queue. It yields to tickets while it works.",
        SECONDS,
        (f"max({DURATION.name})", "scrape"),
    )


def _work() -> Iterator[Builder[Panel]]:
    yield course(
        "Background jobs",
        "Those that wait, and those that failed within the last day.",
        COUNT,
        (f"max by (queue) ({health.JOBS_WAITING.name})", "{{queue}} waiting"),
        (f"max by (queue) ({health.JOBS_FAILED.name})", "{{queue}} failed"),
    )
    yield course(
        "Since a periodic job last succeeded, in its periods",
        "Above 3 it is late.",
        COUNT,
        (
            f"(time() - max by (task) ({health.JOB_SUCCESS.name}))"
            f" / max by (task) ({health.JOB_PERIOD.name})",
            "{{task}}",
        ),
    )


def _screens() -> Iterator[Builder[Panel]]:
    yield listing(
        "Since a screen was last heard from",
        "Kiosks and displays report once a minute while their page is open. The id is the one in"
        " the list of tokens.",
        SECONDS,
        (
            f'time() - max by (branch, kind, device) ({health.DEVICE.name}{{kind!="printer"}})',
            "{{branch}} {{kind}}",
        ),
    )
    yield listing(
        "Slips that were not printed, in seconds",
        "How much later a kiosk last handed a slip to its printer than the browser last said that"
        " one was printed. Up to a minute is nothing.",
        SECONDS,
        (
            f"max by (branch, device) ({health.SLIP.name})"
            f' - max by (branch, device) ({health.DEVICE.name}{{kind="printer"}})',
            "{{branch}} {{device}}",
        ),
    )
