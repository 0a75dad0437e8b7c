"""A new visit, before the store completes it.

The store alone knows the time, the number, the place in the queue and how many are ahead, and it
writes the visit in the same step. So a new visit has blanks there, and what is stored and returned
of it are templates that ``visits/scripts/issue.lua`` fills in.
"""

from __future__ import annotations

import json
from enum import IntEnum
from functools import lru_cache
from typing import Final, NamedTuple

from queue_service.visits.rules.booked import Booked
from queue_service.visits.rules.events import visit_event
from queue_service.visits.rules.visit import Visit


class Blank(IntEnum):
    """The values that the store fills in, as numbers that no visit has. The names are the
    templates'."""

    now = 9_000_000_000_000_000_001
    place = 9_000_000_000_000_000_002
    ahead = 9_000_000_000_000_000_003
    open = 9_000_000_000_000_000_004
    busy = 9_000_000_000_000_000_005
    low = 9_000_000_000_000_000_006
    high = 9_000_000_000_000_000_007
    waits = 9_000_000_000_000_000_008
    head = 9_000_000_000_000_000_009


ID: Final = "@id"
NUMBER: Final = "@number"
ESTIMATE: Final = (Blank.low, Blank.high)

_encode: Final = json.JSONEncoder(separators=(",", ":")).encode


class Ticket(NamedTuple):
    """A ticket to be issued.

    ``visit`` has blanks. ``rate_limit`` is how many tickets ``caller`` may issue in a minute, 0 for
    any number. ``cap`` is how many kiosks may issue for its service on the day, None for any.
    ``private``: no screen receives what it is for. ``booked``: the booking that it is for, if that
    counts in the order, and ``booking`` its name in the store, also if it does not; empty for none.
    """

    visit: Visit
    prefix: str
    event: str
    rate_limit: int = 0
    caller: str = ""
    cap: int | None = None
    private: bool = False
    booked: Booked | None = None
    booking: str = ""

    def templates(self, visit_id: str) -> tuple[str, str]:
        """The visit's document and the data of its event, with ``@`` and a name at each blank."""
        document, event = _templates(self.visit, self.private)
        return document.replace(ID, visit_id), event.replace(ID, visit_id)


@lru_cache(maxsize=4096)
def _templates(visit: Visit, private: bool) -> tuple[str, str]:
    # One service, language and channel make the same visit all day but for its id.
    event = visit_event(visit, Blank.now, private=private)
    return _with_names(visit.to_json()), _with_names(_encode(event))


def _with_names(text: str) -> str:
    for blank in Blank:
        text = text.replace(str(blank.value), f'"@{blank.name}"')
    # A range is a list or null, which the script decides.
    return text.replace('["@low","@high"]', '"@range"')
