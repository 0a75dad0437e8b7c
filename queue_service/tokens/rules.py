"""How a program's token does: near its end, over, without an end, or not used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from queue_service.access.rules.credentials import TokenRecord
from queue_service.access.rules.lifetimes import DAY_MS, ENDS_SOON_DAYS, UNUSED_DAYS

End = Literal["later", "soon", "over", "none"]
"""When a token ends: ``none`` for one of a version that gave no end."""


@dataclass(frozen=True, slots=True)
class TokenStanding:
    """A token, its end, and its last use (ms, within an hour; 0 if none is known).

    ``days_left`` are whole days; None without an end and after it. ``unused``: not used for
    :data:`UNUSED_DAYS`.
    """

    token: TokenRecord
    used_at: int
    end: End
    days_left: int | None
    unused: bool


def standing(token: TokenRecord, used_at: int, kept_since: int, now: int) -> TokenStanding:
    """The standing of a token at ``now``; uses before ``kept_since`` are not known (all in ms)."""
    days = (token.expires_at - now) // DAY_MS
    end: End = "later" if days >= ENDS_SOON_DAYS else "soon"
    if not token.expires_at:
        end = "none"
    elif token.has_ended(now):
        end = "over"
    seen = max(used_at, token.created_at, kept_since or now)
    return TokenStanding(
        token=token,
        used_at=used_at,
        end=end,
        days_left=days if end in ("later", "soon") else None,
        unused=now - seen >= UNUSED_DAYS * DAY_MS,
    )
