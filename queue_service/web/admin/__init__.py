"""The administrator's pages: branches, screens and tokens, people."""

from queue_service.web.admin import branches, people, screens
from queue_service.web.admin.forms import blueprint

__all__ = ["blueprint", "branches", "people", "screens"]
