"""A service of its own for a test, so that tests share the playbook without meeting in it."""

from __future__ import annotations

import json
import urllib.request
from itertools import count
from typing import Any, Final

from queue_service.access.rules.caller import Caller
from queue_service.command import Queue
from queue_service.playbook.operations import approve, page, save_draft
from queue_service.playbook.rules import content_from
from queue_service.store.redis_store import RedisStore
from tests.playbook.entries import document
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
    """Put an entry in force whose review was due long ago: as time makes it, for nobody may."""
    queue, chief = Queue(RedisStore(service.client)), Caller("chief", "admin")
    revision = page(queue, service_id).entry.revision
    content = content_from(document(review_by="2020-01-01"))
    draft = save_draft(queue, chief, service_id, content, revision)
    approve(queue, chief, service_id, draft.revision)
