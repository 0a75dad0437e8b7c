"""The application's own routes, with a value for each place in their addresses."""

from __future__ import annotations

import re
from typing import Final

from flask import Flask

from queue_service.web.security.route_roles import Route
from tests.web.web_app import LIBRARY

_VALUES: Final = {
    "branch": LIBRARY,
    "section": "people",
    "counter": "1",
    "part": "goals",
    "service": "pas",
}


def routes(app: Flask) -> set[Route]:
    """Each method and address that the application answers."""
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def path_of(address: str) -> str:
    """The address with something in each of its places; nothing there exists but the branch."""
    return re.sub(r"<(?:[^>]*:)?(\w+)>", lambda found: _VALUES.get(found[1], "x"), address)
