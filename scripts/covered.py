"""The tests with coverage, as `./dev test --coverage` has them: by folder, and with a floor.

Rules and operations decide what citizens and goals get, so that they have a floor; what is left of
a service is pages and wiring, which tests walk through in processes of their own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).parent.parent
REPORT: Final = ROOT / ".cache" / "coverage" / "report.json"
FLOOR: Final = 96.0
"""The least share of the lines and branches of rules and operations, in percent."""


class Covered(NamedTuple):
    """Lines and branches: how many there are, and how many were run."""

    there: int = 0
    run: int = 0

    def plus(self, other: Covered) -> Covered:
        """Both together."""
        return Covered(self.there + other.there, self.run + other.run)

    @property
    def percent(self) -> float:
        """The share that was run; all of nothing."""
        return 100 * self.run / self.there if self.there else 100.0


def main(arguments: list[str]) -> int:
    """Run pytest with these arguments and print what was covered; fails as it or the floor does."""
    tests = coverage("run", "-m", "pytest", *arguments)
    coverage("combine", "--quiet")
    coverage("json", "--quiet", "-o", str(REPORT))
    files = dict(read(json.loads(REPORT.read_text(encoding="utf-8"))))
    print("\n".join(lines(files)))
    return tests or int(floored(files).percent < FLOOR)


def coverage(*arguments: str) -> int:
    """Run coverage.py."""
    command = [sys.executable, "-m", "coverage", *arguments]
    return subprocess.run(command, cwd=ROOT, env=dict(os.environ), check=False).returncode


def read(report: Mapping[str, Any]) -> Iterator[tuple[str, Covered]]:
    """Each file of coverage.py's JSON with its executed lines."""
    for name, file in report["files"].items():
        summary = file["summary"]
        there = summary["num_statements"] + summary.get("num_branches", 0)
        yield name, Covered(there, summary["covered_lines"] + summary.get("covered_branches", 0))


def lines(files: Mapping[str, Covered]) -> Iterator[str]:
    """The report: a line for each folder, one for the floor, and the worst files beneath it."""
    for folder, covered in sorted(by_folder(files).items()):
        yield f"{covered.percent:6.1f} %  {folder}"
    found = floored(files)
    yield f"{found.percent:6.1f} %  rules and operations; at least {FLOOR:g} % is asked for"
    if found.percent < FLOOR:
        weak = sorted((covered.percent, name) for name, covered in files.items() if counts(name))
        yield from (f"{percent:6.1f} %  {name}" for percent, name in weak if percent < FLOOR)


def by_folder(files: Mapping[str, Covered]) -> dict[str, Covered]:
    """Added up by a part of the service and its folder, such as `queue_service/visits`."""
    found: dict[str, Covered] = {}
    for name, covered in files.items():
        folder = "/".join(PurePosixPath(name).parent.parts[:2])
        found[folder] = found.get(folder, Covered()).plus(covered)
    return found


def floored(files: Mapping[str, Covered]) -> Covered:
    """Rules and operations together."""
    return total(covered for name, covered in files.items() if counts(name))


def total(parts: Iterable[Covered]) -> Covered:
    """All of them added up."""
    found = Covered()
    for part in parts:
        found = found.plus(part)
    return found


def counts(name: str) -> bool:
    """Whether a file is of rules or operations: a module of that name, or in a folder of it."""
    path = PurePosixPath(name)
    named = {*path.parent.parts, path.stem}
    return path.parts[0] == "queue_service" and not named.isdisjoint(("rules", "operations"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
