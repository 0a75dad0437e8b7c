"""The tokens of programs over HTTP, for administrators."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, g

from queue_service.access.store import AccessStore
from queue_service.language.instants import rfc3339
from queue_service.tokens.contract import TokensAnswer
from queue_service.tokens.operations import standings
from queue_service.tokens.rules import TokenStanding
from queue_service.web.commands import answer
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe

blueprint = Blueprint("tokens", __name__, url_prefix="/api/v1/tokens")


@blueprint.get("")
@describe("The tokens of programs", answers={200: TokensAnswer})
def tokens() -> Response:
    """Each token with its role, its end and the date of its last use; no secret and no screen.

    An administrator of some branches sees their tokens alone.
    """
    found = standings(queue().get(AccessStore), by=g.caller)
    return answer({"tokens": [_document(one) for one in found]})


def _document(one: TokenStanding) -> dict[str, Any]:
    token = one.token
    used_on = datetime.fromtimestamp(one.used_at / 1000, UTC).date() if one.used_at else None
    return {
        "id": token.id,
        "role": token.role,
        "branch": token.branch,
        "label": token.label,
        "created_at": rfc3339(token.created_at),
        "expires_at": rfc3339(token.expires_at) if token.expires_at else None,
        "end": one.end,
        "last_used_on": used_on.isoformat() if used_on else None,
        "unused": one.unused,
    }
