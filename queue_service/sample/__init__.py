"""A sample municipality to look at and to learn on.

A library whose counters are shared by two teams, a town hall and a book bus, with the services and
goals of real ones; and a practice counter that is open around the clock, so that somebody who looks
in the evening finds a branch open.
"""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from importlib.resources import files
from typing import Any, Final, Literal

from queue_service.branches.contract.config import parse_config
from queue_service.contract.reading import parse
from queue_service.playbook.contract import ContentBody

BRANCHES: Final = ("biblioteket", "raadhuset", "bogbussen", "oevelse")
"""The ids of the sample's branches, the one to show first in front."""


def documents() -> dict[str, dict[str, Any]]:
    """The configuration of each branch by its id, with its defaults filled in."""
    folder = files("queue_service.sample") / "branches"
    return {branch: parse_config((folder / f"{branch}.json").read_bytes()) for branch in BRANCHES}


def playbook(today: str) -> dict[str, dict[str, Any]]:
    """The playbook's entries by service id; their reviews are due so many days from ``today``."""
    text = (files("queue_service.sample") / "playbook.toml").read_text(encoding="utf-8")
    found = {}
    for service, entry in tomllib.loads(text).items():
        due = date.fromisoformat(today) + timedelta(days=entry.pop("review_in_days"))
        body = parse(ContentBody, {**entry, "review_by": due.isoformat()})
        found[service] = body.model_dump()
    return found


def announcement(of: Literal["practice", "library"] = "practice") -> dict[str, str]:
    """The announcement of the practice counter's display, or a past one of the library, by
    language."""
    path = files("queue_service.sample") / "announcement.toml"
    found: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))[of]
    return found
