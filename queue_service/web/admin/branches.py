"""Branches: their pages, and their configuration as a file to take out and put back."""

from __future__ import annotations

import json

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.contract.config import parse_config
from queue_service.domain.access import checked_branch, invalid, must_manage
from queue_service.domain.branch import Branch
from queue_service.operations.branches import Configured, get_branch, put_branch
from queue_service.web.access import allow
from queue_service.web.admin.forms import Refused, attempt, blueprint, chosen, show
from queue_service.web.app_parts import queue
from queue_service.web.login import doors_for, visible_branches


@blueprint.get("")
@allow("admin")
def branches() -> ResponseReturnValue:
    """Every branch with its pages and its configuration."""
    return _page()


@blueprint.get("/branches")
@allow("admin")
def after_branches() -> ResponseReturnValue:
    """Where the answer to the form for a new branch stood, when it is asked for again."""
    return redirect(url_for("admin.branches"), 303)


@blueprint.post("/branches")
@allow("admin")
def add_branch() -> ResponseReturnValue:
    """Add a branch from a configuration file."""
    _, refused = attempt("add", _add)
    return _page(refused) if refused else redirect(url_for("admin.branches"), 303)


@blueprint.get("/branches/<branch>")
@allow("admin")
def configuration(branch: str) -> ResponseReturnValue:
    """What a branch is set up with, and the form to change it."""
    return _configuration(get_branch(queue(), branch))


@blueprint.get("/branches/<branch>/configuration.json")
@allow("admin")
def download(branch: str) -> ResponseReturnValue:
    """The configuration as a file."""
    document = get_branch(queue(), branch).document
    response = Response(
        json.dumps(document, ensure_ascii=False, indent=2) + "\n", mimetype="application/json"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{branch}.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/branches/<branch>")
@allow("admin")
def upload(branch: str) -> ResponseReturnValue:
    """Replace the configuration, unless somebody else changed it since the page was opened."""
    before = get_branch(queue(), branch)
    done, refused = attempt("configuration", lambda: _put(branch, chosen("revision")))
    return _configuration(done.branch if done else before, refused, saved=done is not None)


def _add() -> Configured:
    branch = checked_branch(chosen("branch"))
    must_manage(g.caller, branch)
    if branch in [known.id for known in visible_branches(g.caller)]:
        raise invalid("branch", "This branch exists: open its configuration instead.")
    return _put(str(branch), None)


def _put(branch: str, revision: str | None) -> Configured:
    file = request.files.get("configuration")
    if file is None or not file.filename:
        raise invalid("configuration", "Choose a file.")
    return put_branch(queue(), branch, parse_config(file.read()), if_match=revision)


def _configuration(
    branch: Branch, refused: Refused | None = None, *, saved: bool = False
) -> Response:
    doors = doors_for(g.caller, branch)
    return show("configuration", refused, branch=branch, doors=doors, saved=saved)


def _page(refused: Refused | None = None) -> Response:
    rooms = [(branch, doors_for(g.caller, branch)) for branch in visible_branches(g.caller)]
    return show("branches", refused, rooms=rooms)
