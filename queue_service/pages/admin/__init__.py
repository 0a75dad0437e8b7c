"""The administrator's pages: branches, screens and tokens, people, webhooks, the audit log,
and the papers of data protection."""

from queue_service.pages.admin import (
    audit,
    branches,
    checklist,
    file,
    history,
    holidays,
    new_branch,
    numbers,
    own_texts,
    pairing,
    people,
    pins,
    preview,
    privacy,
    screens,
    sections,
    webhooks,
)
from queue_service.pages.admin.forms import blueprint

__all__ = [
    "audit", "blueprint", "branches", "checklist", "file", "history", "holidays", "new_branch",
    "numbers", "own_texts", "pairing", "people", "pins", "preview", "privacy", "screens",
    "sections", "webhooks",
]  # fmt: skip
