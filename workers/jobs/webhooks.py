"""The job that sends events to endpoints.

Each endpoint has a thread of its own, so that one that does not answer holds up no other. The job
ends after :data:`SECONDS`, or once the last try is over; what is left is the next job's.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Final

from queue_service.notify import webhook
from queue_service.webhooks.operations.sending import WebhookUndeliverable, send_all
from queue_service.webhooks.rules.endpoints import Endpoint
from queue_service.webhooks.rules.messages import WebhookMessage
from queue_service.webhooks.store import WebhookStore
from workers.context import queue, settings

SECONDS: Final = 8.0
"""How long one job goes on sending."""


def send() -> None:
    """Send each endpoint what there is for it."""
    service, ends = queue(), monotonic() + SECONDS
    found = [endpoint.id for endpoint in service.get(WebhookStore).endpoints()]
    if not found:
        return
    with ThreadPoolExecutor(len(found)) as threads:
        for done in [
            threads.submit(send_all, service, endpoint, _post, lambda: monotonic() > ends)
            for endpoint in found
        ]:
            done.result()


def _post(endpoint: Endpoint, message: WebhookMessage, now: int) -> None:
    older = endpoint.older_secret(now)
    hook = webhook.Hook(endpoint.url, endpoint.secret, settings().webhook_hosts, older)
    try:
        webhook.send(hook, message.id, message.body, now)
    except webhook.HookRefused as error:
        raise WebhookUndeliverable(str(error), final=True) from None
    except webhook.HookUnavailable as error:
        raise WebhookUndeliverable(str(error)) from None
