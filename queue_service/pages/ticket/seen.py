"""The visit that a code leads to, for each address below it: who sees it, and how often."""

from __future__ import annotations

from time import time
from typing import Final, NamedTuple, cast

from flask import Response, current_app
from flask.blueprints import BlueprintSetupState

from queue_service.branches.rules.branch import Branch
from queue_service.errors import BranchNotFound, NotFound
from queue_service.following import operations
from queue_service.following.operations import FoundVisit
from queue_service.following.shared import Following, SharedBranch
from queue_service.visits.rules.visit import Visit
from queue_service.web.context import queue
from queue_service.web.request_limit import RequestLimit
from queue_service.web.security.visitors import visitor

ACTIONS_PER_MINUTE: Final = 30
"""The most that one visit's phone may do in a minute, in each web process."""

_LIMIT: Final = "queue_phone_actions"


class SeenVisit(NamedTuple):
    """A visit that a code follows, with the branch as this process holds it."""

    found: FoundVisit
    shared: SharedBranch
    visit: Visit

    @property
    def branch(self) -> Branch:
        """Its branch."""
        return self.shared.places().now.branch


def limit_actions(setup: BlueprintSetupState) -> None:
    """Begin to count actions, when the pages become part of an application."""
    setup.app.extensions[_LIMIT] = RequestLimit(ACTIONS_PER_MINUTE)


def seen_visit(code: str) -> SeenVisit | None:
    """The visit of a code; None for an unknown code and for one whose page is over, alike.

    Raises RateLimited.
    """
    found = operations.find_visit(queue(), code, visitor().address)
    if found is None:
        return None
    following = cast(Following, current_app.extensions["queue_following"])
    shared = following.branch(found.branch)
    try:
        visit = shared.visit(found.visit)
    except BranchNotFound:
        return None
    return SeenVisit(found, shared, visit) if visit is not None else None


def known(code: str) -> SeenVisit:
    """The visit of a code. Raises NotFound and RateLimited."""
    seen = seen_visit(code)
    if seen is None:
        raise unknown()
    return seen


def acting(code: str) -> SeenVisit:
    """The visit of a code, for an action that is counted. Raises NotFound and RateLimited."""
    seen = known(code)
    limit: RequestLimit = current_app.extensions[_LIMIT]
    limit.count(seen.found.visit, int(time() * 1000))
    return seen


def unknown() -> NotFound:
    """The refusal of a code that leads to no visit."""
    return NotFound("This code leads to no number; take a new one if you are waiting.")


def private(response: Response) -> Response:
    """The answer, whose address is a secret: it goes to no other site, search engine or cache."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
