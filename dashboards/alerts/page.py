"""The page of a branch's alerts: open alerts, subscriptions, failed deliveries and history."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboards.alerts.view import AlertView
from queue_service.alerts.operations import alerts, deliveries, subscriptions
from queue_service.alerts.operations.subscriptions import SubscriptionRequest
from queue_service.alerts.rules.subscriptions import (
    CHANNELS,
    KINDS,
    USUAL_WAIT_MINUTES,
    WAIT_MINUTES,
    Subscription,
)
from queue_service.branches.visible import other_branches
from queue_service.command import Command
from queue_service.configuration.operations import get_branch
from queue_service.web.context import queue, settings
from queue_service.web.forms import FormRefused, attempt, form_value
from queue_service.web.i18n import current_language
from queue_service.web.responses import uncached

blueprint = Blueprint("alerts", __name__, url_prefix="/dashboards/<branch>/alerts")


@blueprint.get("")
def page(branch: str) -> ResponseReturnValue:
    """The page."""
    return _page(branch)


@blueprint.get("/<path:action>")
def after(branch: str, action: str) -> ResponseReturnValue:  # noqa: ARG001 - the address has it
    """The address of a form's response when it is requested again, for example in another
    language."""
    return redirect(url_for("alerts.page", branch=branch), 303)


@blueprint.post("/<alert>/acknowledge")
def acknowledge(branch: str, alert: str) -> ResponseReturnValue:
    """Acknowledge an alert."""
    return _done(
        branch, "open", lambda: alerts.acknowledge(queue(), Command(branch, g.caller), alert)
    )


@blueprint.post("/subscriptions")
def subscribe(branch: str) -> ResponseReturnValue:
    """Make a subscription; the answer shows a webhook's secret this once."""
    subscription, refused = attempt(
        "subscribe",
        lambda: subscriptions.subscribe(
            queue(), branch, g.caller, _subscription_request(), inside=settings().webhook_hosts
        ),
    )
    if refused is None and not subscription.secret:
        return redirect(url_for("alerts.page", branch=branch, _anchor="mine"), 303)
    return _page(branch, refused, subscription)


@blueprint.post("/subscriptions/<subscription>/remove")
def unsubscribe(branch: str, subscription: str) -> ResponseReturnValue:
    """End a subscription, and forget its address."""
    return _done(
        branch, "mine", lambda: subscriptions.unsubscribe(queue(), branch, subscription, g.caller)
    )


@blueprint.post("/subscriptions/<subscription>/test")
def test(branch: str, subscription: str) -> ResponseReturnValue:
    """Send a made-up alert."""
    _, refused = attempt(
        "mine", lambda: deliveries.send_test(queue(), branch, subscription, g.caller)
    )
    return _page(branch, refused, tested=None if refused else subscription)


@blueprint.post("/letters/<letter>/again")
def try_again(branch: str, letter: str) -> ResponseReturnValue:
    """Send a dead letter after all."""
    return _done(branch, "letters", lambda: deliveries.try_again(queue(), branch, letter))


@blueprint.post("/letters/<letter>/discard")
def discard(branch: str, letter: str) -> ResponseReturnValue:
    """Forget a dead letter."""
    return _done(branch, "letters", lambda: deliveries.discard(queue(), branch, letter))


def _subscription_request() -> SubscriptionRequest:
    channel = form_value("channel")
    return SubscriptionRequest(
        kinds=tuple(request.form.getlist("kinds")),
        channel=channel,
        minutes=form_value("minutes"),
        target=form_value(channel) if channel in CHANNELS else "",
        all_clear=bool(form_value("all_clear")),
        language=current_language(),
    )


def _done(branch: str, form: str, action: Callable[[], object]) -> ResponseReturnValue:
    _, refused = attempt(form, action)
    if refused:
        return _page(branch, refused)
    return redirect(url_for("alerts.page", branch=branch, _anchor=form), 303)


def _page(
    branch_id: str,
    refused: FormRefused | None = None,
    subscription: Subscription | None = None,
    tested: str | None = None,
) -> Response:
    branch = get_branch(queue(), branch_id)
    raised = [each.alert for each in alerts.open_alerts(queue(), branch_id)]
    free = alerts.free_for(queue(), Command(branch_id, g.caller)) if raised else ()
    reading = AlertView(branch, free)
    mine = subscriptions.own_subscriptions(queue(), branch_id, g.caller)
    others = subscriptions.others_subscriptions(queue(), branch_id, g.caller)
    live_branches = [b for b in other_branches(branch_id) if not b.historic]
    page = render_template(
        "alerts.html",
        branch=branch,
        live_branches=live_branches,
        page_branch=branch_id,
        page_as="staff",
        open_alerts=reading.alerts(raised),
        past=reading.alerts(alerts.past_alerts(queue(), branch_id)),
        watched=subscriptions.is_watched(queue(), branch_id),
        mine=reading.subscriptions(mine, own=True),
        others=reading.subscriptions(others, own=False),
        letters=reading.letters(deliveries.dead_letters(queue(), branch_id)),
        kinds=KINDS,
        usual_minutes=USUAL_WAIT_MINUTES,
        most_minutes=WAIT_MINUTES[-1],
        mail=settings().smtp_url is not None,
        refused=refused,
        form_values=request.form if refused else {},
        form_kinds=request.form.getlist("kinds") if refused else KINDS,
        created=subscription,
        tested=tested,
    )
    return uncached(page, refused.status if refused else 200)
