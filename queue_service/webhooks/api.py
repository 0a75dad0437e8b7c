"""Webhooks over HTTP: for administrators, who see the endpoints of their branch or all."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g

from queue_service.alerts.rules.subscriptions import checked_url
from queue_service.contract.answers import EmptyBody
from queue_service.language.instants import rfc3339
from queue_service.web.commands import answer, command, no_content
from queue_service.web.context import queue, settings
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body
from queue_service.webhooks.contract import (
    DeliveriesAnswer,
    EndpointAnswer,
    EndpointBody,
    EndpointsAnswer,
    EndpointSecretAnswer,
)
from queue_service.webhooks.operations import endpoints
from queue_service.webhooks.operations.endpoints import Changed, EndpointRequest, EndpointState
from queue_service.webhooks.rules.endpoints import Endpoint
from queue_service.webhooks.rules.messages import WebhookDelivery
from queue_service.webhooks.store import WebhookStore

blueprint = Blueprint("webhooks", __name__, url_prefix="/api/v1/webhooks")

_KEY = ("Idempotency-Key",)
_REUSED = "idempotency_key_reused"


@blueprint.get("")
@describe("The webhooks of events", answers={200: EndpointsAnswer})
def list_endpoints() -> Response:
    """Each with how it does."""
    found = endpoints.standings(queue(), endpoints.all_endpoints(queue(), g.caller))
    return answer({"webhooks": [endpoint_json(each) for each in found]})


@blueprint.post("")
@describe("Add a webhook", body=EndpointBody, answers={201: EndpointSecretAnswer},
          refusals=("branch_not_found", _REUSED), headers=_KEY)  # fmt: skip
def add() -> Response:
    """It receives everything from now on. Only this response has its secret."""
    wanted = body(EndpointBody)
    key = command("", wanted).idempotency
    return _with_secret(endpoints.add(queue(), g.caller, request_of(wanted), key), 201)


@blueprint.get("/<webhook>")
@describe("A webhook", answers={200: EndpointAnswer}, refusals=("not_found",))
def get(webhook: str) -> Response:
    """With how it does, and without its secret."""
    return _one(endpoints.managed(queue(), g.caller, webhook))


@blueprint.put("/<webhook>")
@describe("Change a webhook", body=EndpointBody, answers={200: EndpointAnswer},
          refusals=("not_found", "branch_not_found"))  # fmt: skip
def change(webhook: str) -> Response:
    """An endpoint that is made active again begins from now. Failed messages are tried at once."""
    wanted = request_of(body(EndpointBody))
    return _one(endpoints.change(queue(), g.caller, webhook, wanted))


@blueprint.delete("/<webhook>")
@describe("Remove a webhook", answers={204: ""}, refusals=("not_found",))
def remove(webhook: str) -> Response:
    """With its address, its secret and what was sent."""
    endpoints.remove(queue(), g.caller, webhook)
    return no_content()


@blueprint.post("/<webhook>/secret")
@describe("Give a webhook a new secret", body=EmptyBody, answers={200: EndpointSecretAnswer},
          refusals=("not_found", _REUSED), headers=_KEY)  # fmt: skip
def rotate(webhook: str) -> Response:
    """For a day messages are signed with the secret before as well."""
    key = command("", body(EmptyBody)).idempotency
    return _with_secret(endpoints.rotate(queue(), g.caller, webhook, key), 200)


@blueprint.post("/<webhook>/test")
@describe("Send a test to a webhook", body=EmptyBody, answers={202: ""},
          refusals=("not_found", "rate_limited", _REUSED), headers=_KEY)  # fmt: skip
def test(webhook: str) -> Response:
    """A worker sends it within seconds; the deliveries show the result."""
    key = command("", body(EmptyBody)).idempotency
    return _accepted(endpoints.send_test(queue(), g.caller, webhook, key))


@blueprint.get("/<webhook>/deliveries")
@describe("Deliveries of a webhook", answers={200: DeliveriesAnswer}, refusals=("not_found",))
def deliveries(webhook: str) -> Response:
    """The last tries, the latest first."""
    endpoints.managed(queue(), g.caller, webhook)
    tries = queue().get(WebhookStore).deliveries(webhook)
    return answer({"deliveries": [_delivery_json(each) for each in tries]})


@blueprint.post("/<webhook>/deliveries/<delivery>/send-again")
@describe("Send a message once more", body=EmptyBody, answers={202: ""},
          refusals=("not_found", "wrong_state", "rate_limited", _REUSED), headers=_KEY)  # fmt: skip
def send_again(webhook: str, delivery: str) -> Response:
    """With the same id, out of its order, as long as its events are kept."""
    key = command("", body(EmptyBody)).idempotency
    return _accepted(endpoints.send_again(queue(), g.caller, webhook, delivery, key))


def request_of(wanted: EndpointBody) -> EndpointRequest:
    """The request, with an address that may be spoken to. Raises Invalid."""
    url = checked_url(wanted.url, settings().webhook_hosts, "url")
    events = tuple(dict.fromkeys(wanted.events))
    return EndpointRequest(wanted.name.strip(), url, events, wanted.branch, wanted.active)


def endpoint_json(standing: EndpointState) -> dict[str, Any]:
    """An endpoint as it is answered."""
    endpoint, state = standing.endpoint, standing.state
    health = state.health
    old_until = endpoint.old_until if endpoint.older_secret(standing.now) else 0
    branch, after, before = state.missed.split("|") if state.missed else ("", "", "")
    return {
        "id": endpoint.id,
        "name": endpoint.name,
        "url": endpoint.url,
        "events": list(endpoint.events),
        "branch": endpoint.branch,
        "active": endpoint.active,
        "created_at": rfc3339(endpoint.created_at),
        "old_secret_until": _instant(old_until),
        "delivered_at": _instant(state.delivered_at),
        "oldest_undelivered_at": _instant(standing.oldest or 0),
        "failing_since": _instant(health.failing_since),
        "next_try_at": _instant(0 if health.stopped else health.next_at),
        "error": health.error or None,
        "stopped": health.stopped,
        "missed": {"branch": branch, "after": after, "before": before} if branch else None,
    }


def _delivery_json(delivery: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "type": delivery.kind,
        "branch": delivery.branch or None,
        "until": delivery.until or None,
        "count": delivery.count,
        "at": rfc3339(delivery.at),
        "outcome": delivery.outcome,
        "seconds": delivery.seconds,
        "error": delivery.error or None,
    }


def _instant(at: int) -> str | None:
    return rfc3339(at) if at else None


def _one(endpoint: Endpoint) -> Response:
    (standing,) = endpoints.standings(queue(), [endpoint])
    return answer(endpoint_json(standing))


def _with_secret(changed: Changed, status: int) -> Response:
    (standing,) = endpoints.standings(queue(), [changed.endpoint])
    document = {**endpoint_json(standing), "secret": changed.endpoint.secret}
    return answer(document, status, replayed=changed.replayed)


def _accepted(changed: Changed) -> Response:
    response = no_content(replayed=changed.replayed)
    response.status_code = 202
    return response
