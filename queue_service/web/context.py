"""The parts of the running application that views work with."""

from __future__ import annotations

from typing import cast

from flask import Request, current_app, g, request

from queue_service.branches.operations import list_branches
from queue_service.branches.rules.branch import Branch
from queue_service.command import Queue
from queue_service.live.lines import Lines
from queue_service.live.stream import Live
from queue_service.removal.operations import Remover
from queue_service.runtime.settings import Settings


def current_request() -> Request:
    """The request itself, for many looks at it: one through Flask's proxy costs a function call."""
    return cast(Request, request._get_current_object())  # type: ignore[attr-defined]


def queue() -> Queue:
    """What the operations need."""
    return cast(Queue, current_app.extensions["queue"])


def remover() -> Remover:
    """Removes branches."""
    return cast(Remover, current_app.extensions["queue_remover"])


def settings() -> Settings:
    """What the service was started with."""
    return cast(Settings, current_app.extensions["queue_settings"])


def lines() -> Lines:
    """The lines of open streams that this process holds."""
    return cast(Lines, current_app.extensions["queue_lines"])


def live() -> Live:
    """The events of all branches, as they happen."""
    return cast(Live, current_app.extensions["queue_live"])


def visible_branches() -> list[Branch]:
    """The branch that the caller is bound to, or all of them."""
    return [branch for branch in list_branches(queue()) if g.caller.may_see(branch.id)]


def other_branches(branch_id: str) -> list[Branch]:
    """Those a page can lead to from this branch; practice and historic ones come last."""
    others = [branch for branch in visible_branches() if branch.id != branch_id]
    return sorted(others, key=lambda branch: not branch.counted)


def comparable_branches(branch: Branch) -> list[Branch]:
    """What a branch may be compared with: branches that are no practice, and replayed
    ones only where it is replayed itself."""
    return [
        other
        for other in other_branches(branch.id)
        if not other.practice and (branch.historic or not other.historic)
    ]
