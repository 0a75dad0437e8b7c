"""A branch's configuration as a file: to take out, to change as a text, and to put back."""

from __future__ import annotations

import json

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.configuration.file import branch_text, read_branch
from queue_service.configuration.operations import Configured, get_branch, put_branch
from queue_service.errors import Invalid
from queue_service.pages.admin.branches import fresh_branch
from queue_service.pages.admin.forms import blueprint, show
from queue_service.pages.admin.met import agreed_number
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt, form_value
from queue_service.web.responses import uncached


@blueprint.get("/branches/<branch>/configuration.json")
def download(branch: str) -> ResponseReturnValue:
    """The configuration as a file, which `config apply` reads as well."""
    response = uncached(branch_text(fresh_branch(branch)))
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="{branch}.json"'
    return response


@blueprint.get("/branches/<branch>/file")
def file(branch: str) -> ResponseReturnValue:
    """The configuration as a text to change, and the form for a file."""
    found = fresh_branch(branch)
    return _page(found, _text(found))


@blueprint.post("/branches/<branch>/file")
def put_file(branch: str) -> ResponseReturnValue:
    """Replace the configuration, unless somebody else changed it since the page was opened."""
    document = _submitted()
    done, refused = attempt("configuration", lambda: _put(branch, document))
    found = done.branch if done else get_branch(queue(), branch)
    return _page(found, _text(found) if done else document.decode("utf-8", "replace"), refused)


def _submitted() -> bytes:
    """The submitted file, or else the text."""
    sent = request.files.get("configuration")
    return sent.read() if sent and sent.filename else request.form.get("text", "").encode()


def _put(branch: str, document: bytes) -> Configured:
    if not document.strip():
        raise Invalid.at("configuration", "Choose a file.")
    wanted = read_branch(document, branch)
    # A file that was taken out earlier replaces only what it was taken from.
    seen = wanted.revision or form_value("revision")
    sure = agreed_number(form_value("sure"))
    return put_branch(queue(), branch, wanted.document, if_match=seen, by=g.caller, agreed=sure)


def _text(branch: Branch) -> str:
    return json.dumps(branch.document, ensure_ascii=False, indent=2) + "\n"


def _page(branch: Branch, text: str, refused: FormRefused | None = None) -> Response:
    saved = refused is None and request.method == "POST"
    at_home = queue().get(BranchStore).fact(branch.id, "home")
    return show("file", refused, branch=branch, text=text, saved=saved, at_home=at_home)
