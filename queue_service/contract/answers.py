"""Common parts of responses: instants, counts, shares.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, WithJsonSchema

from queue_service.contract.words import Published, Strict


class EmptyBody(Strict):
    """Nothing to say: ``{}`` or no body."""


Instant = Annotated[
    str,
    WithJsonSchema(
        {"type": "string", "format": "date-time", "examples": ["2026-11-25T09:30:00.000Z"]}
    ),
]
"""RFC 3339, UTC, with milliseconds."""


Count = Annotated[int, Field(ge=0)]


Seconds = Annotated[float, Field(ge=0)]


Ratio = Annotated[float, Field(ge=0, le=1)]


class Squares(Published):
    """A QR code: the outline of its dark squares as an SVG path, in a square of ``size`` units
    that has its margin."""

    size: Count
    path: str
