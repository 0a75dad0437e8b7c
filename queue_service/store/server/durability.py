"""Whether a store keeps what it acknowledges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from redis import Redis
from redis.exceptions import ResponseError

from queue_service.store.connection.cluster import own_key, primaries

NEEDED: Final = {
    "appendonly": "yes",
    "appendfsync": "always",
    "maxmemory-policy": "noeviction",
}
"""Each setting of the store that durability rests on, as it has to be."""

_CHANGES: Final = 3
_WAIT_MS: Final = 50
"""How long a change is waited for. With ``always`` the server writes it before it looks at this."""


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

    The service's user of a store may not ask for its configuration, which has passwords in it. So
    INFO is asked, and whether a change is on the disk is tried; CONFIG is asked where neither shows
    a setting, as with a version before 7.2.
    """
    servers = [
        _of_server(server, own_key(client, name)) for name, server in primaries(client).items()
    ]
    return [min(of_all, key=lambda one: one.good) for of_all in zip(*servers, strict=True)]


def settings_of_replica(client: Redis) -> list[InForce]:
    """The same of a replica, which takes no changes to be tried."""
    return _of_server(client, None)


def _of_server(client: Redis, key: str | None) -> list[InForce]:
    """The settings of a server; ``key`` is one that it has and that may be written."""
    found = {**_from_info(client), **(_from_a_change(client, key) if key else {})}
    if NEEDED.keys() - found.keys():
        found = {**_from_config(client), **found}
    return [InForce(name, found.get(name), needed) for name, needed in NEEDED.items()]


def _from_a_change(client: Redis, key: str) -> Mapping[str, str]:
    """Whether each change is on the disk at once. With ``everysec`` a first one may be, since the
    last second is over, but none that follows it."""
    try:
        at_once = all(_is_on_disk(client, key) for _ in range(_CHANGES))
    except ResponseError:
        return {}
    return {"appendfsync": "always" if at_once else "not always"}


def _is_on_disk(client: Any, key: str) -> bool:
    with client.pipeline(transaction=False) as pipeline:
        pipeline.set(key, "1")
        pipeline.execute_command("WAITAOF", 1, 0, _WAIT_MS)
        _, (servers, _) = pipeline.execute()
    return bool(servers)


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
