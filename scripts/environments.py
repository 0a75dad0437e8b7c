"""Environments of tools that have more dependencies than the rest of development: in .cache."""

from __future__ import annotations

import hashlib
import subprocess
import sysconfig
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
CACHE: Final = ROOT / ".cache"


def installed(name: str, program: str, *, inherits: bool = False) -> Path:
    """The program, from requirements-NAME.lock, installed if that has changed.

    ``inherits``: it also imports what is installed in this environment.
    """
    lock, home = ROOT / f"requirements-{name}.lock", CACHE / name
    mark, digest = home / "installed", hashlib.sha256(lock.read_bytes()).hexdigest()
    if not mark.exists() or mark.read_text() != digest:
        venv.create(home, clear=True, with_pip=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--require-hashes", "--requirement", str(lock)], check=True)
        if inherits:
            packages = sysconfig.get_path("purelib", vars={"base": str(home)})
            Path(packages, "inherited.pth").write_text(sysconfig.get_path("purelib") + "\n")
        mark.write_text(digest)
    return home / "bin" / program
