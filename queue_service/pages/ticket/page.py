"""The page of a number on its citizen's phone: the code in its address lets in, and nothing else.

The page is drawn by its scripts. It sets no cookie, and asks the browser for no permission but that
for push messages, once the citizen wants them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from flask import Blueprint, Response, jsonify, make_response, request
from flask import render_template as render
from flask.typing import ResponseReturnValue

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import Span, hours_on, moment
from queue_service.branches.rules.service_hours import is_in_hours, service_hours_on
from queue_service.contract.answers import EmptyBody
from queue_service.errors import RateLimited, WrongState
from queue_service.feedback.rules import printed_code
from queue_service.following import operations
from queue_service.following.messages import followed_json
from queue_service.following.operations import FoundVisit
from queue_service.following.rules import is_public
from queue_service.following.shared import SharedBranch
from queue_service.language.languages import LANGUAGES, name_in
from queue_service.pages.ticket.messages import offered_channels, reminder_json
from queue_service.pages.ticket.seen import (
    SeenVisit,
    acting,
    known,
    limit_actions,
    private,
    seen_visit,
    unknown,
)
from queue_service.pages.ticket.stream import PhoneStream
from queue_service.pages.ticket.texts import BOOKED_TEXTS, TEXTS
from queue_service.pages.typed_codes import too_many_codes
from queue_service.playbook.operations import in_force
from queue_service.visits.contract import AddErrandBody, LanguageBody, PostponeBody
from queue_service.visits.rules.visit import Visit
from queue_service.web.compression import compressed_page
from queue_service.web.context import queue
from queue_service.web.etags import matches, tagged
from queue_service.web.i18n import choose_language, language_facts, offer_languages, speak
from queue_service.web.i18n import gettext as _
from queue_service.web.requests import body
from queue_service.web.responses import message_page
from queue_service.web.serving.handing_over import hand_over
from queue_service.web.texts import PageTexts, page_texts

blueprint = Blueprint("ticket", __name__, url_prefix="/t/<code>")

blueprint.before_request(offer_languages)
blueprint.record(limit_actions)

_ICONS: Final = ("bell", "check", "clock", "door", "plus", "undo")


@blueprint.get("")
def ticket(code: str) -> ResponseReturnValue:
    """The page, in the language of the visit or in that of ``?lang=``."""
    try:
        seen = seen_visit(code)
    except RateLimited as error:
        speak(choose_language())
        return private(too_many_codes(error))
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
        page_texts=page_texts(_texts(seen.branch), [spoken], common={}),
        page_icons=_ICONS,
        page_data=_setup(seen, spoken),
        channels=offered_channels(),
    )
    return private(compressed_page(make_response(page)))


@blueprint.get("/now")
def now(code: str) -> ResponseReturnValue:
    """The state as JSON with an ETag, for where no stream gets through."""
    seen = known(code)
    if not seen.shared.is_fresh:
        seen.shared.refresh()
    return _shown(seen.shared, seen.found)


@blueprint.get("/events")
def events(code: str) -> ResponseReturnValue:
    """The same as a stream of events, each time that it changes."""
    seen = known(code)
    stream = PhoneStream(seen.shared, seen.found.visit)
    response = Response(stream.follow(hand_over()), mimetype="text/event-stream")
    response.call_on_close(stream.answered)
    response.headers["X-Accel-Buffering"] = "no"
    return private(response)


def _action(act: Callable[[SeenVisit], None]) -> Callable[[str], Response]:
    """A view that does something with the visit of a code and answers with the state after it."""

    @wraps(act)
    def view(code: str) -> Response:
        seen = acting(code)
        act(seen)
        seen.shared.refresh()
        return _shown(seen.shared, seen.found)

    return view


@blueprint.post("/leave")
@_action
def leave(seen: SeenVisit) -> None:
    """The citizen has left. Pressing again does nothing."""
    body(EmptyBody)
    operations.leave(queue(), seen.found)


@blueprint.post("/return")
@_action
def come_back(seen: SeenVisit) -> None:
    """The citizen has not left after all; possible for two minutes."""
    body(EmptyBody)
    operations.come_back(queue(), seen.found)


@blueprint.post("/errands")
def errands(code: str) -> Response:
    """A further errand, or one less. The response has what to bring then, in ``?lang=``."""
    seen = acting(code)
    errand = body(AddErrandBody)
    operations.want(queue(), seen.found, errand.service, errand.people)
    seen.shared.refresh()
    after = known(code)
    offer_languages(after.branch.languages)
    bring = _bring(after.branch, after.visit, choose_language())
    return private(jsonify(followed_json(after.shared.places(), after.visit) | {"bring": bring}))


@blueprint.post("/not-before")
@_action
def not_before(seen: SeenVisit) -> None:
    """The citizen is not called before a time, or with null is here already."""
    clock = body(PostponeBody).not_before
    if clock is None:
        operations.is_here(queue(), seen.found)
    else:
        operations.postpone(queue(), seen.found, clock)


@blueprint.post("/language")
@_action
def language(seen: SeenVisit) -> None:
    """The number is called in this language."""
    operations.speak(queue(), seen.found, body(LanguageBody).language)


@blueprint.post("/feedback")
def feedback(code: str) -> ResponseReturnValue:
    """The address of the questions how it went, the same each time. Raises WrongState."""
    seen = acting(code)
    body(EmptyBody)
    if seen.visit.state != "completed":
        raise WrongState("The visit is not completed.", state=seen.visit.state)
    made = operations.feedback_code(queue(), seen.found, code, seen.visit.inquiries[0].service)
    return private(jsonify(address=f"/answer/{seen.found.branch}/{printed_code(made)}"))


def _shown(shared: SharedBranch, found: FoundVisit) -> Response:
    visit = shared.visit(found.visit)
    if visit is None:
        raise unknown()
    response = jsonify(followed_json(shared.places(), visit))
    tag = shared.tag(found.visit)
    if request.method == "GET" and matches(request.headers.get("If-None-Match"), tag):
        return private(tagged(Response(status=304), tag))
    return private(tagged(response, tag))


def _setup(seen: SeenVisit, spoken: str) -> dict[str, Any]:
    branch = seen.branch
    places = seen.shared.places().now
    today = moment(branch, places.now).date
    return {
        "now": places.now,
        "hours": _hours(branch, seen.visit, today),
        "shown": followed_json(seen.shared.places(), seen.visit),
        "language": seen.visit.language,
        "reminder": reminder_json(seen.found),
        "counters": {one: branch.counter_name(one, spoken) for one in branch.counters},
        "entrances": {one.id: one.entrance for one in branch.counters.values() if one.entrance},
        "services": [
            {"id": one.id, "name": name_in(one.name, spoken)}
            for one in branch.services.values()
            if one.active and is_public(branch, one) and is_in_hours(branch, one, places.now)
        ],
        "bring": _bring(branch, seen.visit, spoken),
    }


def _hours(branch: Branch, visit: Visit, day: str) -> tuple[Span, ...]:
    """The hours of a date in which the visit can be asked to be called."""
    known = branch.services.get(visit.service)
    return service_hours_on(branch, known, day) if known else hours_on(branch, day)


def _bring(branch: Branch, visit: Visit, spoken: str) -> dict[str, dict[str, Any]]:
    """By service of the visit: what to bring, in the page's language or, without a text, another.

    Of other services nothing is sent: the page's first load is small.
    """
    entries, found = in_force(queue(), branch), dict[str, dict[str, Any]]()
    for service in {visit.service, *(one.service for one in visit.errands)} & entries.keys():
        texts = entries[service].content.texts
        lang = next((c for c in (spoken, *LANGUAGES) if c in texts and texts[c].bring), None)
        if lang is not None and is_public(branch, branch.services[service]):
            found[service] = {"lang": lang, "lines": texts[lang].bring}
    return found


def _texts(branch: Branch) -> PageTexts:
    return {**TEXTS, **BOOKED_TEXTS} if branch.bookings.offers else TEXTS


def _ended() -> Response:
    page = message_page(
        404,
        icon_name="ticket",
        heading=_("This page has ended"),
        sentence=_("A number can be followed until its visit is over."),
        steps=[
            _("If you are still waiting, go to the staff."),
            _("If you typed the address, see whether it is the one on your slip."),
        ],
    )
    return private(page)
