"""The workflows of the forge, as far as they can be checked without it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).parent.parent
FILES: Final = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED: Final = re.compile(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$")
WRITES: Final = {("release", "publish")}


def jobs() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each job with the names of its workflow and of itself."""
    for file in FILES:
        for name, job in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].items():
            yield file.stem, name, job


JOBS: Final = pytest.mark.parametrize(("workflow", "name", "job"), list(jobs()))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_action_is_named_by_its_commit(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    uses = [line.strip().removeprefix("- ") for line in lines if "uses:" in line]
    assert uses
    assert [line for line in uses if not PINNED.fullmatch(line)] == []


@JOBS
def test_only_what_publishes_may_write_and_it_installs_nothing(
    workflow: str, name: str, job: dict[str, Any]
) -> None:
    whole = yaml.safe_load((ROOT / ".github" / "workflows" / f"{workflow}.yml").read_text())
    assert whole["permissions"] == {"contents": "read"}
    run = "\n".join(step.get("run", "") for step in job["steps"])
    if (workflow, name) in WRITES:
        assert not re.search(r"\b(pip|python3?|\./dev|\.ci/run)\b", run)
    else:
        assert "permissions" not in job
        assert "github.token" not in str(job)
    assert "${{" not in run, "a name of a branch would be run"
    assert job["timeout-minutes"] <= 150


@JOBS
def test_the_programs_of_ci_run_as_root_in_a_repository(
    workflow: str, name: str, job: dict[str, Any]
) -> None:
    steps = job["steps"]
    at = [nth for nth, step in enumerate(steps) if step.get("run") == ".ci/run"]
    if at:
        (checkout,) = (n for n, step in enumerate(steps) if "actions/checkout" in str(step))
        before = "\n".join(step.get("run", "") for step in steps[:checkout])
        assert "ca-certificates git" in before, f"{workflow}, {name}"
        assert 'safe.directory "$GITHUB_WORKSPACE"' in before
        assert job["container"] == {
            "image": "debian:13",
            "options": "--privileged --init --shm-size 1g",
        }


def test_a_release_finds_what_it_reads_in_the_files() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (base,) = re.findall(r"^ARG PYTHON_IMAGE=(\S+)$", dockerfile, re.MULTILINE)
    assert re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE) == ["${PYTHON_IMAGE}"] * 2
    assert ":" in base
    release = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    for argument in re.findall(r"--build-arg (\w+)=", release):
        assert f"ARG {argument}=" in dockerfile
    assert (ROOT / "requirements-release.lock").exists()
