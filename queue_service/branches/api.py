"""Branches over HTTP: their configuration and state."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from queue_service.board.contract import BranchList, ClosedAnswer, StateAnswer
from queue_service.board.operations.state import staff_state, state
from queue_service.branches import operations as branches
from queue_service.branches.contract.config import BranchConfig, parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.privacy import without_private
from queue_service.contract.answers import EmptyBody
from queue_service.counters.operations import closing
from queue_service.language.instants import rfc3339
from queue_service.visits.rules.events import SCREENS
from queue_service.web.access import allow
from queue_service.web.commands import answer, command
from queue_service.web.context import queue, remover, visible_branches
from queue_service.web.openapi import describe
from queue_service.web.render import state_json
from queue_service.web.requests import body, json_body

blueprint = Blueprint("branches", __name__, url_prefix="/api/v1/branches")


@blueprint.get("")
@allow()
@describe("The branches the caller may see", answers={200: BranchList})
def list_branches() -> Response:
    """By id."""
    branches = visible_branches()
    return answer({"branches": [{"id": branch.id, "name": branch.name} for branch in branches]})


@blueprint.get("/<branch>")
@allow()
@describe(
    "A branch's configuration, whole",
    answers={200: BranchConfig, 304: ""},
    headers=("If-None-Match",),
)
def get_branch(branch: str) -> Response:
    """With its ETag, for a later PUT with If-Match; to a display without private services."""
    found = branches.get_branch(queue(), branch)
    if _matches(request.headers.get("If-None-Match"), found.edition):
        return _tagged(Response(status=304), found.edition)
    if g.caller.role == "display":
        return _tagged(answer(without_private(found.document)), found.edition)
    return _configuration(found)


@blueprint.put("/<branch>")
@allow("admin")
@describe(
    "Create or replace a branch's configuration",
    body=BranchConfig,
    answers={200: BranchConfig, 201: BranchConfig},
    refusals=("precondition_failed", "in_use", "invalid"),
    headers=("If-Match",),
)
def put_branch(branch: str) -> Response:
    """All of it, or nothing is changed."""
    document = parse_config(json_body(), branch)
    done = branches.put_branch(queue(), branch, document, if_match=_wanted_revision(branch))
    return _configuration(done.branch, 201 if done.created else 200)


@blueprint.delete("/<branch>")
@allow("admin")
@describe(
    "Remove a branch of replayed days, or one that never issued a ticket",
    answers={204: ""},
    refusals=("in_use",),
)
def delete_branch(branch: str) -> Response:
    """With everything of it. One that was broken off is finished by repeating it."""
    remover().remove(branch)
    return Response(status=204)


@blueprint.get("/<branch>/state")
@allow()
@describe(
    "The branch as every page shows it",
    answers={200: StateAnswer, 304: ""},
    headers=("If-None-Match",),
)
def get_state(branch: str) -> Response:
    """Its ETag changes with whatever happens, and not with the time alone.

    A contact without a ticket changes it as well, and leaves no event.
    """
    tell = state if g.caller.role in SCREENS else staff_state
    found = tell(queue(), command(branch))
    if _matches(request.headers.get("If-None-Match"), found.tag):
        return _tagged(Response(status=304), found.tag)
    return _tagged(answer(state_json(found, g.caller.role)), found.tag)


@blueprint.post("/<branch>/close-day")
@allow("admin")
@describe("Close the day", body=EmptyBody, answers={200: ClosedAnswer},
          refusals=("in_use",))  # fmt: skip
def close_day(branch: str) -> Response:
    """Close every counter and end every open visit, unless somebody is called or served.

    A refusal has done nothing.
    """
    payload = body(EmptyBody)
    done = closing.close_day(queue(), command(branch, payload))
    return answer({"branch": branch, "closed_at": rfc3339(done.at)}, replayed=done.replayed)


def _wanted_revision(branch: str) -> str | None:
    """The revision that If-Match asks for; the current one where that is in its list."""
    header = request.headers.get("If-Match")
    if header is None:
        return None
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")]
    current = branches.current_revision(queue(), branch)
    return current if current in tags else tags[0]


def _configuration(branch: Branch, status: int = 200) -> Response:
    return _tagged(answer(branch.document, status), branch.edition)


def _tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    # Kept only to be compared: a page that asks again always hears of the present.
    response.headers["Cache-Control"] = "no-cache"
    return response


def _matches(header: str | None, tag: str) -> bool:
    return header is not None and any(
        part.strip().removeprefix("W/").strip('"') in (tag, "*") for part in header.split(",")
    )
