"""A suite in several processes: each file once, every result reported, nothing left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

CONFTEST = """
import os, pathlib, pytest

SEEN = pathlib.Path(__file__).with_name("seen")

@pytest.fixture(scope="session", autouse=True)
def shared():
    yield from noted("session")

@pytest.fixture(scope="module", autouse=True)
def of_a_file(request):
    yield from noted(request.module.__name__)

def noted(name):
    for event in ("begins", "ends"):
        with SEEN.open("a") as file:
            file.write(f"{os.getpid()} {name} {event}\\n")
        if event == "begins":
            yield
"""
PASSING = (
    "import pytest\n@pytest.mark.parametrize('n', range(3))\ndef test_n(n, tmp_path):\n    pass\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of six files, of which each test passes."""
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = suite\n")
    for name in ("one", "two", "three"):
        for folder in (tmp_path / "suite", tmp_path / "suite" / "inner"):
            folder.mkdir(exist_ok=True)
            (folder / f"test_{name}_{folder.name}.py").write_text(PASSING)
    (tmp_path / "suite" / "conftest.py").write_text(CONFTEST)
    return tmp_path


def run(project: Path, *arguments: str) -> tuple[int, str]:
    """The exit code and the output of the project's tests in two processes."""
    command = (sys.executable, "-m", "pytest", "-p", "tests.processes", "--processes", "2")
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "-rA", *arguments],
        cwd=project, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def seen(project: Path) -> dict[str, list[str]]:
    """The beginnings and ends of fixtures, by the process."""
    found = defaultdict(list)
    for line in (project / "suite" / "seen").read_text().splitlines():
        pid, _, event = line.partition(" ")
        found[pid].append(event)
    return found


def test_each_file_is_run_once_in_one_process_that_ends_what_it_began(project: Path) -> None:
    code, said = run(project)
    assert code == 0, said
    assert "18 passed" in said
    events = seen(project)
    assert len(events) == 2
    modules = []
    for first, *middle, last in events.values():
        assert (first, last) == ("session begins", "session ends")
        names = [event.split()[0] for event in middle]
        assert middle == [f"{name} {e}" for name in names[::2] for e in ("begins", "ends")]
        modules += names[::2]
    assert sorted(modules) == sorted(set(modules))
    assert len(modules) == 6


def test_whatever_goes_wrong_is_reported(project: Path) -> None:
    inner = project / "suite" / "inner"
    (inner / "test_wrong.py").write_text(
        "import warnings\ndef test_fails():\n    print('its output')\n"
        "    warnings.warn('look out')\n    assert 1 == 2\n"
    )
    (inner / "test_skipped.py").write_text("import pytest\npytest.skip('why', True)\n")
    (inner / "test_syntax.py").write_text("def test_\n")
    (inner / "test_dies.py").write_text("import os\ndef test_dies():\n    os._exit(3)\n")
    code, said = run(project)
    assert code == 1, said
    for part in (
        "FAILED suite/inner/test_wrong.py::test_fails", "its output", "assert 1 == 2", "look out",
        "SKIPPED [1] suite/inner/test_skipped.py", "ERROR suite/inner/test_syntax.py",
        "FAILED suite/inner/test_dies.py::test_dies", "The process ended with 3.",
        "2 failed, 18 passed, 1 skipped, 1 warning, 1 error",
    ):  # fmt: skip
        assert part in said, said


def test_after_the_most_failures_no_further_file_is_begun(project: Path) -> None:
    for name in ("a", "b", "c", "d", "e"):
        (project / "suite" / f"test_{name}.py").write_text("def test_fails():\n    assert 0\n")
    code, said = run(project, "--maxfail=1")
    assert (code, "stopping after" in said) == (1, True), said
    begun = {event for events in seen(project).values() for event in events if "test_" in event}
    assert len(begun) < 2 * 11


def test_files_and_folders_may_be_named(project: Path) -> None:
    code, said = run(project, "suite/inner", "suite/test_two_suite.py", "-k", "one or suite")
    assert (code, "6 passed" in said) == (0, True), said
    code, said = run(project, "suite/test_one_suite.py::test_n")
    assert (code, "--processes takes files and folders" in said) == (4, True), said
