"""A screen as the API answers it."""

from __future__ import annotations

from typing import Any

from queue_service.language.instants import rfc3339, rfc3339_or_none
from queue_service.screens.rules import ScreenHealth


def screen_json(found: ScreenHealth, release: str) -> dict[str, Any]:
    """A screen with its reports; ``release`` is that of this service."""
    screen, token = found.screen, found.screen.token
    sound = screen.sound
    return {
        "id": token.id,
        "role": token.role,
        "kind": "feedback" if token.feedback else token.role,
        "label": token.label,
        "counter": token.counter or None,
        "created_at": rfc3339(token.created_at),
        "last_seen_at": rfc3339(max(screen.seen_at, token.created_at)),
        "state": found.state,
        "problems": list(found.problems),
        "release": screen.release or None,
        "current": screen.release == release if screen.release else None,
        "sound": sound
        and {"state": sound.sound, "missing": list(sound.missing), "at": rfc3339(sound.at)},
        "printer": screen.printer.state if screen.printer else None,
        "slip_at": rfc3339_or_none(screen.slip_at or None),
        "printed_at": rfc3339_or_none(screen.printed_at or None),
    }
