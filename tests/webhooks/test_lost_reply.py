"""The reply to a change of an endpoint is lost, and the client sends the change again."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.access.rules.caller import Caller
from queue_service.command import Queue
from queue_service.webhooks.operations import endpoints
from queue_service.webhooks.operations.endpoints import EndpointRequest
from queue_service.webhooks.store import WebhookStore

ADMIN = Caller("admin", "admin")
WANTED = EndpointRequest(
    "Statistics", "https://example.org/events", ("visit.*",), None, active=True
)


@pytest.fixture
def sent_twice(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> Queue:
    """A client that loses the first reply to each change of an endpoint."""
    run = queue.store.run

    def again(name: str, *rest: Any) -> Any:
        if name == "webhook_put":
            run(name, *rest)
        return run(name, *rest)

    monkeypatch.setattr(queue.store, "run", again)
    return queue


def test_an_endpoint_is_added_once(sent_twice: Queue) -> None:
    added = endpoints.add(sent_twice, ADMIN, WANTED, None).endpoint
    assert sent_twice.get(WebhookStore).endpoints() == [added]


def test_a_secret_is_changed_once(sent_twice: Queue) -> None:
    added = endpoints.add(sent_twice, ADMIN, WANTED, None).endpoint
    endpoints.rotate(sent_twice, ADMIN, added.id, None)
    (rotated,) = sent_twice.get(WebhookStore).endpoints()
    assert rotated.secret != added.secret
    assert rotated.old_secret == added.secret
