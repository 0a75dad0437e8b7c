"""Webhooks of events: their addresses, their state, and their last deliveries."""

from __future__ import annotations

from collections.abc import Callable

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.contract.reading import parse
from queue_service.events.contract import FOR_WEBHOOKS, GROUPS
from queue_service.pages.admin.forms import blueprint, selected_branch, show
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt, form_value
from queue_service.webhooks.api import request_of
from queue_service.webhooks.contract import NAME_MAX, EndpointBody
from queue_service.webhooks.operations import endpoints
from queue_service.webhooks.operations.endpoints import EndpointRequest
from queue_service.webhooks.rules.endpoints import Endpoint
from queue_service.webhooks.store import WebhookStore

_SHOWN = 10
"""Tries that are shown of each."""


@blueprint.get("/webhooks")
def webhooks() -> ResponseReturnValue:
    """Every webhook that the administrator manages."""
    return _page()


@blueprint.post("/webhooks")
def add_webhook() -> ResponseReturnValue:
    """Add one, and show its secret this once."""
    made, refused = attempt("add", lambda: endpoints.add(queue(), g.caller, _wanted(), None))
    return _page(refused) if refused else _page(made=made.endpoint)


@blueprint.post("/webhooks/<webhook>")
def change_webhook(webhook: str) -> ResponseReturnValue:
    """Change its URL and its events."""
    return _done(
        f"change-{webhook}",
        lambda: endpoints.change(queue(), g.caller, webhook, _wanted()),
    )


@blueprint.post("/webhooks/<webhook>/secret")
def replace_secret(webhook: str) -> ResponseReturnValue:
    """Give it a new secret, and show that this once."""
    made, refused = attempt(
        f"change-{webhook}", lambda: endpoints.rotate(queue(), g.caller, webhook, None)
    )
    return _page(refused) if refused else _page(made=made.endpoint)


@blueprint.post("/webhooks/<webhook>/test")
def test_webhook(webhook: str) -> ResponseReturnValue:
    """Have a test sent."""
    return _done(f"change-{webhook}", lambda: endpoints.send_test(queue(), g.caller, webhook, None))


@blueprint.post("/webhooks/<webhook>/again/<delivery>")
def send_again(webhook: str, delivery: str) -> ResponseReturnValue:
    """Have a message sent once more."""
    return _done(
        f"change-{webhook}",
        lambda: endpoints.send_again(queue(), g.caller, webhook, delivery, None),
    )


@blueprint.post("/webhooks/<webhook>/remove")
def remove_webhook(webhook: str) -> ResponseReturnValue:
    """Remove it with its secret."""
    return _done(f"change-{webhook}", lambda: endpoints.remove(queue(), g.caller, webhook))


def webhooks_late() -> int:
    """How many of those that the administrator manages have waited for long, or stopped."""
    found = endpoints.all_endpoints(queue(), g.caller)
    return sum(standing.late for standing in endpoints.standings(queue(), found))


def _wanted() -> EndpointRequest:
    body = {
        "name": form_value("name"),
        "url": form_value("url"),
        "events": request.form.getlist("events"),
        "branch": selected_branch(),
        "active": bool(request.form.get("active")),
    }
    return request_of(parse(EndpointBody, body))


def _done(form: str, action: Callable[[], object]) -> ResponseReturnValue:
    _, refused = attempt(form, action)
    return _page(refused) if refused else redirect(url_for("admin.webhooks"), 303)


def _page(refused: FormRefused | None = None, made: Endpoint | None = None) -> ResponseReturnValue:
    found = endpoints.standings(queue(), endpoints.all_endpoints(queue(), g.caller))
    store = queue().get(WebhookStore)
    return show(
        "webhooks",
        refused,
        standings=found,
        deliveries={s.endpoint.id: store.deliveries(s.endpoint.id)[:_SHOWN] for s in found},
        asked={s.endpoint.id: len(store.requests(s.endpoint.id)) for s in found},
        made=made,
        groups=GROUPS,
        told=FOR_WEBHOOKS,
        name_max=NAME_MAX,
    )
