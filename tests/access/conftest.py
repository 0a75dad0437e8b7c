"""The access store on an empty server, and passwords at the cost of production."""

from __future__ import annotations

from typing import Final

import pytest

from queue_service.access.operations import passwords
from queue_service.access.store import AccessStore
from queue_service.command import Queue

HASHES: Final = {name: getattr(passwords, name) for name in ("_HASHER", "NOBODYS_HASH")}
"""As they are before ``cheap_hashes`` of the other tests."""


@pytest.fixture
def store(queue: Queue) -> AccessStore:
    """The access store on an empty server."""
    return queue.get(AccessStore)


@pytest.fixture
def production_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords at the cost of production."""
    for name, value in HASHES.items():
        monkeypatch.setattr(passwords, name, value)
