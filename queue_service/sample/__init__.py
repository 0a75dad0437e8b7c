"""A sample municipality to look at and to learn on.

A library whose counters are shared by two teams, a town hall and a book bus, with the services
and goals of real ones; and a practice counter that is open around the clock, so that somebody who
looks in the evening finds a door open.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

from queue_service.branches.contract.config import parse_config

BRANCHES: Final = ("biblioteket", "raadhuset", "bogbussen", "oevelse")
"""The ids of the sample's branches, the one to show first in front."""


def documents() -> dict[str, dict[str, Any]]:
    """The configuration of each branch by its id, with its defaults filled in."""
    folder = files("queue_service.sample") / "branches"
    return {branch: parse_config((folder / f"{branch}.json").read_bytes()) for branch in BRANCHES}
