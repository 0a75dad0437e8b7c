"""The tests' store in a state that others may not find it in."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from tests.conftest import Server


@pytest.fixture
def hung(redis_server: Server) -> Iterator[None]:
    """The store hangs, for as long as the test."""
    os.kill(redis_server.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(redis_server.process.pid, signal.SIGCONT)
