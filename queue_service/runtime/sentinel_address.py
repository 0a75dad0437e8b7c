"""The address of a store whose primary Redis Sentinel names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

SCHEMES: Final = ("redis+sentinel", "rediss+sentinel")

_DEFAULT_PORT: Final = 26379


@dataclass(frozen=True, slots=True)
class SentinelAddress:
    """``redis+sentinel://[user:password@]host:port[,host:port…]/MASTER[/DB]``.

    The user and password are those of the servers; ``?sentinel_user=`` and ``sentinel_password=``
    those of the sentinels. With ``rediss+sentinel`` all of them speak TLS; further options are
    redis-py's for a connection, such as ``ssl_ca_certs``.
    """

    sentinels: tuple[tuple[str, int], ...]
    master: str
    database: int
    options: dict[str, Any]
    sentinel_options: dict[str, Any]
    tls: bool

    @classmethod
    def parse(cls, url: str) -> SentinelAddress:
        """Read an address. Raises ValueError, which does not repeat the address."""
        scheme, _, rest = url.partition("://")
        rest, _, query = rest.partition("?")
        place, _, path = rest.partition("/")
        login, _, hosts = place.rpartition("@")
        master, _, database = path.partition("/")
        if scheme not in SCHEMES or not master or not hosts:
            raise ValueError("it names no sentinels or no master")
        if database and not database.isdecimal():
            raise ValueError("its database is no number")
        user, _, password = login.partition(":")
        given = dict(parse_qsl(query))
        sentinel = {
            "username": given.pop("sentinel_user", None),
            "password": given.pop("sentinel_password", None),
        }
        credentials = {"username": unquote(user) or None, "password": unquote(password) or None}
        return cls(
            sentinels=tuple(host_and_port(host, _DEFAULT_PORT) for host in hosts.split(",")),
            master=unquote(master),
            database=int(database or 0),
            options={**given, **credentials},
            sentinel_options=sentinel,
            tls=scheme == "rediss+sentinel",
        )


def host_and_port(text: str, default: int) -> tuple[str, int]:
    """The two parts of ``host:port`` or ``[address]:port``. Raises ValueError."""
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, port = text, str(default)
    if not host or not port.isdecimal():
        raise ValueError("one of its servers has no host or no port")
    return host.strip("[]"), int(port)
