"""Whether a store keeps what it acknowledges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from redis import Redis
from redis.exceptions import ResponseError

_NEEDED: Final = {
    "appendonly": "yes",
    "appendfsync": "always",
    "maxmemory-policy": "noeviction",
}


def settings_in_force(client: Redis) -> Mapping[str, tuple[str | None, str]]:
    """Each setting that durability rests on, as it is and as it has to be.

    Empty where the store does not let itself be asked, as some hosted ones do not.
    """
    try:
        found = client.config_get(*_NEEDED)
    except ResponseError:
        return {}
    return {name: (found.get(name), needed) for name, needed in _NEEDED.items()}
