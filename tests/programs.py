"""System programs and libraries that some tests need, and what happens where they are missing."""

from __future__ import annotations

import os
import shutil
from ctypes.util import find_library

import pytest


def find_program(*names: str, package: str) -> str:
    """The path of the first of these programs on this machine.

    A test that needs it is skipped where there is none. With ``CI=true`` it fails instead, so that
    nothing goes untested unnoticed; both name the command that installs it.
    """
    return _there(next(filter(None, map(shutil.which, names)), None), names[0], package)


def need_library(name: str, *, package: str) -> None:
    """Skip or fail likewise where a shared library is missing."""
    _there(find_library(name), name, package)


def _there(found: str | None, name: str, package: str) -> str:
    if found is None:
        missing = f"{name} is missing; install it with: apt-get install {package}"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return found
