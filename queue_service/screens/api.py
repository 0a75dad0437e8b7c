"""Kiosks and displays over HTTP, for administrators."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, g

from queue_service.access import keys
from queue_service.access.operations import access
from queue_service.access.operations.pairing import short_code
from queue_service.access.rules.codes import grouped
from queue_service.access.rules.credentials import TokenRecord
from queue_service.access.store import AccessStore
from queue_service.branches.store import BranchStore
from queue_service.command import answered_once
from queue_service.errors import NotFound
from queue_service.language.instants import rfc3339
from queue_service.printers.operations import remove_printer
from queue_service.screens.as_json import screen_json
from queue_service.screens.contract import LinkAnswer, LinkBody, ScreensAnswer
from queue_service.screens.operations import screens_of
from queue_service.visits.rules.refusals import require_in_use
from queue_service.web.commands import answer, command, no_content
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body
from queue_service.web.security.origin import own_address

blueprint = Blueprint("screens", __name__, url_prefix="/api/v1/branches/<branch>/screens")


@blueprint.get("")
@describe("The screens of a branch", answers={200: ScreensAnswer})
def listed(branch: str) -> Response:
    """Whether each works: when it was seen, the release of its page, its sound and its printer.

    A screen reports each minute while its page is open.
    """
    known, release = queue().get(BranchStore).get(branch), own_release()
    found = screens_of(queue(), [known], release)
    return answer({"screens": [screen_json(each, release) for each in found]})


@blueprint.post("/links")
@describe(
    "Make a link for a new screen",
    body=LinkBody,
    answers={201: LinkAnswer},
    refusals=("branch_archived",),
)
def make_link(branch: str) -> Response:
    """It works once, for fifteen minutes: open its address on the screen."""
    wanted = body(LinkBody)
    require_in_use(queue().get(BranchStore).get(branch))
    asked = command(branch, wanted).idempotency
    document, replayed = answered_once(
        queue(),
        keys.idempotency(asked.scope, asked.key) if asked else "",
        asked,
        lambda: _link(branch, wanted),
        secret=("address", "code"),
    )
    return answer(document, 201, replayed=replayed)


@blueprint.delete("/<screen>")
@describe("Take a screen's access back", answers={204: ""}, refusals=("not_found",))
def revoke(branch: str, screen: str) -> Response:
    """At once, with its printer. The numbers that a kiosk has issued stay valid."""
    if screen not in {each.id for each in _screens(branch)}:
        raise NotFound("No screen of this branch has this id: see the list of screens.")
    access.revoke_token(_store(), screen, by=g.caller)
    remove_printer(queue(), branch, screen, by=g.caller)
    return no_content()


def _screens(branch: str) -> list[TokenRecord]:
    known = access.list_tokens(_store(), by=g.caller)
    return [token for token in known if token.device and token.branch == branch]


def _link(branch: str, wanted: LinkBody) -> dict[str, Any]:
    here = own_address()
    enrolment, code = access.create_enrolment(
        _store(), wanted.role, branch, now=_store().now(), label=wanted.label, by=g.caller
    )
    return {
        "address": f"{here}/enrol/{code}",
        "code": grouped(short_code(_store(), code)),
        "role": enrolment.role,
        "label": enrolment.label,
        "expires_at": rfc3339(enrolment.expires_at),
    }


def own_release() -> str:
    """The digest of this service's pages, which a page reports as its release."""
    return str(current_app.extensions["queue_release"])


def _store() -> AccessStore:
    return queue().get(AccessStore)
