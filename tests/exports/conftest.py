"""A branch with a fortnight behind it, and files of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from queue_service.exports.make import File, make
from queue_service.exports.order import Order, new_order
from tests.desks import Desk
from tests.tables.weeks import FIRST, LAST

OrderMaker = Callable[..., Order]
FileMaker = Callable[..., File]


def order(branch: str = "raadhuset", **given: str) -> Order:
    """An order for the fortnight, in English by default."""
    filled = {"content": "days", "from": FIRST, "to": LAST, "format": "csv", "language": "en"}
    changed = {{"first": "from", "last": "to"}.get(k, k): v for k, v in given.items()}
    return new_order(branch, (branch,), filled | changed)


@pytest.fixture
def made(weeks: Desk) -> FileMaker:
    """Makes files of the fortnight: ``made(content="week", format="xlsx")``."""
    return lambda **given: make(weeks.queue, order(weeks.branch, **given))
