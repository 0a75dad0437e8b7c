"""nanoidp, a real OpenID Connect provider, as a process of its own."""

from __future__ import annotations

import json
import os
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from queue_service.runtime import process
from scripts.environments import CACHE, is_installed
from tests.ports import free_port
from tests.running import eventually

CLIENT: Final = "queue"
CLIENT_SECRET: Final = "a secret of the client"
KEY_ID: Final = "town-1"
PASSWORD: Final = "a password of the town"
_INSTALL: Final = "nanoidp is missing; install it with: ./dev provider"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Takes every answer as the last one."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Every answer is the last one."""
        return


OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)


@dataclass(frozen=True)
class RealProvider:
    """The running provider, and the key that it signs with."""

    url: str
    key: RSAKey

    def log_in(self, url: str, name: str, password: str = PASSWORD) -> str:
        """Fill in the provider's form at the address that the service led to; the address that the
        browser is sent back to."""
        form = urllib.parse.urlencode({"username": name, "password": password}).encode()
        request = urllib.request.Request(url, form, method="POST")  # noqa: S310 - our own provider
        try:
            with OPENER.open(request, timeout=30) as answer:
                raise AssertionError(f"{answer.status}: {answer.read().decode()}")
        except urllib.error.HTTPError as answer:
            return str(answer.headers["Location"])

    def signed(self, claims: Mapping[str, Any], typ: str = "logout+jwt") -> str:
        """A token with these claims, by the provider's own key."""
        return jwt.encode({"alg": "RS256", "kid": KEY_ID, "typ": typ}, dict(claims), self.key)


def need_provider() -> str:
    """A free address of this machine for the provider.

    A test is skipped if it is not installed, and fails with ``CI=true``.
    """
    if not is_installed("provider"):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(_INSTALL)
    return f"http://127.0.0.1:{free_port()}"


@contextmanager
def real_provider(
    url: str, folder: Path, people: Mapping[str, Mapping[str, Any]], back_to: str
) -> Iterator[RealProvider]:
    """The provider at an address of this machine with these people, each with the members of
    nanoidp's ``users.yaml``.

    ``back_to`` is the only address that it sends a browser back to.
    """
    key = RSAKey.generate_key(2048, {"kid": KEY_ID})
    _write(folder, url, key, people, back_to)
    program = [str(CACHE / "provider" / "bin" / "nanoidp"), "--config", str(folder)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    running = process.spawn(
        [*program, "--strict-config", "--port", url.rpartition(":")[2]],
        folder / "provider.log",
        environment=environment,
    )
    try:
        eventually(lambda: _answers(url) or running.poll() is not None)
        assert running.poll() is None, (folder / "provider.log").read_text(encoding="utf-8")
        yield RealProvider(url, key)
    finally:
        process.stop(running, 5)


def _answers(url: str) -> bool:
    try:
        with OPENER.open(f"{url}/.well-known/openid-configuration", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _write(
    folder: Path, url: str, key: RSAKey, people: Mapping[str, Mapping[str, Any]], back_to: str
) -> None:
    """Its two files: YAML, of which JSON is a part."""
    for name in ("private", "public"):
        (folder / f"{name}.pem").write_bytes(key.as_pem(private=name == "private"))
    pem = {
        name: str(folder / f"{name.removesuffix('_key')}.pem")
        for name in ("private_key", "public_key")
    }
    client = {
        "client_id": CLIENT,
        "client_secret": CLIENT_SECRET,
        "token_endpoint_auth_method": "client_secret_post",
        "redirect_uris": [back_to],
    }
    settings = {
        "config_version": 1,
        "server": {"host": "127.0.0.1"},
        "oauth": {"issuer": url, "require_pkce": True, "clients": [client]},
        "jwt": {"keys_dir": str(folder / "keys"), "external_keys": {**pem, "kid": KEY_ID}},
        "session": {"enforce_password_check": True},
    }
    users = {
        name: {"password": PASSWORD, "email": f"{name}@town.example", **more}
        for name, more in people.items()
    }
    (folder / "settings.yaml").write_text(json.dumps(settings), encoding="utf-8")
    (folder / "users.yaml").write_text(
        json.dumps({"config_version": 1, "users": users}), encoding="utf-8"
    )
