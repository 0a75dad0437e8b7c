"""The choice of tests that look for mutants, a plugin of pytest: `./dev mutate`."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Final

import pytest

_CACHED: Final = type(cache(str))


def pytest_sessionstart() -> None:
    """Clear the caches of rules: each mutant is tried in a process forked from one that has run
    the same tests without a change, and would find their results."""
    for name, module in list(sys.modules.items()):
        if name.startswith("queue_service."):
            for cached in vars(module).values():
                if isinstance(cached, _CACHED):
                    cached.cache_clear()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests of other rooms that need a store; begin with the room's quickest."""
    own = config.rootpath / "tests" / os.environ["MUTATED_ROOM"]

    def is_own(item: pytest.Item) -> bool:
        return own in item.path.parents

    passed_over = [item for item in items if not is_own(item) and needs_store(item)]
    if passed_over:
        config.hook.pytest_deselected(items=passed_over)
    items[:] = [item for item in items if is_own(item) or not needs_store(item)]
    items.sort(key=lambda item: (needs_store(item), not is_own(item)))


def needs_store(item: pytest.Item) -> bool:
    """Whether a server is started for it."""
    return "redis_server" in getattr(item, "fixturenames", ())
