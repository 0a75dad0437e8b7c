"""A Flask application with one route, ``/bare``, that does nothing: the baseline of all others.

gunicorn serves it as it comes, so that the server is part of the measurement.
"""

from __future__ import annotations

from flask import Flask
from flask.typing import ResponseReturnValue

app = Flask(__name__)


@app.post("/bare")
def bare() -> ResponseReturnValue:
    """Answer a little JSON, without a look at the request."""
    return {"status": "ok"}
