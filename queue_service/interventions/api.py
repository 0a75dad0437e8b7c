"""Interventions over HTTP: those in force, begun and ended by supervisors."""

from __future__ import annotations

from flask import Blueprint, Response

from queue_service.command import Command
from queue_service.contract.answers import EmptyBody
from queue_service.interventions import operations
from queue_service.interventions.as_json import intervention_json
from queue_service.interventions.contract import (
    InterventionAnswer,
    InterventionBody,
    InterventionList,
)
from queue_service.interventions.operations import InterventionResult
from queue_service.interventions.rules import Wanted
from queue_service.web.commands import answer, command
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body

blueprint = Blueprint(
    "interventions", __name__, url_prefix="/api/v1/branches/<branch>/interventions"
)


@blueprint.get("")
@describe("List the temporary changes", answers={200: InterventionList})
def listed(branch: str) -> Response:
    """The interventions in force first, then the interventions that ended since yesterday."""
    found = operations.listed(queue(), command(branch))
    return answer(
        {
            "interventions": [
                intervention_json(one, found.now, found.issued, found.carried.get(one.id))
                for one in found.interventions
            ]
        }
    )


@blueprint.post("")
@describe(
    "Change something for some hours",
    body=InterventionBody,
    answers={201: InterventionAnswer},
    refusals=(
        "counter_not_found",
        "service_not_found",
        "intervention_overlaps",
        "appointments_met",
    ),
)
def begin(branch: str) -> Response:
    """Lend a counter, ask for one to be opened, pause or cap a service, close for today and carry
    over waiting visits, announce something, or say which numbers are not reached today.

    Each ends by itself, and is noted on the day.
    """
    payload = body(InterventionBody)
    wanted = Wanted(
        kind=payload.kind,
        until=payload.until,
        counter=payload.counter,
        team=payload.team,
        services=tuple(dict.fromkeys(filter(None, (payload.service, *payload.services)))),
        limit=payload.limit,
        texts=payload.texts,
        screens=tuple(dict.fromkeys(payload.screens)),
        numbers=payload.numbers,
    )
    asked = command(branch, payload)
    done = operations.begin(queue(), asked, wanted, agreed=payload.appointments)
    return _answer(asked, done, 201)


@blueprint.post("/<intervention>/end")
@describe(
    "End an intervention",
    body=EmptyBody,
    answers={200: InterventionAnswer},
    refusals=("not_found",),
)
def end(branch: str, intervention: str) -> Response:
    """As if its time were up. An ended intervention stays as it is."""
    payload = body(EmptyBody)
    asked = command(branch, payload)
    return _answer(asked, operations.end(queue(), asked, intervention), 200)


def _answer(asked: Command, done: InterventionResult, status: int) -> Response:
    found = operations.listed(queue(), asked)
    carried = found.carried.get(done.one.id)
    document = intervention_json(done.one, found.now, found.issued, carried)
    return answer(document, status, replayed=done.replayed)
