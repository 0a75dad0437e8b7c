"""The wheel is the whole service: what pages need, and Danish."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("queue_service", "workers", "dashboards")
MADE_HERE = ("__pycache__", "*.mo")
SPEAKS_DANISH = """
import queue_service
from queue_service.language.catalogues import words
print(queue_service.__file__)
print(words("da").gettext("Board"))
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source of a wheel, without files that this checkout has compiled."""
    folder = tmp_path_factory.mktemp("source")
    for name in ("setup.py", "MANIFEST.in", "pyproject.toml", "README.md", "requirements.in"):
        shutil.copy(ROOT / name, folder)
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(*MADE_HERE))
    return folder


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel."""
    target = tmp_path_factory.mktemp("wheel")
    command = [
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
        *("--disable-pip-version-check", "--wheel-dir", str(target), str(source)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = target.iterdir()
    return built


def test_it_speaks_danish_without_a_checkout(wheel: Path, tmp_path: Path) -> None:
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", SPEAKS_DANISH],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    home, word = done.stdout.splitlines()
    assert Path(home).is_relative_to(tmp_path)
    assert word == "Tavle"


def test_it_holds_every_file_of_the_packages(source: Path, wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        held = set(archive.namelist())
    files = {
        str(file.relative_to(source))
        for name in PACKAGES
        for file in (source / name).rglob("*")
        if file.is_file()
    }
    assert {name for name in files - held if not name.endswith((".po", ".d.ts"))} == set()
    assert {name for name in held if name.endswith(".mo")}
