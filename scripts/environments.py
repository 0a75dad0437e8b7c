"""Environments of tools that have more dependencies than the rest of development: in .cache."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
CACHE: Final = ROOT / ".cache"


def is_installed(name: str) -> bool:
    """Whether an environment has what its lock file names."""
    mark = CACHE / name / "installed"
    return mark.exists() and mark.read_text() == _digest(name)


def _digest(name: str) -> str:
    return hashlib.sha256((ROOT / f"requirements-{name}.lock").read_bytes()).hexdigest()


def installed(name: str, program: str, *, inherits: bool = False) -> Path:
    """The program, from requirements-NAME.lock, installed if that has changed.

    ``inherits``: it also imports what is installed in this environment.
    """
    lock, home = ROOT / f"requirements-{name}.lock", CACHE / name
    if not is_installed(name):
        venv.create(home, clear=True, with_pip=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--require-hashes", "--requirement", str(lock)], check=True)
        if inherits:
            packages = sysconfig.get_path("purelib", vars={"base": str(home)})
            Path(packages, "inherited.pth").write_text(sysconfig.get_path("purelib") + "\n")
        (home / "installed").write_text(_digest(name))
    return home / "bin" / program


if __name__ == "__main__":
    installed(*sys.argv[1:])
