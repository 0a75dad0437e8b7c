"""Parameters of a page that follows a branch's events."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from queue_service.contract.words import Id, Strict


class EventsQuery(Strict):
    """``counter``: the counter of the page. ``hears``: it shows calls for help."""

    counter: Id | None = Field(default=None, description="The counter whose page follows.")
    hears: Literal["help"] | None = Field(
        default=None, description="The data that the page can show: calls for help."
    )
