"""Branches over HTTP: their configuration."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from queue_service.branches.contract.config import BranchConfig, parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.privacy import without_private
from queue_service.branches.visible import visible_branches
from queue_service.configuration import operations as branches
from queue_service.configuration.archiving import archive, unarchive
from queue_service.configuration.contract import AgreedQuery, BranchList
from queue_service.contract.answers import EmptyBody
from queue_service.web.commands import answer
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.etags import matches, tagged
from queue_service.web.requests import body, json_body, query

blueprint = Blueprint("branches", __name__, url_prefix="/api/v1/branches")


@blueprint.get("")
@describe("The branches the caller may see", answers={200: BranchList})
def list_branches() -> Response:
    """By id."""
    branches = visible_branches()
    return answer({"branches": [{"id": branch.id, "name": branch.name} for branch in branches]})


@blueprint.get("/<branch>")
@describe(
    "A branch's configuration, whole",
    answers={200: BranchConfig, 304: ""},
    headers=("If-None-Match",),
)
def get_branch(branch: str) -> Response:
    """With its ETag, for a later PUT with If-Match; to a display without private services."""
    found = branches.get_branch(queue(), branch)
    if matches(request.headers.get("If-None-Match"), found.edition):
        return tagged(Response(status=304), found.edition)
    if g.caller.role == "display":
        return tagged(answer(without_private(found.document)), found.edition)
    return _configuration(found)


@blueprint.put("/<branch>")
@describe(
    "Create or replace a branch's configuration",
    body=BranchConfig,
    query=AgreedQuery,
    answers={200: BranchConfig, 201: BranchConfig},
    refusals=("precondition_failed", "in_use", "appointments_met", "invalid"),
    headers=("If-Match",),
)
def put_branch(branch: str) -> Response:
    """All of it, or nothing is changed.

    Citizens whose time it takes away are asked for another one. With ``appointments`` it is refused
    unless they are so many; the refusal says how many, and how many of them get a letter.
    """
    agreed = query(AgreedQuery).appointments
    document = parse_config(json_body(), branch)
    done = branches.put_branch(
        queue(), branch, document, if_match=_wanted_revision(branch), by=g.caller, agreed=agreed
    )
    return _configuration(done.branch, 201 if done.created else 200)


@blueprint.post("/<branch>/archive")
@describe(
    "Archive a branch",
    body=EmptyBody,
    answers={200: BranchConfig},
    refusals=("in_use", "branch_elsewhere", "precondition_failed"),
)
def archive_branch(branch: str) -> Response:
    """It is out of use, its screens end, and its figures stay. Repeating it changes nothing."""
    body(EmptyBody)
    return _configuration(archive(queue(), branch, by=g.caller).branch)


@blueprint.post("/<branch>/unarchive")
@describe(
    "Put an archived branch into use again",
    body=EmptyBody,
    answers={200: BranchConfig},
    refusals=("precondition_failed",),
)
def unarchive_branch(branch: str) -> Response:
    """Its screens have to be set up again. Repeating it changes nothing."""
    body(EmptyBody)
    return _configuration(unarchive(queue(), branch, by=g.caller).branch)


def _wanted_revision(branch: str) -> str | None:
    """The revision that If-Match asks for; the current one where that is in its list."""
    header = request.headers.get("If-Match")
    if header is None:
        return None
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")]
    current = branches.current_revision(queue(), branch)
    return current if current in tags else tags[0]


def _configuration(branch: Branch, status: int = 200) -> Response:
    return tagged(answer(branch.document, status), branch.edition)
