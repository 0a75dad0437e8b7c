"""The address of a store whose primary Redis Sentinel names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from queue_service.runtime.store_address import read_address

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
        address = read_address(url, _DEFAULT_PORT)
        master, _, database = address.path.partition("/")
        if address.scheme not in SCHEMES or not master or not address.servers:
            raise ValueError("it names no sentinels or no master")
        if database and not database.isdecimal():
            raise ValueError("its database is no number")
        options: dict[str, Any] = {**address.options, **address.login}
        sentinel = {
            "username": options.pop("sentinel_user", None),
            "password": options.pop("sentinel_password", None),
        }
        return cls(
            sentinels=address.servers,
            master=unquote(master),
            database=int(database or 0),
            options=options,
            sentinel_options=sentinel,
            tls=address.scheme == "rediss+sentinel",
        )
