"""The page of a number on its citizen's phone: the code in its address lets in, and nothing else.

The page is drawn by its scripts. It sets no cookie, and asks the browser for no permission.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import time
from typing import Any, Final, NamedTuple, cast

from flask import Blueprint, Response, current_app, jsonify, make_response, request
from flask import render_template as render
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import hours_on, moment
from queue_service.contract.answers import EmptyBody
from queue_service.errors import BranchNotFound, NotFound, RateLimited, WrongState
from queue_service.feedback.rules import printed_code
from queue_service.following import operations
from queue_service.following.messages import followed_json
from queue_service.following.operations import FoundVisit
from queue_service.following.rules import is_public
from queue_service.following.shared import Following, SharedBranch
from queue_service.language.languages import LANGUAGES, name_in
from queue_service.pages.login import visitor
from queue_service.pages.ticket.stream import PhoneStream
from queue_service.pages.ticket.texts import TEXTS
from queue_service.reminders import operations as reminders
from queue_service.reminders.contract import TextReminderBody
from queue_service.runtime.settings import Settings
from queue_service.visits.contract import AddErrandBody, LanguageBody, PostponeBody
from queue_service.visits.rules.visit import Visit
from queue_service.web.compression import compressed_page
from queue_service.web.context import queue
from queue_service.web.etags import matches, tagged
from queue_service.web.i18n import choose_language, language_facts, offer_languages, speak
from queue_service.web.i18n import gettext as _
from queue_service.web.request_limit import RequestLimit
from queue_service.web.requests import body
from queue_service.web.security.access import public
from queue_service.web.serving.handing_over import hand_over
from queue_service.web.texts import page_texts

blueprint = Blueprint("ticket", __name__, url_prefix="/t/<code>")

blueprint.before_request(offer_languages)

ACTIONS_PER_MINUTE: Final = 30
"""The most that one visit's phone may do in a minute, in each web process."""

_LIMIT: Final = "queue_phone_actions"
_ICONS: Final = ("bell", "check", "clock", "door", "plus", "undo")


@blueprint.record
def _remember(setup: BlueprintSetupState) -> None:
    setup.app.extensions[_LIMIT] = RequestLimit(ACTIONS_PER_MINUTE)


class _Seen(NamedTuple):
    """A visit that a code follows, with the branch as this process holds it."""

    found: FoundVisit
    shared: SharedBranch
    visit: Visit

    @property
    def branch(self) -> Branch:
        return self.shared.places().now.branch


def _following() -> Following:
    return cast(Following, current_app.extensions["queue_following"])


def _seen(code: str) -> _Seen | None:
    """The visit of a code; None for an unknown code and for one whose page is over, alike.

    Raises RateLimited.
    """
    found = operations.find_visit(queue(), code, visitor().address)
    if found is None:
        return None
    shared = _following().branch(found.branch)
    try:
        visit = shared.visit(found.visit)
    except BranchNotFound:
        return None
    return _Seen(found, shared, visit) if visit is not None else None


@blueprint.get("")
@public
def ticket(code: str) -> ResponseReturnValue:
    """The page, in the language of the visit or in that of ``?lang=``."""
    try:
        seen = _seen(code)
    except RateLimited as error:
        speak(choose_language())
        return _wait(error)
    wanted = request.args.get("lang", "")
    if seen is None:
        speak(choose_language())
        return _ended()
    offer_languages(seen.branch.languages)
    spoken = wanted if wanted in seen.branch.languages else seen.visit.language
    spoken = spoken if spoken in LANGUAGES else choose_language()
    speak(spoken)
    page = render(
        "ticket.html",
        branch=seen.branch,
        page_lang=spoken,
        language_facts=language_facts([spoken]),
        page_texts=page_texts(TEXTS, [spoken]),
        page_icons=_ICONS,
        page_data=_setup(seen, spoken),
    )
    return _private(compressed_page(make_response(page)))


@blueprint.get("/now")
@public
def now(code: str) -> ResponseReturnValue:
    """The state as JSON with an ETag, for where no stream gets through."""
    seen = _known(code)
    if not seen.shared.is_fresh:
        seen.shared.refresh()
    return _shown(seen.shared, seen.found)


@blueprint.get("/events")
@public
def events(code: str) -> ResponseReturnValue:
    """The same as a stream of events, each time that it changes."""
    seen = _known(code)
    stream = PhoneStream(seen.shared, seen.found.visit)
    response = Response(stream.follow(hand_over()), mimetype="text/event-stream")
    response.call_on_close(stream.answered)
    response.headers["X-Accel-Buffering"] = "no"
    return _private(response)


def _action(act: Callable[[_Seen], None]) -> Callable[[str], Response]:
    """A view that does something with the visit of a code and answers with the state after it."""

    @wraps(act)
    def view(code: str) -> Response:
        seen = _acting(code)
        act(seen)
        seen.shared.refresh()
        return _shown(seen.shared, seen.found)

    return view


@blueprint.post("/leave")
@public
@_action
def leave(seen: _Seen) -> None:
    """The citizen has left. Pressing again does nothing."""
    body(EmptyBody)
    operations.leave(queue(), seen.found)


@blueprint.post("/return")
@public
@_action
def come_back(seen: _Seen) -> None:
    """The citizen has not left after all; possible for two minutes."""
    body(EmptyBody)
    operations.come_back(queue(), seen.found)


@blueprint.post("/errands")
@public
@_action
def errands(seen: _Seen) -> None:
    """A further errand, or one less."""
    errand = body(AddErrandBody)
    operations.want(queue(), seen.found, errand.service, errand.people)


@blueprint.post("/not-before")
@public
@_action
def not_before(seen: _Seen) -> None:
    """The citizen is not called before a time, or with null is here already."""
    clock = body(PostponeBody).not_before
    if clock is None:
        operations.is_here(queue(), seen.found)
    else:
        operations.postpone(queue(), seen.found, clock)


@blueprint.post("/language")
@public
@_action
def language(seen: _Seen) -> None:
    """The number is called in this language."""
    operations.speak(queue(), seen.found, body(LanguageBody).language)


@blueprint.post("/text-message")
@public
def text_message(code: str) -> ResponseReturnValue:
    """Text messages go to this telephone number, until the visit is called. Raises NotFound."""
    seen = _acting(code)
    if not _offers_text():
        raise NotFound("No text messages are sent here.")
    wish = body(TextReminderBody)
    reminders.remind_by_text(
        queue(), seen.found, wish.number, wish.place, _settings().sms_countries
    )
    return _private(jsonify(reminder=_reminder(seen)))


@blueprint.post("/no-message")
@public
def no_message(code: str) -> ResponseReturnValue:
    """No message is sent any more."""
    seen = _acting(code)
    body(EmptyBody)
    reminders.stop(queue(), seen.found)
    return _private(jsonify(reminder=_reminder(seen)))


@blueprint.post("/feedback")
@public
def feedback(code: str) -> ResponseReturnValue:
    """The address of the questions how it went, the same each time. Raises WrongState."""
    seen = _acting(code)
    body(EmptyBody)
    if seen.visit.state != "completed":
        raise WrongState("The visit is not completed.", state=seen.visit.state)
    made = operations.feedback_code(queue(), seen.found, code, seen.visit.inquiries[0].service)
    return _private(jsonify(address=f"/answer/{seen.found.branch}/{printed_code(made)}"))


def _known(code: str) -> _Seen:
    """The visit of a code. Raises NotFound and RateLimited."""
    seen = _seen(code)
    if seen is None:
        raise _unknown()
    return seen


def _acting(code: str) -> _Seen:
    """The visit of a code, for an action that is counted. Raises NotFound and RateLimited."""
    seen = _known(code)
    limit: RequestLimit = current_app.extensions[_LIMIT]
    limit.count(seen.found.visit, int(time() * 1000))
    return seen


def _offers_text() -> bool:
    return bool(_settings().sms_url)


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["queue_settings"])


def _reminder(seen: _Seen) -> dict[str, Any] | None:
    """The kind of message that is wanted, and at which place; never where it goes."""
    found = reminders.wanted(queue(), seen.found)
    return {"channel": found.channel, "place": found.place} if found else None


def _shown(shared: SharedBranch, found: FoundVisit) -> Response:
    visit = shared.visit(found.visit)
    if visit is None:
        raise _unknown()
    response = jsonify(followed_json(shared.places(), visit))
    tag = shared.tag(found.visit)
    if request.method == "GET" and matches(request.headers.get("If-None-Match"), tag):
        return _private(tagged(Response(status=304), tag))
    return _private(tagged(response, tag))


def _setup(seen: _Seen, spoken: str) -> dict[str, Any]:
    branch = seen.branch
    places = seen.shared.places().now
    today = moment(branch, places.now).date
    return {
        "now": places.now,
        "hours": hours_on(branch, today),
        "shown": followed_json(seen.shared.places(), seen.visit),
        "language": seen.visit.language,
        "text_messages": _offers_text(),
        "country_codes": [f"+{code}" for code in _settings().sms_countries],
        "reminder": _reminder(seen),
        "counters": {one: branch.counter_name(one, spoken) for one in branch.counters},
        "entrances": {one.id: one.entrance for one in branch.counters.values() if one.entrance},
        "services": [
            {"id": one.id, "name": name_in(one.name, spoken)}
            for one in branch.services.values()
            if one.active and is_public(branch, one)
        ],
    }


def _unknown() -> NotFound:
    return NotFound("This code leads to no number; take a new one if you are waiting.")


def _ended() -> Response:
    page = render(
        "message.html",
        icon_name="ticket",
        heading=_("This page has ended"),
        sentence=_("A number can be followed until its visit is over."),
        steps=[
            _("If you are still waiting, go to the staff."),
            _("If you typed the address, see whether it is the one on your slip."),
        ],
    )
    return _private(make_response(page, 404))


def _wait(error: RateLimited) -> Response:
    page = render(
        "message.html",
        icon_name="clock",
        heading=_("Wait a moment"),
        sentence=_("Many codes that do not exist were tried from here. Try again in five minutes."),
    )
    response = _private(make_response(page, 429))
    response.headers["Retry-After"] = str(error.extra["retry_after"])
    return response


def _private(response: Response) -> Response:
    """The answer, whose address is a secret: it goes to no other site, search engine or cache."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
