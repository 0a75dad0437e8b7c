"""The differences of two configurations, field by field.

Items of a list are compared by their id, dates by their date, offers by their service, so that a
service which is moved or added changes nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

ORDER: Final = "order"
"""The last part of the path of a list whose items have changed places."""
_IDS: Final = ("id", "date", "service")
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field that differs; ``path`` leads to it by names and ids. Its absence is None."""

    path: tuple[str, ...]
    before: Any
    after: Any

    def in_words(self) -> str:
        """For programs and logs: the path, and both values as JSON, long ones cut."""
        return f"{' '.join(self.path)}: {_value(self.before)} → {_value(self.after)}"


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldDifference]:
    """The fields that differ, in their order."""
    return [*_of_members((), before, after)]


def _of_members(
    path: tuple[str, ...], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[FieldDifference]:
    for name in dict.fromkeys([*before, *after]):
        yield from _of_values((*path, name), before.get(name), after.get(name))


def _of_values(path: tuple[str, ...], before: Any, after: Any) -> Iterator[FieldDifference]:
    if before == after:
        return
    items_before, items_after = _items(before), _items(after)
    if items_before is not None and items_after is not None:
        yield from _of_members(path, items_before, items_after)
        kept_before = [name for name in items_before if name in items_after]
        kept_after = [name for name in items_after if name in items_before]
        if kept_before != kept_after:
            yield FieldDifference((*path, ORDER), kept_before, kept_after)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_members(path, before, after)
    else:
        yield FieldDifference(path, before, after)


def _items(value: Any) -> dict[str, Any] | None:
    """The items of a list by their ids; None for another value. No list at all has no items."""
    if value is None:
        return {}
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    for key in _IDS:
        if all(isinstance(item, Mapping) and key in item for item in value):
            return {str(item[key]): item for item in value}
    return None


def _value(value: Any) -> str:
    if value is None:
        return "none"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
