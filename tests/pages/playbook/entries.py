"""A service of its own for a test, so that tests share the playbook without meeting in it."""

from __future__ import annotations

import json
import urllib.request
from itertools import count
from typing import Any, Final

from queue_service.command import Queue
from queue_service.store.redis_store import RedisStore
from tests.playbook.entries import content, document, overdue_in_force
from tests.web.service import Service

_NUMBERS: Final = count(1)


def own_service(prefix: str = "A") -> dict[str, Any]:
    """A service that no other branch has."""
    number = next(_NUMBERS)
    name = {"da": f"Bogydelse {number}", "en": f"Book service {number}"}
    return {"id": f"bog-{number}", "name": name, "prefix": prefix}


def put_in_force(service: Service, service_id: str, **changes: Any) -> None:
    """Write a service's entry and approve it."""
    path = f"{service.url}/api/v1/playbook/{service_id}"
    tag = _call(service, "GET", path).headers["ETag"]
    tag = _call(service, "PUT", f"{path}/draft", document(**changes), tag).headers["ETag"]
    _call(service, "POST", f"{path}/approve", {}, tag)


def _call(service: Service, method: str, url: str, body: Any = None, tag: str = "") -> Any:
    headers = {"Authorization": f"Bearer {service.api().token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    if tag:
        headers["If-Match"] = tag
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - our own service
    return urllib.request.urlopen(request, timeout=10)  # noqa: S310 - our own service


def overdue(service: Service, service_id: str) -> None:
    """Put an entry in force whose review was due long ago."""
    queue = Queue(RedisStore(service.client))
    overdue_in_force(queue, service_id, content(review_by="2020-01-01"))
