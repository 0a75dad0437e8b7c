"""How long a request waits for the store, over all that it asks.

A time-out of the connection holds for each question by itself. A request asks several, so a store
that hangs would be waited for several times. Here each request has one account of time, which what
it asks uses up. The time of a healthy store is not counted: a page over years asks a thousand
times. Outside a request, as in a worker, only the connection's time-out holds.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import Final, TypeVar

import gevent
from redis.exceptions import TimeoutError as StoreTimeoutError

Answer = TypeVar("Answer")

PROMPT_SECONDS: Final = 0.1
"""An answer within this time uses nothing up, and one that takes longer what it takes beyond."""


class WaitedTooLong(StoreTimeoutError):
    """A request has waited for the store as long as it may."""


@dataclass(slots=True)
class _Account:
    """The seconds that are left to wait."""

    left: float


_account: Final[ContextVar[_Account | None]] = ContextVar("waiting", default=None)


class at_most:  # noqa: N801 - used as a function
    """Give what runs within this many seconds of waiting for the store in all."""

    def __init__(self, seconds: float) -> None:
        self._given = _Account(seconds)

    def __enter__(self) -> None:
        self._before = _account.set(self._given)

    def __exit__(self, *_: object) -> None:
        _account.reset(self._before)


def bounded(ask: Callable[[], Answer]) -> Answer:
    """The answer, if the time that is left allows for it. Raises WaitedTooLong when it does not."""
    account = _account.get()
    if account is None:
        return ask()
    if account.left <= 0:
        raise WaitedTooLong
    began = monotonic()
    timer = gevent.Timeout.start_new(account.left)
    try:
        return ask()
    except gevent.Timeout as timeout:
        if timeout is not timer:
            raise
        account.left = 0
        raise WaitedTooLong from None
    except StoreTimeoutError:
        account.left = 0
        raise
    finally:
        timer.close()
        account.left -= max(0, monotonic() - began - PROMPT_SECONDS)
