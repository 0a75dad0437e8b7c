"""Alerts over HTTP. Subscriptions hold people's addresses and are made on their page alone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from queue_service.alerts.contract import AlertAnswer, AlertsAnswer
from queue_service.alerts.operations import alerts
from queue_service.alerts.rules.alerts import Alert, facts
from queue_service.configuration.operations import get_branch
from queue_service.contract.answers import EmptyBody
from queue_service.language.instants import rfc3339_or_none
from queue_service.web.commands import answer, command
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body

blueprint = Blueprint("alerts_api", __name__, url_prefix="/api/v1/branches/<branch>/alerts")


@blueprint.get("")
@describe("A branch's alerts", answers={200: AlertsAnswer})
def list_alerts(branch: str) -> Response:
    """The open alerts, and the last that ended."""
    get_branch(queue(), branch)
    document = {
        "open": [alert_json(found.alert) for found in alerts.open_alerts(queue(), branch)],
        "past": [alert_json(alert) for alert in alerts.past_alerts(queue(), branch)],
    }
    return answer(document)


@blueprint.post("/<alert>/acknowledge")
@describe("Tell that somebody sees to an alert", body=EmptyBody,
          answers={200: AlertAnswer}, refusals=("not_found",))  # fmt: skip
def acknowledge(branch: str, alert: str) -> Response:
    """A repetition changes nothing."""
    payload = body(EmptyBody)
    done = alerts.acknowledge(queue(), command(branch, payload), alert)
    return answer(alert_json(done.alert), replayed=done.replayed)


def alert_json(alert: Alert) -> dict[str, Any]:
    """An alert as it is answered."""
    return {
        "id": alert.id,
        **facts(alert),
        "longest_wait_seconds": alert.longest_ms / 1000,
        "sent": dict(alert.sent),
        "sent_at": rfc3339_or_none(alert.sent_at),
    }
