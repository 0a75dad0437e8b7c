"""The command that runs the web processes, and what has to be ready for them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from queue_service.errors import OperatorError
from queue_service.runtime.settings import Settings, child_environment


def command(listener: int | None = None) -> list[str]:
    """The command, to listen on an open socket that it inherits or on the settings' address."""
    gunicorn = [sys.executable, "-P", "-m", "gunicorn"]
    configured = ["--config", "python:queue_service.web.serving.gunicorn_conf"]
    inherited = [] if listener is None else ["--bind", f"fd://{listener}"]
    return [*gunicorn, *configured, *inherited, "queue_service.wsgi:app"]


def environment(settings: Settings) -> Mapping[str, str]:
    """The environment with the folder in which the processes share their metrics.

    They leave the folder they were started in, so the data folder's path is made absolute.
    """
    return child_environment(
        QUEUE_DATA_DIR=str(settings.data_dir),
        PROMETHEUS_MULTIPROC_DIR=str(settings.metrics_dir),
    )


def clear_metrics(settings: Settings) -> None:
    """Forget the metrics of processes that ran before: a process counts from its own start.

    Raises OperatorError if the folder is somebody else's.
    """
    settings.metrics_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = settings.metrics_dir
    # Any user may place a link where the system shares memory, and it may lead anywhere.
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise OperatorError(f"{folder} belongs to somebody else: remove it.")
    for file in folder.glob("*.db"):
        file.unlink(missing_ok=True)
