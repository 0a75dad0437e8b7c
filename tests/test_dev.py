"""`./dev`: the one command of a newcomer, on a small project of the test's own.

The project has nothing to download, so that the test needs no network; CI runs the real one.
"""

from __future__ import annotations

import ast
import glob
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.programs import find_program

ROOT = Path(__file__).parent.parent

BACKEND = """
from zipfile import ZipFile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "small-1-py3-none-any.whl"
    with ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("small.py", "import sys\\ndef main():\\n    print(*sys.argv[1:])\\n")
        about = "small-1.dist-info"
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\\nName: small\\nVersion: 1\\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nTag: py3-none-any\\n")
        entry = "[console_scripts]\\nqueue-service=small:main\\n"
        wheel.writestr(f"{about}/entry_points.txt", entry)
        wheel.writestr(f"{about}/RECORD", "")
    return name
"""

PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small project with ./dev in it, and its environment made."""
    folder = tmp_path_factory.mktemp("a project")
    copy_dev(folder)
    (folder / "backend.py").write_text(BACKEND)
    (folder / "pyproject.toml").write_text(PROJECT)
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (folder / lock).write_text("# nothing\n")
    first = start(folder, "setup")
    second = start(folder, "setup")
    said = [process.communicate(timeout=120)[1] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), said
    assert "".join(said).count("Making the environment") == 1, "two at once made it twice"
    yield folder
    shutil.rmtree(folder)


def copy_dev(folder: Path) -> None:
    for name in ("dev", "dev.py"):
        shutil.copy(ROOT / name, folder)


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(folder / "dev"), *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def dev(folder: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    """The exit code of ./dev with its output on both streams."""
    process = start(folder, *arguments, **environment)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def test_run_becomes_the_service_and_says_nothing_itself(project: Path) -> None:
    assert dev(project, "run", "--more") == (0, "up --more\n", "")


def test_a_changed_lock_file_is_installed_once(project: Path) -> None:
    (project / "requirements.lock").write_text("# still nothing\n")
    assert dev(project, "setup") == (0, "", "Installing what requirements.lock names.\n")
    assert dev(project, "setup") == (0, "", "")


def test_a_failed_installation_is_shown_and_tried_again(project: Path) -> None:
    lock = project / "requirements.lock"
    lock.write_text("small==2 --hash=sha256:00\n")
    code, out, err = dev(project, "setup", PIP_NO_INDEX="1")
    assert (code, out) == (1, "")
    assert "No matching distribution" in err
    said = err.splitlines()[-1]
    assert said.startswith("./dev found no index of Python packages.")
    assert "HTTPS_PROXY" in said
    assert "PIP_INDEX_URL" in said
    assert '"Without the internet" in docs/start.md' in said
    assert "\n**Without the internet**" in (ROOT / "docs" / "start.md").read_text()
    lock.write_text("no such thing\n")
    code, _, err = dev(project, "setup")
    assert code == 1
    assert err.splitlines()[-1].startswith("./dev stopped: this did not work: ")
    lock.write_text("# nothing again\n")
    assert dev(project, "setup")[0] == 0


@pytest.mark.nightly
def test_a_project_that_was_moved_gets_a_new_environment(project: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(project, moved, symlinks=True)
    code, _, err = dev(moved, "run")
    assert code == 0
    assert "Making the environment" in err


@pytest.mark.nightly
def test_an_environment_of_another_place_that_is_linked_to_is_left_alone(
    project: Path, tmp_path: Path
) -> None:
    linked = tmp_path / "linked"
    shutil.copytree(project, linked, ignore=shutil.ignore_patterns(".venv"))
    (linked / ".venv").symlink_to(project / ".venv")
    assert dev(linked, "run")[0] == 0
    assert not (linked / ".venv").is_symlink()
    assert (project / ".venv" / "place").read_text() == str(project)
    assert dev(project, "run") == (0, "up\n", "")


@pytest.mark.nightly
def test_an_unfinished_environment_is_made_again(project: Path) -> None:
    (project / ".venv" / "place").unlink()
    for pip in (project / ".venv" / "lib").glob("python*/site-packages/pip"):
        shutil.rmtree(pip)
    code, _, err = dev(project, "run")
    assert code == 0
    assert "Making the environment" in err


@pytest.mark.nightly
def test_a_full_disk_and_a_read_only_folder_are_one_sentence(small_disk: Path) -> None:
    copy_dev(small_disk)
    filler = small_disk / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(small_disk).free - 2_000_000))
    code, _, said = dev(small_disk, "setup")
    assert code == 1
    assert said.splitlines()[-1].startswith(f"The disk of {small_disk} is full: the environment")
    assert "Traceback" not in said
    filler.unlink()
    shutil.rmtree(small_disk / ".venv", ignore_errors=True)
    mount = find_program("mount", package="mount")
    subprocess.run([mount, "-o", "remount,ro", str(small_disk)], check=True)
    code, _, said = dev(small_disk, "setup")
    assert code == 1
    assert said.splitlines()[-1] == (
        f"./dev makes its environment in {small_disk}/.venv, and {small_disk} cannot be written"
        " to: copy the project to a folder of yours."
    )
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("customization", "said"),
    [
        ("sys.version_info = (3, 10, 1)", "needs Python 3.11 or newer, and python3 is 3.10 here."),
        ("sys.modules['ensurepip'] = None", "apt-get install python"),
    ],
)
def test_a_missing_program_is_reported_in_one_sentence(
    customization: str, said: str, tmp_path: Path
) -> None:
    copy_dev(tmp_path)
    (tmp_path / "sitecustomize.py").write_text(f"import sys\n{customization}\n")
    code, out, err = dev(tmp_path, "run", PYTHONPATH=str(tmp_path))
    assert (code, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(("word", "code"), [("--help", 0), ("dance", 2)])
def test_usage_is_shown_without_making_anything(tmp_path: Path, word: str, code: int) -> None:
    copy_dev(tmp_path)
    assert dev(tmp_path, word)[0] == code
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("python", ["2.7", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10"])
def test_an_old_python_says_which_one_is_needed(python: str) -> None:
    """By the real one where it is installed."""
    found = glob.glob(f"{Path.home()}/.pyenv/versions/{python}*/bin/python")
    program = found[0] if found else shutil.which(f"python{python}")
    if program is None:
        pytest.skip(f"there is no Python {python} here")
    done = subprocess.run([program, ROOT / "dev", "run"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == f"./dev needs Python 3.11 or newer, and python3 is {python} here.\n"


def test_the_first_file_is_plain_enough_for_the_oldest() -> None:
    text = (ROOT / "dev").read_text(encoding="ascii")
    ast.parse(text, feature_version=(3, 4))
    assert "from __future__" not in text
    assert "print" not in text


@pytest.mark.parametrize(
    ("arguments", "missing"),
    [
        (["tests/nonexistent.py"], "tests/nonexistent.py"),
        (["-q", "tests/nonexistent.py::test_x"], "tests/nonexistent.py"),
        (["nonexistent.py"], "nonexistent.py"),
        (["tests/test_dev.py", "-k", "a/b"], None),
        (["--ignore", "tests/nowhere", "-x"], None),
        (["-p", "no:cacheprovider", "tests"], None),
    ],
)
def test_a_missing_path_is_reported(arguments: list[str], missing: str | None) -> None:
    assert loaded().missing_path(arguments) == missing


def loaded() -> Any:
    """dev.py of this project as a module."""
    spec = importlib.util.spec_from_file_location("dev_under_test", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_fast_leaves_out_what_is_slow_and_the_whole_suite_what_is_nightly() -> None:
    for_pytest = loaded().for_pytest
    assert for_pytest(["--fast", "-x"], whole=True) == ["-m", "not slow and not nightly", "-x"]
    assert for_pytest(["--fast", "tests/visits"], whole=False) == ["-m", "not slow", "tests/visits"]
    assert for_pytest(["--coverage", "-x"], whole=True) == ["-m", "not nightly", "-x"]
    assert for_pytest(["tests/faults"], whole=False) == ["tests/faults"]


def test_fix_corrects_style_and_says_what_it_cannot(tmp_path: Path) -> None:
    """By this project's ruff, in a folder of the test's own."""
    script = tmp_path / "dev.py"
    script.write_text("import os\nimport sys\nprint( sys.argv )\n")
    (tmp_path / "pyproject.toml").write_text('[tool.ruff.lint]\nselect = ["F", "I", "T20"]\n')
    module = loaded()
    module.ROOT, module.PYTHON = tmp_path, sys.executable
    assert module.fix([]) == 1, "a print is left"
    assert script.read_text() == "import sys\n\nprint(sys.argv)\n"
    script.write_text("import sys\nA = ( sys.argv )\n")
    assert module.lint(["--quick"]) == 1
    assert module.fix([]) == 0
    assert module.lint(["--quick"]) == 0
    assert script.read_text() == "import sys\n\nA = sys.argv\n"


def test_scripts_are_checked_and_corrected_likewise(tmp_path: Path) -> None:
    """By this project's deno."""
    shutil.copy(ROOT / "deno.json", tmp_path)
    script = tmp_path / "page.js"
    script.write_text("debugger\n")
    module = loaded()
    module.ROOT, module.CHECKED = tmp_path, ()
    module.PYTHON, module.DENO = sys.executable, Path(sys.executable).with_name("deno")
    assert module.fix([]) == 1, "a debugger is left"
    assert script.read_text() == "debugger;\n"
    script.write_text("export const two = 1+1\n")
    assert module.lint(["--quick"]) == 1
    assert module.fix([]) == 0
    assert module.lint(["--quick"]) == 0
    assert script.read_text() == "export const two = 1 + 1;\n"


def with_stylelint(folder: Path) -> Any:
    """``dev`` for a folder whose stylesheets are held to this project's rules."""
    for name in ("deno.json", "deno.lock", "stylelint.config.js"):
        shutil.copy(ROOT / name, folder)
    module = loaded()
    module.ROOT, module.CHECKED, module.TEMPLATES = folder, (), ()
    module.PYTHON, module.DENO = sys.executable, Path(sys.executable).with_name("deno")
    return module


@pytest.mark.slow
def test_stylesheets_are_checked_and_corrected_likewise(tmp_path: Path) -> None:
    """By this project's stylelint, which ./dev lint has fetched."""
    if not (ROOT / ".cache" / "deno" / "npm").exists():
        pytest.skip("stylelint is not here: run ./dev lint")
    (tmp_path / ".cache").symlink_to(ROOT / ".cache")
    sheet = tmp_path / "dashboards" / "page.css"
    sheet.parent.mkdir()
    (tmp_path / "page.js").write_text("export const two = 2;\n")
    module = with_stylelint(tmp_path)
    for wrong in ("color: red", "color: #123456", "color: var(--nowhere)", "colour: inherit"):
        sheet.write_text(f".a {{\n  {wrong};\n}}\n")
        assert module.lint(["--quick"]) == 2, wrong
    sheet.write_text(".a{ color:currentColor }")
    assert module.fix([]) == 0
    assert module.lint(["--quick"]) == 0
    assert sheet.read_text() == ".a {\n  color: currentcolor;\n}\n"


def test_an_unreachable_registry_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "http://127.0.0.1:9/")
    assert with_stylelint(tmp_path).lint(["--quick"]) == 1
    assert "The stylesheets were not checked" in capfd.readouterr().err


def test_templates_are_checked(tmp_path: Path) -> None:
    """By this project's djlint."""
    template = tmp_path / "queue_service" / "page.html"
    template.parent.mkdir()
    template.write_text("<p>{% if open %}open{% endif %}")
    module = loaded()
    module.ROOT, module.CHECKED, module.PYTHON = tmp_path, (), sys.executable
    assert module.lint(["--quick"]) == 1
    template.write_text("<p>{% if open %}open{% endif %}</p>\n")
    assert module.lint(["--quick"]) == 0


@pytest.mark.parametrize(
    ("script", "chosen"), [("exit 0", True), ("exit 127", False), (None, False)]
)
def test_the_images_python_makes_the_environment_where_it_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, script: str | None, chosen: bool
) -> None:
    """A shim that only says how to install it, and a Python without ensurepip, are passed over."""
    preferred = tmp_path / "python3.13"
    if script:
        preferred.write_text(f"#!/bin/sh\n{script}\n")
        preferred.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert loaded().interpreter() == (str(preferred) if chosen else sys.executable)


def test_the_preferred_python_is_the_images() -> None:
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    version = loaded().PREFERRED.removeprefix("python")
    assert f"ARG PYTHON_IMAGE=python:{version}-slim" in image


def test_a_machine_without_deno_gets_a_message(tmp_path: Path) -> None:
    shutil.copy(ROOT / "deno.json", tmp_path)
    module = loaded()
    module.ROOT, module.DENO = tmp_path, tmp_path / "deno"
    with pytest.raises(SystemExit, match="there is no wheel of deno for this machine"):
        module.lint([])


def test_a_missing_path_ends_before_pytest_begins(project: Path) -> None:
    code, out, err = dev(project, "test", "tests/nonexistent.py")
    assert (code, out) == (1, "")
    assert err == "There is no tests/nonexistent.py here; tests are in tests/.\n"
