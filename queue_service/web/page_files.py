"""Templates, styles and scripts of the pages, each in the folder of its page.

A page's folder holds its view, ``templates/`` and ``static/``. A template's name is no other
page's; ``url_for("page.static", page="kiosk", filename="kiosk.js")`` leads to the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory
from jinja2 import FileSystemLoader

from queue_service.web.compression import compressed_file
from queue_service.web.static_addresses import StaticFiles


class PageFiles(Blueprint):
    """Serves the files of the pages of these folders, ``/static/pages/<page>/<file>``.

    ``files`` are all files (``static_addresses.py``).
    """

    def __init__(self, homes: Iterable[Path], files: StaticFiles) -> None:
        super().__init__("page", __name__, url_prefix="/static/pages")
        folders = (folder for home in homes for folder in home.iterdir() if folder.is_dir())
        self._files = files
        self._pages = {folder.name: folder for folder in folders}
        self.add_url_rule("/<page>/<path:filename>", "static", self._file)

    @cached_property
    def jinja_loader(self) -> FileSystemLoader:
        """Every page's templates."""
        return FileSystemLoader([page / "templates" for page in self._pages.values()])

    def _file(self, page: str, filename: str) -> Response:
        if page not in self._pages:
            abort(404)
        folder = self._pages[page] / "static"
        return compressed_file(
            send_from_directory(folder, filename), folder / filename, self._files
        )
