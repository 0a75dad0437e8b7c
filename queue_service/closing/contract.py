"""The response at the end of a day."""

from __future__ import annotations

from queue_service.contract.answers import Instant
from queue_service.contract.words import Id, Published


class ClosedAnswer(Published):
    """A day that was closed."""

    branch: Id
    closed_at: Instant
