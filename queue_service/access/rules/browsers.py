"""The kind of a browser, by which a person recognises a login of their own."""

from __future__ import annotations

from typing import Final

_BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip
"""A mark of each browser, with its name. The first that fits counts: most name others, too."""
_SYSTEMS: Final = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("CrOS", "ChromeOS"),
    ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser_kind(user_agent: str) -> str:
    """A browser's name and its system, such as ``Firefox, Windows``; empty for an unknown one.

    Versions and models are left out: they recognise a person.
    """
    named = (_first(user_agent, names) for names in (_BROWSERS, _SYSTEMS))
    return ", ".join(filter(None, named))


def _first(user_agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
