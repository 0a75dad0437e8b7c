"""A store of a test's own in the place of a capability's, to bring a race about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from queue_service.command import Queue
from queue_service.store.redis_store import RedisStore

Store = TypeVar("Store")


class QueueWith(Queue):
    """A queue that returns ``store`` where ``kind`` is asked for."""

    def __init__(self, queue: Queue, kind: Callable[[RedisStore], Any], store: object) -> None:
        super().__init__(queue.store, kiosk_tickets_per_minute=queue.kiosk_tickets_per_minute)
        self._stores[kind] = store
