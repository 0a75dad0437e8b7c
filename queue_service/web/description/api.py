"""The published description of the interface."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from queue_service.web.commands import answer
from queue_service.web.description.contract import Description
from queue_service.web.description.openapi import describe, document
from queue_service.web.problems.errors import STATUS_OF
from queue_service.web.security.permissions import gate

blueprint = Blueprint("description", __name__, url_prefix="/api/v1")

_EXTENSION = "queue_openapi"


@blueprint.get("/openapi.json")
@describe("This description", answers={200: Description})
def openapi() -> Response:
    """OpenAPI 3.1; made when it is first asked for."""
    known = current_app.extensions
    if _EXTENSION not in known:
        known[_EXTENSION] = document(current_app, gate().rule_of, STATUS_OF)
    return answer(known[_EXTENSION])
