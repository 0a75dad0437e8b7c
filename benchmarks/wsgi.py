"""The application with one more route, ``/bare``, that does nothing: the baseline of all other
figures.

Loaded by the same server, workers and settings as production; the route is not in the product.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue

from queue_service.app import create_app
from queue_service.runtime.settings import Settings

_service = create_app(Settings.from_env())
_bare = Flask(__name__)


@_bare.post("/bare")
def bare() -> ResponseReturnValue:
    """Answer a little JSON, without a look at the request."""
    return {"status": "ok"}


def app(environ: dict[str, Any], start_response: Any) -> Any:
    """The bare route where it is asked for, else the service."""
    chosen = _bare if environ["PATH_INFO"] == "/bare" else _service
    return chosen.wsgi_app(environ, start_response)
