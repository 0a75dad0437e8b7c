"""A page's test that fails is run again where that is asked for, and its first failure is shown.

A browser, a service and a store share a busy machine there. A test that fails twice fails the run.
"""

from __future__ import annotations

from typing import Final

import pytest

OPTION: Final = "--rerun-pages"


def is_of_a_page(item: pytest.Item) -> bool:
    """Whether the test has a browser."""
    return "browser" in getattr(item, "fixturenames", ())


def add_option(parser: pytest.Parser) -> None:
    """Take the option; the continuous integration has it, the night has not."""
    parser.addoption(OPTION, action="store_true", help="run a page's test that fails once more")


class Reruns:
    """Has pages' tests run again, and shows what they failed on; a plugin of pytest."""

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Allow a second run."""
        if is_of_a_page(item):
            item.add_marker(pytest.mark.flaky(reruns=1))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show each first failure: the page may be at fault, and not the machine."""
        for report in terminalreporter.stats.get("rerun", ()):
            terminalreporter.section(f"{report.nodeid} failed and was run again")
            terminalreporter.write_line(report.longreprtext)
