"""A part of the configuration: its page's fields from the document, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from queue_service.pages.admin.parts.reader import FormReader


class ConfigDocument(Mapping[str, Any]):
    """A branch's configuration as a document, on a date of the branch: ``today``."""

    def __init__(self, members: Mapping[str, Any], today: str) -> None:
        self._members = members
        self.today = today

    def __getitem__(self, key: str) -> Any:
        return self._members[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


@dataclass(frozen=True, slots=True)
class Part:
    """A page of the configuration.

    ``keys`` are the document's members that it changes. ``show(document)`` gives its fields,
    ``take(document, form)`` the members as the form wants them.
    """

    id: str
    title: str
    icon: str
    about: str
    keys: tuple[str, ...]
    show: Callable[[ConfigDocument], dict[str, str]]
    take: Callable[[ConfigDocument, FormReader], dict[str, Any]]

    def fingerprint(self, document: Mapping[str, Any]) -> str:
        """A mark that differs when this part of the configuration differs."""
        own = {key: document.get(key) for key in self.keys}
        return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:16]


def languages_of(document: Mapping[str, Any]) -> list[str]:
    """The languages that names are written in: the branch's, and those some name has already."""
    found = dict.fromkeys(document["languages"])
    for key in ("services", "teams", "lifelines", "stops", "pause_reasons"):
        for item in document.get(key) or ():
            found |= dict.fromkeys([*item["name"], *(item.get("description") or ())])
    for counter in document["counters"]:
        if isinstance(counter["name"], Mapping):
            found |= dict.fromkeys(counter["name"])
    return list(found)


def field_for(path: str, field_of_path: Mapping[str, str], names: Sequence[str]) -> str:
    """The field for a path of the document: the nearest there is, or "" for none."""
    rest: list[str] = []
    while path and path not in field_of_path:
        path, cut = _parent(path)
        rest.insert(0, cut)
    parts = [field_of_path[path], *rest] if path else rest
    while parts:
        begin = "-".join(parts)
        for name in names:
            if name == begin or name.startswith(f"{begin}-"):
                return name
        parts.pop()
    return ""


def _parent(path: str) -> tuple[str, str]:
    cut = max(path.rfind("."), path.rfind("["))
    return path[: max(cut, 0)], path[cut + 1 :].rstrip("]")
