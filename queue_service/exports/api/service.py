"""The files of the running application, for its calls and pages."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, cast

from flask import Response, current_app
from flask.blueprints import BlueprintSetupState

from queue_service.branches.visible import visible_branches
from queue_service.exports.make import File
from queue_service.exports.operations import ExportService
from queue_service.exports.store import ExportStore
from queue_service.store.connection.clients import connect_files
from queue_service.store.jobs.job_queue import JobQueue
from queue_service.web.responses import uncached

_EXTENSION: Final = "queue_exports"


def remember(setup: BlueprintSetupState) -> None:
    """Make the service once, when the first blueprint that needs it is registered."""
    known = setup.app.extensions
    if _EXTENSION not in known:
        connection = connect_files(known["queue_settings"])
        known[_EXTENSION] = ExportService(
            known["queue"], ExportStore(connection), JobQueue(connection).ask
        )


def export_service() -> ExportService:
    """The files of all branches."""
    return cast(ExportService, current_app.extensions[_EXTENSION])


def chosen_branches(asked: Collection[str]) -> tuple[str, ...]:
    """The chosen branches that the caller may see, by default all that count in sums."""
    return tuple(
        branch.id
        for branch in visible_branches(past=True)
        if (branch.id in asked if asked else branch.counted)
    )


def download(file: File) -> Response:
    """A file as an attachment."""
    response = uncached(file.content)
    response.headers["Content-Type"] = file.media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
