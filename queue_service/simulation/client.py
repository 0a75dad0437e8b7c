"""The service's HTTP interface over one connection that is kept open."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from queue_service.errors import OperatorError

_SECONDS: Final = 10.0
_ATTEMPTS: Final = 20
_PAUSE_SECONDS: Final = 1.0


class RequestRefused(Exception):
    """The service says no; ``code`` is the problem document's."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code


class Connection:
    """A connection to the service. ``wait`` pauses between attempts; True ends the attempts."""

    def __init__(self, url: str, wait: Callable[[float], bool], attempts: int = _ATTEMPTS) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise OperatorError(f"{url} is no address of a service, such as http://127.0.0.1:8000.")
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self.url = url.rstrip("/")
        self._base = parts.path.rstrip("/")
        self._wait = wait
        self._attempts = attempts
        self._connection = kind(parts.hostname, parts.port, timeout=_SECONDS)

    def is_ready(self) -> bool:
        """Whether the service answers now."""
        try:
            return self._once("GET", "/readyz", None, {})[0] == http.client.OK
        except (OSError, http.client.HTTPException):
            return False

    def ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        """The answer's document, None for an empty one.

        A lost connection and an unavailable store are tried again with the same headers, so that
        the service knows a repetition. Raises RequestRefused, and OperatorError when it stays away.
        """
        for attempt in range(self._attempts):
            # A connection that was idle for long is often closed: the second attempt comes at once.
            if attempt > 1 and self._wait(_PAUSE_SECONDS):
                break
            try:
                status, text = self._once(method, path, body, headers)
            except (OSError, http.client.HTTPException):
                self.close()
            else:
                if status == http.client.UNAUTHORIZED:
                    raise OperatorError(
                        f"The service at {self.url} does not know this command's tokens:"
                        " set QUEUE_DATA_DIR or REDIS_URL as the service has them."
                    )
                if status != http.client.SERVICE_UNAVAILABLE:
                    return _document(status, text)
        raise OperatorError(f"The service at {self.url} does not answer any more.")

    def close(self) -> None:
        """Hang up; the next question calls again."""
        self._connection.close()

    def _once(
        self, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        data = None if body is None else json.dumps(body).encode()
        self._connection.request(method, self._base + path, data, headers)
        response = self._connection.getresponse()
        return response.status, response.read()


class Api:
    """The interface of one branch, as the holder of a token."""

    def __init__(self, line: Connection, branch: str, token: str) -> None:
        self._line = line
        self._branch = f"/api/v1/branches/{branch}"
        self._token = token

    def get(self, path: str = "") -> Any:
        """A document. Raises RequestRefused."""
        return self._line.ask("GET", self._branch + path, None, self._headers())

    def post(self, path: str, **body: Any) -> Any:
        """Do something, once however often it has to be sent. Raises RequestRefused."""
        headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
        return self._line.ask("POST", self._branch + path, body, self._headers() | headers)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


def _document(status: int, text: bytes) -> Any:
    try:
        document = json.loads(text) if text else None
    except ValueError:
        raise OperatorError("The server there is no queue service.") from None
    if status >= http.client.BAD_REQUEST:
        problem = document if isinstance(document, dict) else {}
        raise RequestRefused(
            status, str(problem.get("code", status)), str(problem.get("detail", ""))
        )
    return document
