"""The HTTP client of a bus for the central server: each request is answered or fails, and nothing
is assumed.

TLS is verified, redirects are not followed, and every request has a time limit. The central
server's refusals are distinguished from a lost connection.
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from queue_service.access.rules.credentials import digest

LINE_SECONDS: Final = 20.0
"""How long one step of a request waits."""
_MOST_BYTES: Final = 8 * 1024 * 1024
_OK: Final = 200
_TOO_OLD: Final = "2000-01-01"


class ConnectionFailed(Exception):
    """The central server was not reached, or did not answer as it should; another try may."""


class CentralServerRefused(Exception):
    """The central server answered, and refused; ``code`` is the refusal's."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class CentralServer:
    """The address of the central server, and the bus' token."""

    url: str
    token: str = field(repr=False)

    @property
    def key(self) -> str:
        """The key of signatures: the digest of the token that the central server keeps."""
        return digest(self.token)

    def check(self) -> None:
        """Check that the central server answers and knows the token; nothing is changed there.

        Raises ConnectionFailed and CentralServerRefused.
        """
        part = {"digest": "0" * 64, "data": ""}
        try:
            self.ask("PUT", f"/api/v1/mobile/days/{_TOO_OLD}/parts/0", part)
        except CentralServerRefused as refusal:
            # The token is looked at first, and nothing of so old a day is taken.
            if refusal.code != "date_out_of_range":
                raise

    def ask(self, method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The central server's answer. Raises ConnectionFailed and CentralServerRefused."""
        parts = urlsplit(self.url)
        connection = _connection(parts.scheme, parts.netloc)
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "User-Agent": "queue-service",
        }
        try:
            connection.request(method, f"{parts.path}{path}", json.dumps(body).encode(), headers)
            response = connection.getresponse()
            raw = response.read(_MOST_BYTES + 1)
            status = response.status
        except (OSError, http.client.HTTPException) as error:
            raise ConnectionFailed(
                f"{parts.hostname} is not reached ({type(error).__name__})."
            ) from None
        finally:
            connection.close()
        return _answer(parts.hostname or "", status, raw)


def _answer(host: str, status: int, raw: bytes) -> dict[str, Any]:
    try:
        document = json.loads(raw)
    except ValueError:
        document = None
    if not isinstance(document, dict) or len(raw) > _MOST_BYTES:
        raise ConnectionFailed(f"{host} answered {status}, and not as the central server would.")
    if status == _OK:
        return document
    if status >= http.client.INTERNAL_SERVER_ERROR or "code" not in document:
        raise ConnectionFailed(f"{host} answered {status}; the central server has trouble.")
    raise CentralServerRefused(str(document["code"]), str(document.get("detail", "")))


def _connection(scheme: str, netloc: str) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(netloc, timeout=LINE_SECONDS, context=_tls())
    return http.client.HTTPConnection(netloc, timeout=LINE_SECONDS)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
