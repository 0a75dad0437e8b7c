"""Copies of other machines' branches: names, hours and lifelines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from queue_service.branches.rules.branch import Branch

_SHOWN_OF_A_BRANCH: Final = (
    "name", "timezone", "languages", "opening_hours", "hours_exceptions", "practice", "lifelines",
)  # fmt: skip


def bare_document(**members: Any) -> dict[str, Any]:
    """A branch's document with the least that one has."""
    return {"name": "-", "languages": [], "opening_hours": {}, "hours_exceptions": [],
            "services": [], "counters": [], "teams": [], "goals": [], "no_show_after_seconds": 0,
            "return_window_seconds": 0, "priority_head_start_seconds": 0, "retention_days": 1,
            **members}  # fmt: skip


def shown_of(branch: Branch) -> dict[str, Any]:
    """The document of another branch as the pages of a bus show it: names, hours and lifelines."""
    document = branch.document
    services = [
        {"id": s.id, "name": dict(s.name), "prefix": s.prefix, "active": s.active}
        for s in branch.services.values()
    ]
    shown = {name: document[name] for name in _SHOWN_OF_A_BRANCH if name in document}
    return {"id": branch.id, **shown, "services": services}


def branch_from_shown(shown: Mapping[str, Any]) -> Branch:
    """The branch that :func:`shown_of` was made from, as far as it is contained there."""
    members = {name: value for name, value in shown.items() if name != "id"}
    return Branch.from_document(str(shown["id"]), "", bare_document(**members))
