"""When a screen was last seen, and which were not seen today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from queue_service.access.rules.credentials import SCREEN_ROLES, TokenRecord
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.devices.store import Heartbeat, Heartbeats


def last_seen(token: TokenRecord, heartbeats: Heartbeats) -> int:
    """When a screen was last seen in the branch of these heartbeats, in ms; 0 for never.

    A device that was set up counts as seen then, a program's token at its first heartbeat.
    """
    role: Heartbeat = "kiosk" if token.role == "kiosk" else "display"
    since = token.created_at if token.device else 0
    return max(heartbeats.get((token.id, role), 0), since)


def not_seen_today(
    branch: Branch, tokens: Iterable[TokenRecord], heartbeats: Heartbeats, now: int
) -> Iterator[tuple[TokenRecord, int]]:
    """The branch's screens without a heartbeat on its date, with the time of the last (ms).

    None while the branch is closed, when screens are switched off. Feedback terminals have none.
    """
    today = moment(branch, now)
    if not today.open:
        return
    for token in tokens:
        reports = token.role in SCREEN_ROLES and not token.feedback
        if reports and token.branch in (branch.id, None):
            seen = last_seen(token, heartbeats)
            if 0 < seen < today.day_begins:
                yield token, seen
