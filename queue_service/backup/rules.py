"""Why a backup is refused."""

from __future__ import annotations

from queue_service.errors import QueueError


class BackupRefused(QueueError):
    """A backup cannot be written, is none, is damaged or too new, or would go over data."""

    code = "backup_refused"
