"""The tests that take long by nature: `./dev prove` runs them each night, `./dev test` counts them.

The suite ends with the number of tests that only run nightly.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

MARK: Final = "nightly"


def is_nightly(item: pytest.Item) -> bool:
    """Whether the suite leaves the test to the night."""
    return item.get_closest_marker(MARK) is not None


class Nightly:
    """Counts the tests that were left to the night; a plugin of pytest."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._wanted = MARK in config.option.markexpr
        self.left_out = 0

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Count them, where it was by their mark that they were left out."""
        if self._wanted:
            self.left_out += sum(map(is_nightly, items))

    def pytest_sessionfinish(self) -> None:
        """Report the number to the process that prints; each collects all tests."""
        if hasattr(self._config, "workeroutput"):
            self._config.workeroutput[MARK] = self.left_out

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the number from a process that has ended."""
        self.left_out = max(self.left_out, getattr(node, "workeroutput", {}).get(MARK, 0))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say so."""
        if self.left_out:
            terminalreporter.write_line(f"{self.left_out} tests run nightly: ./dev prove")
