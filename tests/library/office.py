"""The service over its API, as several roles use it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, NamedTuple

from queue_service.access.rules.caller import Role
from tests.web.service import Refused

DAY: Final = "dagen"
OTHER: Final = "naboen"
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Reply(NamedTuple):
    """A response: its document, or its bytes where it is none, and whether it was a repeat's."""

    status: int
    content: bytes
    replayed: bool

    @property
    def json(self) -> Any:
        """Its document, None for an empty one."""
        return json.loads(self.content) if self.content else None


@dataclass
class Office:
    """The service as several roles use it. Every POST has a key of its own, and can be repeated."""

    url: str
    tokens: dict[Role, str]
    sent: list[tuple[Role, str, Any, str]] = field(default_factory=list)
    _keys: Iterator[int] = field(default_factory=lambda: count(1))

    def get(self, role: Role, path: str) -> Any:
        """A document below the day's branch."""
        return self.ask(role, "GET", f"/api/v1/branches/{DAY}{path}").json

    def page(self, path: str) -> bytes:
        """A supervisor's page at an address."""
        return self.ask("supervisor", "GET", path).content

    def post(self, role: Role, path: str, branch: str = DAY, **body: Any) -> Any:
        """Do something; the answer's document. Raises Refused."""
        address, key = f"/api/v1/branches/{branch}{path}", f"key-{next(self._keys)}"
        answer = self.ask(role, "POST", address, body, key).json
        self.sent.append((role, address, body, key))
        return answer

    def refused(self, role: Role, path: str, **body: Any) -> str:
        """The code of a refusal."""
        try:
            self.post(role, path, **body)
        except Refused as refusal:
            return str(refusal.problem["code"])
        return ""

    def ask(self, role: Role, method: str, path: str, body: Any = None, key: str = "") -> Reply:
        """A request as it is sent. Raises Refused."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        request = urllib.request.Request(  # noqa: S310 - our own service
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers=headers,
        )
        try:
            with _OPENER.open(request, timeout=30) as answer:
                replayed = answer.headers.get("Idempotent-Replayed") == "true"
                return Reply(answer.status, answer.read(), replayed)
        except urllib.error.HTTPError as error:
            raise Refused(error.code, json.loads(error.read())) from None
