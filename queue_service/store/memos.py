"""Give the answers kept for repeats the names that this version looks for.

Up to version 0.2.0 a name said the account that acted. Answers are kept for a day, and a request
that is repeated across the update is still recognised.
"""

from __future__ import annotations

import re
from typing import Any, Final

from redis import Redis
from redis.exceptions import ResponseError

from queue_service.store.keys import BranchKeys

RENAMED: Final = "queue:memos"
"""String: there once no name of a former version is left."""
_FORMER: Final = re.compile(r"q:\{([^}]+)\}:memo:([^:]+):(.+)", re.DOTALL)


def rename_memos(client: Redis) -> None:
    """Rename what a former version has kept, once."""
    store: Any = client
    if store.exists(RENAMED):
        return
    for name in store.scan_iter("q:*:memo:*:*", count=1000):
        found = _FORMER.fullmatch(name)
        if found is None:
            continue
        branch, scope, key = found.groups()
        try:
            store.renamenx(name, BranchKeys(branch).idempotency(scope, key))
        except ResponseError:  # its day has ended since it was found
            continue
    store.set(RENAMED, "1")
