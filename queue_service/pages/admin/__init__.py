"""The administrator's pages: branches, screens and tokens, people, webhooks, the audit log."""

from queue_service.pages.admin import (
    audit,
    branches,
    checklist,
    file,
    history,
    holidays,
    new_branch,
    own_texts,
    people,
    preview,
    screens,
    sections,
    webhooks,
)
from queue_service.pages.admin.forms import blueprint

__all__ = [
    "audit", "blueprint", "branches", "checklist", "file", "history", "holidays", "new_branch",
    "own_texts", "people", "preview", "screens", "sections", "webhooks",
]  # fmt: skip
