"""The parts that addresses of a cluster and of sentinels have in common."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote


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


def _host_and_port(text: str, default: int) -> tuple[str, int]:
    """The two parts of ``host:port`` or ``[address]:port``. Raises ValueError."""
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, port = text, str(default)
    if not host or not port.isdecimal():
        raise ValueError("one of its servers has no host or no port")
    return host.strip("[]"), int(port)
