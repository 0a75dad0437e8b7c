"""The response at the end of a day."""

from __future__ import annotations

from pydantic import BaseModel

from queue_service.contract.answers import Instant
from queue_service.contract.words import Id


class ClosedAnswer(BaseModel):
    """A day that was closed."""

    branch: Id
    closed_at: Instant
