"""Messages to the citizen of a number: what the page needs to ask for them, and asking.

Nothing of it is in the page's first load but a button for each channel.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, cast

from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue

from queue_service.contract.answers import EmptyBody
from queue_service.errors import NotFound
from queue_service.following.operations import FoundVisit
from queue_service.notify.push import PushSubscription
from queue_service.notify.push_contact import no_push_because
from queue_service.pages.ticket.seen import SeenVisit, acting, known, private
from queue_service.pages.ticket.texts import MESSAGE_TEXTS
from queue_service.reminders import operations as reminders
from queue_service.reminders.contract import PushReminderBody, TextReminderBody
from queue_service.reminders.rules import MessageChannel
from queue_service.runtime.settings import Settings
from queue_service.web.compression import compressed_page, without_comments
from queue_service.web.context import queue
from queue_service.web.i18n import choose_language, offer_languages, speak
from queue_service.web.requests import body
from queue_service.web.texts import page_texts

blueprint = Blueprint("ticket_messages", __name__, url_prefix="/t")

_WORKER: Final = Path(__file__).parent / "static" / "worker.js"


def offered_channels() -> list[MessageChannel]:
    """The channels by which this service sends messages."""
    offered: dict[MessageChannel, bool] = {
        "push": not no_push_because(_settings()),
        "text": bool(_settings().sms_url),
    }
    return [channel for channel, is_offered in offered.items() if is_offered]


def reminder_json(found: FoundVisit) -> dict[str, Any] | None:
    """The kind of message that is wanted, and at which place; never where it goes."""
    wanted = reminders.wanted(queue(), found)
    return {"channel": wanted.channel, "place": wanted.place} if wanted else None


@blueprint.get("/worker.js")
def worker() -> Response:
    """The service worker that shows push messages.

    It is at this address so that it may serve the pages of numbers and nothing else.
    """
    script = without_comments(_WORKER.read_text(encoding="utf-8"))
    response = compressed_page(Response(script, mimetype="text/javascript"))
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/<code>/messages")
def setup(code: str) -> ResponseReturnValue:
    """The texts in the language of ``?lang=``, the country codes, and the key for a subscription.

    The key is null until a worker has made it.
    """
    seen = known(code)
    offer_languages(seen.branch.languages)
    spoken = choose_language()
    speak(spoken)
    response = jsonify(
        texts=page_texts(MESSAGE_TEXTS, [spoken], common={})[spoken],
        country_codes=[f"+{country}" for country in _settings().sms_countries],
        push_key=reminders.public_push_key(queue()) if "push" in offered_channels() else None,
    )
    return private(compressed_page(response))


@blueprint.post("/<code>/text-message")
def text_message(code: str) -> ResponseReturnValue:
    """Text messages go to this telephone number, until the visit is called. Raises NotFound."""
    seen = _asking(code, "text")
    wish = body(TextReminderBody)
    reminders.remind_by_text(
        queue(), seen.found, wish.number, wish.place, _settings().sms_countries
    )
    return private(jsonify(reminder=reminder_json(seen.found)))


@blueprint.post("/<code>/push-message")
def push_message(code: str) -> ResponseReturnValue:
    """Push messages go to this browser, until the visit is called. Raises NotFound."""
    seen = _asking(code, "push")
    wish = body(PushReminderBody)
    subscription = PushSubscription(wish.endpoint, wish.p256dh, wish.auth)
    reminders.remind_by_push(queue(), seen.found, subscription, wish.place)
    return private(jsonify(reminder=reminder_json(seen.found)))


@blueprint.post("/<code>/no-message")
def no_message(code: str) -> ResponseReturnValue:
    """No message is sent any more."""
    seen = acting(code)
    body(EmptyBody)
    reminders.stop(queue(), seen.found)
    return private(jsonify(reminder=reminder_json(seen.found)))


def _asking(code: str, channel: MessageChannel) -> SeenVisit:
    seen = acting(code)
    if channel not in offered_channels():
        raise NotFound("No such messages are sent here.")
    return seen


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["queue_settings"])
