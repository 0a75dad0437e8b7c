"""Responses about the tokens of programs.

New members may come; those here stay.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from queue_service.contract.answers import Instant
from queue_service.contract.words import Published


class TokenAnswer(Published):
    """A program's token, without its secret. ``branch``: null for all branches.

    ``expires_at``: null for a token of a version that gave no end. ``last_used_on``: the date in
    UTC; null if no use is known. ``unused``: it was not used for 90 days.
    """

    id: str
    role: str
    branch: str | None
    label: str
    created_at: Instant
    expires_at: Instant | None
    end: Literal["later", "soon", "over", "none"]
    last_used_on: date | None
    unused: bool


class TokensAnswer(Published):
    """Tokens, the oldest first."""

    tokens: list[TokenAnswer]
