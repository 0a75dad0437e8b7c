"""A page's test that fails once passes with a word about it; one that fails twice does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.order import TESTS

CONFTEST: Final = """
import pytest
from tests.reruns import Reruns

def pytest_configure(config):
    config.pluginmanager.register(Reruns())

@pytest.fixture
def browser():
    return None
"""
A_SUITE: Final = """
runs = []

def test_a_page_that_fails_once(browser):
    runs.append(1)
    assert len(runs) > 1, "too early"

def test_a_page_that_always_fails(browser):
    assert not runs, "a fault"

def test_a_rule():
    runs.append(1)
    assert len(runs) > 3, "rules are not run again"
"""


def test_a_page_that_fails_once_passes_and_its_failure_is_shown(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(A_SUITE)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(TESTS.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 failed, 1 passed, 2 rerun" in done.stdout
    assert "test_it.py::test_a_page_that_fails_once failed and was run again" in done.stdout
    assert "AssertionError: too early" in done.stdout
    assert "FAILED test_it.py::test_a_rule" in done.stdout
    assert done.returncode == 1
