"""The audit log over HTTP, for administrators."""

from __future__ import annotations

import re

from flask import Blueprint, Response, g

from queue_service.audit import operations
from queue_service.audit.contract import MOST, AuditAnswer, AuditQuery, actions_of
from queue_service.audit.store import position_from_text
from queue_service.errors import Invalid
from queue_service.web.commands import answer
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import query

blueprint = Blueprint("audit", __name__, url_prefix="/api/v1/audit")


@blueprint.get("")
@describe("The audit log", query=AuditQuery, answers={200: AuditAnswer})
def entries() -> Response:
    """Sign-ins, refusals and changes of accounts, tokens, screens and configurations, the latest
    first.

    An administrator of some branches sees their entries alone.
    """
    wanted = query(AuditQuery)
    before = position_from_text(wanted.before) if wanted.before else None
    if wanted.before and before is None:
        raise Invalid.at("before", "It must be a value of next that was answered before.")
    limit = int(wanted.limit) if re.fullmatch("[0-9]{1,4}", wanted.limit) else 0
    if not 1 <= limit <= MOST:
        raise Invalid.at("limit", f"It must be a whole number from 1 to {MOST}.")
    search = operations.search_of(
        queue(),
        g.caller,
        wanted.from_,
        wanted.to,
        actions_of(wanted.action),
        wanted.branch,
        wanted.name,
    )
    found = operations.page(queue(), search, before, limit)
    following = found.before.text() if found.before is not None else None
    return answer({"entries": [each.document() for each in found.entries], "next": following})
