"""System programs that some tests need, and what happens where they are missing."""

from __future__ import annotations

import os
import shutil

import pytest


def find_program(*names: str, package: str) -> str:
    """The path of the first of these programs on this machine.

    A test that needs it is skipped where there is none. With ``CI=true`` it fails instead, so
    that nothing goes untested unnoticed; both tell the command that installs it.
    """
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        missing = f"{names[0]} is missing; install it with: apt-get install {package}"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return found
