"""Answers of the jobs' store, whose failures callers receive as the service's own refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from redis.exceptions import RedisError

from queue_service.errors import StoreUnavailable

Answer = TypeVar("Answer")


def guarded(ask: Callable[[], Answer]) -> Answer:
    """The answer of the jobs' store. Raises StoreUnavailable."""
    try:
        return ask()
    except RedisError as error:
        raise StoreUnavailable(
            "The store for background work is not answering just now; try again in a moment.",
            retry_after=2,
        ) from error
