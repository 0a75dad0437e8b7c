"""Video counters over HTTP: calling over several branches, and the messages of two pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g

from queue_service.access.rules.caller import IdempotencyKey
from queue_service.branches.visible import visible_branches
from queue_service.errors import Forbidden, Invalid
from queue_service.video.contract import (
    LineBody,
    SignalBody,
    SignalList,
    SignalSent,
    SignalsQuery,
    TakenOver,
    TakeOverBody,
    VideoAnswer,
    VideoCallNextBody,
    VideoCounterList,
)
from queue_service.video.operations import (
    VideoStand,
    call_longest,
    count_line,
    messages_for,
    send_message,
    take_over,
    video_counter,
    video_counters,
)
from queue_service.video.rules import IceServers, Party, VideoCounter
from queue_service.visits.api import visit_response
from queue_service.visits.contract import VisitAnswer
from queue_service.visits.rules.visit import Visit
from queue_service.web.commands import answer, command, no_content
from queue_service.web.context import queue, settings
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body, query

blueprint = Blueprint("video", __name__, url_prefix="/api/v1")

_COUNTER = "/branches/<branch>/counters/<counter>/video"


@blueprint.get("/video/counters")
@describe("The video counters of all branches", answers={200: VideoCounterList})
def counters() -> Response:
    """Each with its visit, how many wait for it and who is next."""
    found = video_counters(queue(), visible_branches())
    return answer({"counters": [_stand_json(stand) for stand in found]})


@blueprint.post("/video/call-next")
@describe(
    "Call the visit that has waited longest over several branches' video counters",
    body=VideoCallNextBody,
    answers={200: VisitAnswer, 204: ""},
    refusals=("branch_not_found", "counter_not_found"),
)
def call_next() -> Response:
    """Of each counter's own next the one with the earliest place; 204 without a visit.

    A head start counts as in one branch; of two that are alike the branch whose id comes first.
    """
    payload = body(VideoCallNextBody)
    wanted = [VideoCounter(one.branch, one.counter) for one in payload.counters]
    done = call_longest(queue(), g.caller, wanted, _key(payload), payload.page or "")
    return visit_response(done.branch, done.answer) if done else no_content()


@blueprint.get(_COUNTER)
@describe("The connection data of a page", answers={200: VideoAnswer}, refusals=("invalid",))
def setup(branch: str, counter: str) -> Response:
    """The STUN and TURN servers, with credentials for two hours. To a kiosk only of its booth."""
    _party(counter, None)
    found = video_counter(queue(), branch, counter)
    known = settings()
    servers = IceServers(known.video_stun, known.video_turn, known.video_turn_secret)
    return answer(
        {
            "ice_servers": servers.for_page(queue().store.time()),
            "telephone": found.video.telephone if found.video else None,
        }
    )


@blueprint.post(f"{_COUNTER}/messages")
@describe(
    "Send a message to the other page of a video counter",
    body=SignalBody,
    answers={201: SignalSent},
    refusals=("no_conversation", "conversation_taken", "rate_limited"),
)
def send(branch: str, counter: str) -> Response:
    """It belongs to the visit that is called or served there, and is forgotten within two minutes.

    The screen's token sends for the screen: a kiosk's that was set up for this counter. A clerk's
    sends for the clerk, with the ``page`` that called or took over. 120 in a minute are enough.
    """
    _party(counter, None)
    payload = body(SignalBody)
    party = _party(counter, payload.party)
    page = _page(party, payload.page)
    message = payload.model_dump(exclude={"party", "page"}, exclude_defaults=True)
    given = command(branch, payload)
    sent = send_message(queue(), given, counter, party, page, message)
    return answer({"id": sent.id}, 201, replayed=sent.replayed)


@blueprint.get(f"{_COUNTER}/messages")
@describe("The messages of a video counter's other page", query=SignalsQuery,
          answers={200: SignalList}, refusals=("conversation_taken",))  # fmt: skip
def messages(branch: str, counter: str) -> Response:
    """The messages of the present visit; the event ``video.message`` announces a new one."""
    wanted = query(SignalsQuery)
    party = _party(counter, wanted.party)
    page = _page(party, wanted.page)
    found = messages_for(queue(), branch, counter, party, page, wanted.after)
    return answer({"messages": [{"id": one.id, **one.message} for one in found]})


@blueprint.post(f"{_COUNTER}/take-over")
@describe(
    "Take over the conversation at a video counter",
    body=TakeOverBody,
    answers={200: TakenOver},
    refusals=("no_conversation",),
)
def take_it_over(branch: str, counter: str) -> Response:
    """From another clerk's page, which receives no more of it; the screen receives that somebody
    has joined. Doing it again does nothing."""
    payload = body(TakeOverBody)
    taken = take_over(queue(), command(branch, payload), counter, payload.page)
    return answer({"from_another": taken.from_another}, replayed=taken.replayed)


@blueprint.post(f"{_COUNTER}/lines")
@describe("Count the result of a connection", body=LineBody, answers={204: ""},
          refusals=("rate_limited",))  # fmt: skip
def count(branch: str, counter: str) -> Response:
    """For the metric ``queue_video_lines_total``; the screen's page reports it, 100 times in five
    minutes at most."""
    _party(counter, "screen")
    payload = body(LineBody)
    replayed = count_line(queue(), command(branch, payload), counter, payload.result)
    return no_content(replayed=replayed)


def _key(payload: VideoCallNextBody) -> IdempotencyKey | None:
    return command("", payload).idempotency


def _party(counter: str, wanted: Party | None) -> Party:
    """The side of the page that asks, by the role. Raises Forbidden for another counter's page, and
    for a kiosk that was not set up for this very counter."""
    own: Party = "screen" if g.caller.role == "kiosk" else "clerk"
    if wanted not in (None, own):
        raise Forbidden("This login is not of that page.")
    if own == "screen" and g.caller.counter != counter:
        raise Forbidden(
            "This screen was not set up for this counter; an administrator makes a link for it."
        )
    return own


def _page(party: Party, page: str | None) -> str:
    """The clerk's page. Raises Invalid if a clerk names none."""
    if party == "clerk" and page is None:
        raise Invalid.at("page", "A clerk's page has a name.", "Send the one that called.")
    return page or ""


def _stand_json(stand: VideoStand) -> dict[str, Any]:
    return {
        "branch": stand.branch.id,
        "branch_name": stand.branch.name,
        "branch_open": stand.branch_open,
        "counter": stand.counter.id,
        "name": stand.counter.name,
        "state": stand.state,
        "team": stand.team,
        "visit": stand.visit.id if stand.visit else None,
        "number": stand.visit.number if stand.visit else None,
        "waiting": stand.waiting,
        "next": _next_json(stand.next, stand.now) if stand.next else None,
        "parked": [{"id": visit.id, "number": visit.number} for visit in stand.parked],
    }


def _next_json(visit: Visit, now: int) -> dict[str, Any]:
    return {
        "number": visit.number,
        "service": visit.service,
        "waiting_seconds": visit.waited(now) / 1000,
        "place": visit.place,
    }
