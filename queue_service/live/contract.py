"""What a page says of itself where it follows a branch's events."""

from __future__ import annotations

from typing import Literal

from queue_service.contract.words import Id, Strict


class EventsQuery(Strict):
    """``counter``: whose page it is. ``hears``: it shows calls for help."""

    counter: Id | None = None
    hears: Literal["help"] | None = None
