"""An issuer of real tokens on a port of its own, for answers that no provider gives by itself.

It has two key pairs, signs whatever it is given, and answers as a test sets it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl

from joserfc import jwt
from joserfc.jwk import ECKey

from queue_service.runtime.provider_settings import ProviderSettings

CLIENT: Final = "queue"
CLIENT_SECRET: Final = "a secret/of +the client"
KEYS: Final = {
    name: ECKey.generate_key("P-256", {"kid": name, "use": "sig"}) for name in ("first", "second")
}


@dataclass
class Issuer:
    """The issuer, with the requests that it got."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    forms: list[Mapping[str, str]] = field(default_factory=list)
    published: list[str] = field(default_factory=lambda: ["first"])
    document: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """The fixed answer of a path, in place of its own."""
    date: str | None = None

    @property
    def settings(self) -> ProviderSettings:
        """The settings of a service that logs people in here."""
        return ProviderSettings(self.url, CLIENT, CLIENT_SECRET, cvr="12345678")

    def claims(self, now: int, **more: Any) -> dict[str, Any]:
        """The claims of a person who logs in at ``now`` (ms); None leaves one out."""
        usual = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "person-1",
            "iat": now // 1000,
            "exp": now // 1000 + 300,
            "auth_time": now // 1000,
            "roles": ["queue-admin"],
            "preferred_username": "annk@example.dk",
        }
        return {name: value for name, value in {**usual, **more}.items() if value is not None}

    def signed(self, claims: Mapping[str, Any], key: str = "first", **header: Any) -> str:
        """A token with these claims."""
        return jwt.encode({"alg": "ES256", "kid": key, **header}, dict(claims), KEYS[key])

    def answer_code_with(self, token: str) -> None:
        """Let the token endpoint answer with an ID token."""
        body = {"token_type": "Bearer", "access_token": "opaque", "id_token": token}
        self.answers["/token"] = (200, json.dumps(body).encode())

    def answer(self, path: str) -> tuple[int, bytes]:
        """The answer of a path."""
        own: dict[str, object] = {
            "/.well-known/openid-configuration": self._described(),
            "/keys": {"keys": [KEYS[name].as_dict(private=False) for name in self.published]},
        }
        found = json.dumps(own[path]).encode() if path in own else b"{}"
        return self.answers.get(path, (200 if path in own else 404, found))

    def _described(self) -> dict[str, Any]:
        own = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "end_session_endpoint": f"{self.url}/end",
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }
        return {**own, **self.document}


@contextmanager
def issuer() -> Iterator[Issuer]:
    """An issuer that answers until the end of the test."""
    kept = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._respond()

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            kept.forms.append(dict(parse_qsl(text)))
            self._respond()

        def _respond(self) -> None:
            kept.asked.append(self.path)
            status, body = kept.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return kept.date or super().date_time_string(timestamp or time.time())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        kept.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()
