"""Long lists a part at a time: no one command keeps the store from answering others for long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """The items in order, at most ``size`` of them in each part."""
    return (items[start : start + size] for start in range(0, len(items), size))
