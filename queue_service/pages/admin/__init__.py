"""The administrator's pages: branches, screens and tokens, people, webhooks."""

from queue_service.pages.admin import branches, file, own_texts, people, screens, sections, webhooks
from queue_service.pages.admin.forms import blueprint

__all__ = [
    "blueprint", "branches", "file", "own_texts", "people", "screens", "sections", "webhooks",
]  # fmt: skip
