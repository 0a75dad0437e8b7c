"""The number of citizens whose time a change takes away, shown and confirmed before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from queue_service.branches.rules.branch import Branch
from queue_service.configuration.closing_text import closing_lines
from queue_service.configuration.operations import plan_change
from queue_service.language.wording import Wording
from queue_service.web.context import queue
from queue_service.web.i18n import current_language


def agreed_number(text: str) -> int:
    """The number of appointments that a form was shown with; 0 if it was shown without any."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def met_words(branch: Branch, document: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The number of appointments that a checked configuration meets, and sentences about them."""
    planned = plan_change(queue(), branch, document)
    return str(planned.appointments), closing_lines(planned, Wording(current_language()))
