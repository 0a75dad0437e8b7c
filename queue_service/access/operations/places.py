"""The place of a screen without a label: *Kiosk 1*, *Kiosk 2* and so on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import count
from types import MappingProxyType
from typing import Final

from queue_service.access.rules.credentials import ScreenKind, TokenRecord
from queue_service.access.store import AccessStore

PlaceNames = Mapping[ScreenKind, str]
"""By the kind of a screen, its name with ``{n}``: ``Kiosk {n}``."""

NO_NAMES: Final[PlaceNames] = MappingProxyType({})


def placed(store: AccessStore, screen: TokenRecord, names: PlaceNames) -> TokenRecord:
    """The screen with its own label, or else the first name that no other of its branch has."""
    others = (token for token in store.tokens() if token.id != screen.id)
    return replace(screen, label=_label(screen, _taken(screen, others), names))


def places(screens: Iterable[TokenRecord], names: PlaceNames) -> Mapping[str, str]:
    """The label of each screen by its id; a name for each of an earlier version that has none."""
    known = list(screens)
    for index, screen in enumerate(known):
        known[index] = replace(screen, label=_label(screen, _taken(screen, known), names))
    return {screen.id: screen.label for screen in known}


def _taken(screen: TokenRecord, others: Iterable[TokenRecord]) -> set[str]:
    return {other.label for other in others if other.device and other.branch == screen.branch}


def _label(screen: TokenRecord, taken: Collection[str], names: PlaceNames) -> str:
    kind: ScreenKind = "display" if screen.role == "display" else "kiosk"
    name = names.get("feedback" if screen.feedback else kind)
    if screen.label or screen.counter or name is None:  # a booth has the name of its counter
        return screen.label
    return next(each for n in count(1) if (each := name.format(n=n)) not in taken)
