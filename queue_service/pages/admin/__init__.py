"""The administrator's pages: branches, screens and tokens, people, webhooks, the audit log."""

from queue_service.pages.admin import (
    audit,
    branches,
    file,
    history,
    holidays,
    own_texts,
    people,
    screens,
    sections,
    webhooks,
)
from queue_service.pages.admin.forms import blueprint

__all__ = [
    "audit", "blueprint", "branches", "file", "history", "holidays", "own_texts", "people",
    "screens", "sections", "webhooks",
]  # fmt: skip
