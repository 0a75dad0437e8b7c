"""Jobs about staffing advice."""

from __future__ import annotations

import os
from typing import Final

from queue_service.staffing.operations import advice, today
from workers.context import queue

_NICENESS: Final = 10


def keep() -> None:
    """Work out and keep the advice of each branch whose day, configuration or notes have changed,
    behind everything that people wait for."""
    os.nice(_NICENESS)
    advice.keep_advice(queue(), queue().store.time())


def pace() -> None:
    """Work out today's pace of each open branch every five minutes, and where counters were opened,
    paused or closed."""
    os.nice(_NICENESS)
    today.keep_paces(queue())
