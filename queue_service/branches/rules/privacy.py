"""The part of a configuration that is public in a waiting room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def without_private(document: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration without its private services, wherever they are named.

    For displays: a screen can be read by everyone in the room.
    """
    hidden = {s["id"] for s in document["services"] if s.get("private")}
    if not hidden:
        return dict(document)
    public: dict[str, Any] = _without(document, hidden)
    if public.get("unsure_service") in hidden:
        public["unsure_service"] = None
    return public


def _without(value: Any, hidden: set[str]) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _shown(part, hidden) if key == "services" else _without(part, hidden)
            for key, part in value.items()
        }
    return [_without(part, hidden) for part in value] if isinstance(value, list | tuple) else value


def _shown(services: list[Any], hidden: set[str]) -> list[Any]:
    return [s for s in services if (s["id"] if isinstance(s, Mapping) else s) not in hidden]
