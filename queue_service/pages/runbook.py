"""The runbook, where the links in alerts lead. It holds no secret, so it wants no login:
a user who cannot log in needs it most. Behind the proxy of the compose file the proxy answers
itself.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app

blueprint = Blueprint("runbook", __name__)


@blueprint.get("/runbook")
def runbook() -> Response:
    """The page, written by scripts/runbook.py."""
    return current_app.send_static_file("runbook/index.html")
