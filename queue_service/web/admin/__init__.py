"""The administrator's pages: branches with their configuration, screens and tokens, people."""

from queue_service.web.admin import branches, file, people, screens, sections
from queue_service.web.admin.forms import blueprint

__all__ = ["blueprint", "branches", "file", "people", "screens", "sections"]
