"""What all pages about a branch share: what their common parts ask for, and that none is kept."""

from __future__ import annotations

from flask import Response, make_response

from queue_service.branches.rules.branch import Branch
from queue_service.web.seen import other_branches


def frame(branch: Branch) -> dict[str, object]:
    """What the common parts of a page about a branch ask for."""
    return {
        "branch": branch,
        "others": other_branches(branch.id),
        "page_branch": branch.id,
        "page_as": "staff",
    }


def uncached(content: str | bytes | Response, status: int = 200) -> Response:
    """An answer that no cache keeps: it is old the next moment, or not for everybody."""
    response = make_response(content, status)
    response.headers["Cache-Control"] = "no-store"
    return response
