"""Texts of the page's script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.web.i18n import N_

TEXTS: Final[Mapping[str, str]] = {
    "act.changed": N_("What is in force has changed."),
}
"""By key."""
