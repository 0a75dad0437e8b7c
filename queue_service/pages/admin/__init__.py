"""The administrator's pages: branches with their configuration, screens and tokens, people."""

from queue_service.pages.admin import branches, file, people, screens, sections
from queue_service.pages.admin.forms import blueprint

__all__ = ["blueprint", "branches", "file", "people", "screens", "sections"]
