"""The messages that leave as webhooks, for the published description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from queue_service.alerts.contract import AlertMessage
from queue_service.contract.outgoing import Outgoing
from queue_service.webhooks.contract import EventsMessage, MissedMessage, TestMessage

_ALERT: Final[Mapping[str, Any]] = {
    "timestamp": "2026-11-25T09:30:00.000Z",
    "data": {
        "alert": "b7d1f3a09c2e4d58",
        "branch": "raadhuset",
        "branch_name": "Rådhuset",
        "kind": "wait",
        "goal": None,
        "service": "pas",
        "waiting": 7,
        "judged": None,
        "within": None,
        "target_ratio": None,
        "kiosk": None,
        "issued": None,
        "usual": None,
        "raised_at": "2026-11-25T09:30:00.000Z",
        "acknowledged_at": None,
        "gone_at": None,
        "resolved_at": None,
        "waiting_since": "2026-11-25T09:14:12.000Z",
        "text": "Nogen har ventet 15 min",
        "url": "https://queue.example.dk/dashboards/raadhuset/alerts",
    },
}


OUTGOING: Final[Mapping[str, Outgoing]] = {
    f"alert.{event}": Outgoing(summary, AlertMessage, {"type": f"alert.{event}", **_ALERT})
    for event, summary in {
        "raised": "An alert that somebody subscribed to was raised",
        "acknowledged": "An alert is acknowledged",
        "resolved": "An alert is over",
        "test": "A made-up alert, to see that messages arrive",
    }.items()
} | {
    "branch.events": Outgoing(
        "Events of a branch, in order",
        EventsMessage,
        {
            "type": "branch.events",
            "timestamp": "2026-11-25T09:30:00.120Z",
            "data": {
                "branch": "raadhuset",
                "events": [
                    {
                        "id": "1795599000120-0",
                        "event": "visit.called",
                        "data": {
                            "at": "2026-11-25T09:30:00.118Z",
                            "id": "Jm2jQWw4vX0T1mX9cNQeUA",
                            "number": "A012",
                            "service": "pas",
                            "state": "called",
                            "counter": "1",
                            "recalls": 0,
                        },
                    },
                    {
                        "id": "1795599000120-1",
                        "event": "counter.closed",
                        "data": {
                            "at": "2026-11-25T09:30:00.120Z",
                            "counter": "2",
                            "team": "library",
                        },
                    },
                ],
            },
        },
    ),
    "events.missed": Outgoing(
        "Events may be missing: they were no longer kept when it was their turn",
        MissedMessage,
        {
            "type": "events.missed",
            "timestamp": "2026-11-25T09:30:00.000Z",
            "data": {
                "branch": "raadhuset",
                "after": "1795512600000-0",
                "before": "1795599000000-0",
            },
        },
    ),
    "webhook.test": Outgoing(
        "A test that an administrator asked for",
        TestMessage,
        {
            "type": "webhook.test",
            "timestamp": "2026-11-25T09:30:00.000Z",
            "data": {"endpoint": "hook_0123456789abcdef"},
        },
    ),
}
