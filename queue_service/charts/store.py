"""Charts of pages that are open: those to draw, and those that have been drawn.

A page names its charts by a digest of their content, so the same figures are drawn once for all web
processes, and a chart that no page has shown cannot be requested.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore

KEPT_SECONDS: Final = 24 * 3600
"""A picture further down is fetched when it is scrolled to, and a page may stay open all day."""


class ChartStore:
    """Keeps the charts of all branches for a day."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def keep(self, branch_id: str, charts: Sequence[Mapping[str, Any]]) -> list[str]:
        """The digest of each chart, which can be drawn from now on."""
        specs = [json.dumps(chart, separators=(",", ":")) for chart in charts]
        digests = [blake2b(spec.encode(), digest_size=16).hexdigest() for spec in specs]
        keys = [BranchKeys(branch_id).chart(digest) for digest in digests]
        self._store.read(
            lambda p: [
                (p.hsetnx(key, "spec", spec), p.expire(key, KEPT_SECONDS))
                for key, spec in zip(keys, specs, strict=True)
            ]
        )
        return digests

    def find(self, branch_id: str, digest: str) -> tuple[Any, str | None] | None:
        """The content of a chart and its picture, if it has been drawn; None for an unknown
        digest."""
        key = BranchKeys(branch_id).chart(digest)
        ((spec, svg),) = self._store.read(lambda p: p.hmget(key, "spec", "svg"))
        return None if spec is None else (json.loads(spec), svg)

    def drawn(self, branch_id: str, digest: str, svg: str) -> None:
        """Keep a picture for as long as its chart."""
        key = BranchKeys(branch_id).chart(digest)
        self._store.read(lambda p: (p.hset(key, "svg", svg), p.expire(key, KEPT_SECONDS)))
