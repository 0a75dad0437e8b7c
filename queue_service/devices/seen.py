"""When a screen was last heard from, and which were not today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from queue_service.access.rules.access import SCREEN_ROLES, TokenRecord
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import moment
from queue_service.devices.store import Sign, Signs


def last_seen(token: TokenRecord, signs: Signs) -> int:
    """When a screen was last heard from in the branch of these signs, in ms; 0 for never.

    One that was set up counts as heard from then; a program's token once it follows.
    """
    role: Sign = "kiosk" if token.role == "kiosk" else "display"
    since = token.created_at if token.device else 0
    return max(signs.get((token.id, role), 0), since)


def not_seen_today(
    branch: Branch, tokens: Iterable[TokenRecord], signs: Signs, now: int
) -> Iterator[tuple[TokenRecord, int]]:
    """The branch's screens without a sign on its date, and when each had its last (ms).

    None while the branch is closed, when screens are switched off.
    """
    today = moment(branch, now)
    if not today.open:
        return
    for token in tokens:
        if token.role in SCREEN_ROLES and token.branch in (branch.id, None):
            seen = last_seen(token, signs)
            if 0 < seen < today.day_begins:
                yield token, seen
