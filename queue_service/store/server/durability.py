"""Whether a store keeps what it acknowledges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from redis import Redis
from redis.exceptions import ResponseError

from queue_service.store.connection.cluster import primaries

NEEDED: Final = {
    "appendonly": "yes",
    "appendfsync": "always",
    "maxmemory-policy": "noeviction",
}
"""Each setting of the store that durability rests on, as it has to be."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting of the store as it is and as it has to be.

    ``value`` is None if it cannot be asked.
    """

    name: str
    value: str | None
    needed: str

    @property
    def good(self) -> bool:
        """Whether it is known to be as it has to be."""
        return self.value == self.needed


def settings_in_force(client: Redis) -> list[InForce]:
    """Each setting that durability rests on; of several servers, those of the worst.

    Hosted stores often forbid CONFIG. INFO then reports all but ``appendfsync``.
    """
    servers = [_of_server(server) for server in primaries(client).values()]
    return [min(of_all, key=lambda one: one.good) for of_all in zip(*servers, strict=True)]


def _of_server(client: Redis) -> list[InForce]:
    found = {**_from_info(client), **_from_config(client)}
    return [InForce(name, found.get(name), needed) for name, needed in NEEDED.items()]


def _from_config(client: Redis) -> Mapping[str, str]:
    untyped_client: Any = client
    try:
        return dict(untyped_client.config_get(*NEEDED))
    except ResponseError:
        return {}


def _from_info(client: Redis) -> Mapping[str, str]:
    try:
        info: Mapping[str, Any] = client.info("persistence", "memory")
    except ResponseError:
        return {}
    settings = {"maxmemory-policy": info.get("maxmemory_policy")}
    if "aof_enabled" in info:
        settings["appendonly"] = "yes" if info["aof_enabled"] else "no"
    return {name: str(value) for name, value in settings.items() if value is not None}
