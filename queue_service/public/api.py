"""Branches for everybody over HTTP: without a token, kept by caches for some seconds."""

from __future__ import annotations

from collections.abc import Callable
from time import time
from typing import Final, NamedTuple, cast

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from pydantic_core import to_json

from queue_service.public.as_json import branch_json, branches_json
from queue_service.public.contract import PublicBranchAnswer, PublicBranchesAnswer
from queue_service.public.operations import KEPT_MS, KeptBranch, PublicBranches
from queue_service.web.description.openapi import describe
from queue_service.web.request_limit import RequestLimit
from queue_service.web.shared_responses import Representation, shared

blueprint = Blueprint("public", __name__, url_prefix="/api/v1/public")

_EXTENSION: Final = "queue_public"


class _Public(NamedTuple):
    branches: PublicBranches
    limit: RequestLimit


@blueprint.record
def _remember(setup: BlueprintSetupState) -> None:
    known = setup.app.extensions
    limit = RequestLimit(known["queue_settings"].public_requests_per_minute)
    known[_EXTENSION] = _Public(PublicBranches(known["queue"]), limit)


def _public() -> tuple[PublicBranches, int]:
    """The branches of this process, for a request that is counted, and its time (ms).

    Raises RateLimited.
    """
    found, now = cast(_Public, current_app.extensions[_EXTENSION]), int(time() * 1000)
    found.limit.count(request.remote_addr or "", now)
    return found.branches, now


def count_request() -> None:
    """Count a request to a page that is open to everybody. Raises RateLimited."""
    _public()


def kept_branch(branch_id: str) -> KeptBranch:
    """A branch that is switched on. Raises RateLimited and BranchNotFound."""
    branches, now = _public()
    return branches.get(branch_id, now)


def shared_branch(
    kept: KeptBranch, form: str, mimetype: str, write: Callable[[], bytes], language: str = ""
) -> Response:
    """A branch in a form, which ``write`` makes once until the branch changes.

    A form without a language is the same in all of them.
    """
    found = kept.written.get((form, language))
    if found is None:
        found = kept.written[form, language] = Representation.of(write(), mimetype)
    vary = ("Accept-Language",) if language else ()
    return shared(found, (kept.until - int(time() * 1000)) // 1000, *vary)


def public_branches() -> list[KeptBranch]:
    """The branches that are switched on, by name. Raises RateLimited."""
    branches, now = _public()
    return branches.all(now)


@blueprint.get("/branches")
@describe(
    "The branches with a public page",
    answers={200: PublicBranchesAnswer, 304: ""},
    headers=("If-None-Match",),
    refusals=("rate_limited",),
)
def branches() -> Response:
    """The branches that an administrator has switched on, by name. No token is needed."""
    document = branches_json(kept.branch for kept in public_branches())
    body = Representation.of(to_json(document), "application/json")
    return _for_other_sites(shared(body, KEPT_MS // 1000))


@blueprint.get("/branches/<branch>")
@describe(
    "A branch before a citizen goes there",
    answers={200: PublicBranchAnswer, 304: ""},
    headers=("If-None-Match",),
    refusals=("rate_limited",),
)
def branch(branch: str) -> Response:
    """Whether it is open, how many wait, the wait to expect, and what to bring.

    No token is needed. A branch that is switched off is answered as one that does not exist. It is
    at most 15 seconds old.
    """

    kept = kept_branch(branch)
    return _for_other_sites(
        shared_branch(kept, "json", "application/json", lambda: to_json(branch_json(kept.branch)))
    )


def _for_other_sites(response: Response) -> Response:
    """A response that the pages of other sites may read: it is the same for everybody."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
