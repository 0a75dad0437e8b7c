"""Removing a branch over HTTP."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, current_app, g

from queue_service.removal.operations import Remover
from queue_service.web.description.openapi import describe

blueprint = Blueprint("removal", __name__, url_prefix="/api/v1/branches")


def remover() -> Remover:
    """Removes branches."""
    return cast(Remover, current_app.extensions["queue_remover"])


@blueprint.delete("/<branch>")
@describe(
    "Remove a branch of replayed days, or one that never issued a ticket",
    operation_id="branches_delete_branch",
    answers={204: ""},
    refusals=("in_use",),
)
def delete_branch(branch: str) -> Response:
    """With everything of it. A removal that was interrupted is finished by repeating it."""
    remover().remove(branch, by=g.caller)
    return Response(status=204)
