"""Instants as text."""

from __future__ import annotations

from functools import lru_cache
from time import gmtime, strftime


def rfc3339(instant: int) -> str:
    """An instant in ms as RFC 3339 in UTC with milliseconds."""
    seconds, milliseconds = divmod(instant, 1000)
    return f"{_to_the_second(seconds)}.{milliseconds:03d}Z"


@lru_cache(maxsize=1024)
def _to_the_second(seconds: int) -> str:
    return strftime("%Y-%m-%dT%H:%M:%S", gmtime(seconds))


def rfc3339_or_none(instant: int | None) -> str | None:
    """The same for an instant that may not have come yet."""
    return None if instant is None else rfc3339(instant)
