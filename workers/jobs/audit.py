"""Jobs about the audit log: sending it on, and forgetting what is too old."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

from queue_service.audit import syslog
from queue_service.audit.operations import expire as forget_old
from queue_service.audit.sending import ReceiverUnavailable, Send, send_all
from queue_service.audit.store import RecordedEntry
from queue_service.notify import webhook
from workers.context import queue, settings

SECONDS: Final = 20.0
"""How long one job goes on sending."""


def send() -> None:
    """Send each receiver of the settings what it has not got. Raises ReceiverUnavailable."""
    ends = monotonic() + SECONDS
    send_all(queue(), _receivers(), lambda: monotonic() > ends)


def expire() -> None:
    """Forget entries older than QUEUE_AUDIT_DAYS."""
    forget_old(queue(), settings().audit_days, queue().store.time())


def _receivers() -> dict[str, Send]:
    found: dict[str, Send] = {}
    if settings().audit_syslog:
        found["syslog"] = _to_syslog
    if settings().audit_webhook:
        found["webhook"] = _to_webhook
    return found


def _to_syslog(entries: Sequence[RecordedEntry]) -> None:
    syslog.send(settings().audit_syslog, entries, socket.gethostname())


def _to_webhook(entries: Sequence[RecordedEntry]) -> None:
    url = settings().audit_webhook
    host = urlsplit(url).hostname or ""
    hook = webhook.Hook(url, settings().audit_webhook_secret, (*settings().webhook_hosts, host))
    body = json.dumps({"entries": [each.document() for each in entries]}, ensure_ascii=False)
    try:
        # The same over all tries of the same entries.
        message = f"audit_{entries[0].position.text()}"
        webhook.send(hook, message, body.encode(), queue().store.time())
    except (webhook.HookRefused, webhook.HookUnavailable) as error:
        raise ReceiverUnavailable(str(error)) from None
