"""Long work in a web process, which steps aside for other requests to the process.

A process serves one request at a time until that waits for something. A computation of more than a
millisecond calls :func:`give_way` all along, so that no ticket waits for a year to be added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from itertools import islice
from time import perf_counter
from typing import Final, TypeVar

import gevent
from gevent import monkey

Item = TypeVar("Item")

_TURN_SECONDS: Final = 0.0005
"""So long work goes on before it lets others go on, if it gives way often enough."""

_LONGEST_SECONDS: Final = 0.004
"""So long what works waits at most: a process that is never idle answers all requests in the
end."""

_turn_ends: Final[ContextVar[float]] = ContextVar("turn_ends", default=0.0)
"""When the turn of the work here is over; each greenlet has its own."""


def begin_turn() -> None:
    """Say that others have just gone on, as while the store was waited for."""
    _turn_ends.set(perf_counter() + _TURN_SECONDS)


def give_way() -> None:
    """Let the others of this process go on, where this has worked for half a millisecond.

    It costs next to nothing before, so it may be called after every row. Nothing is waited for in a
    process that gevent does not run, such as a worker. Yielding by ``gevent.sleep(0)`` is not
    enough: it lets those go on that are ready, but looks at no socket for many turns.
    """
    if perf_counter() < _turn_ends.get():
        return
    if monkey.is_module_patched("threading"):
        with gevent.Timeout(_LONGEST_SECONDS, exception=False):
            gevent.idle()
    begin_turn()


def in_turns(items: Iterable[Item]) -> Iterator[Item]:
    """The items one by one, giving way between them."""
    rest = iter(items)
    yield from islice(rest, 1)
    for item in rest:
        give_way()
        yield item
