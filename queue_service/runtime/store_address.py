"""The parts that addresses of a cluster and of sentinels have in common."""

from __future__ import annotations

import os
from typing import Any, NamedTuple
from urllib.parse import parse_qs, parse_qsl, quote, unquote


class StoreAddress(NamedTuple):
    """``scheme://[user:password@]host:port[,host:port…]/path?options``.

    ``login`` has the user and password of redis-py, None for a missing part.
    """

    scheme: str
    servers: tuple[tuple[str, int], ...]
    path: str
    options: dict[str, str]
    login: dict[str, Any]


def read_address(url: str, default_port: int) -> StoreAddress:
    """The parts of an address; ``servers`` is empty if it names none. Raises ValueError."""
    scheme, _, rest = url.partition("://")
    rest, _, query = rest.partition("?")
    place, _, path = rest.partition("/")
    login, _, hosts = place.rpartition("@")
    user, _, password = login.partition(":")
    return StoreAddress(
        scheme=scheme,
        servers=tuple(_host_and_port(host, default_port) for host in hosts.split(",") if hosts),
        path=path,
        options=dict(parse_qsl(query)),
        login={"username": unquote(user) or None, "password": unquote(password) or None},
    )


def missing_file(url: str) -> str | None:
    """A file of TLS that an address names and that cannot be read; None if there is none."""
    options = dict(parse_qsl(url.partition("?")[2]))
    named = (options.get(name) for name in ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile"))
    return next((path for path in named if path and not os.access(path, os.R_OK)), None)


def with_password(url: str, password: str) -> str:
    """The address with a password for its servers, and for a user of its sentinels, where it names
    none; an empty password changes nothing."""
    if not password or "password" in parse_qs(url.partition("?")[2]):
        return url
    written = quote(password, safe="")
    scheme, _, rest = url.partition("://")
    place, question, query = rest.partition("?")
    servers, slash, path = place.partition("/")
    login, _, hosts = servers.rpartition("@")
    user, _, own = login.partition(":")
    options = parse_qs(query)
    if "sentinel_user" in options and "sentinel_password" not in options:
        query += f"&sentinel_password={written}"
    return f"{scheme}://{user}:{own or written}@{hosts}{slash}{path}{question}{query}"


def _host_and_port(text: str, default: int) -> tuple[str, int]:
    """The two parts of ``host:port`` or ``[address]:port``. Raises ValueError."""
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, port = text, str(default)
    if not host or not port.isdecimal():
        raise ValueError("one of its servers has no host or no port")
    return host.strip("[]"), int(port)
