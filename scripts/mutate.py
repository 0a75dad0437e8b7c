"""Change the rules a little and see whether a test notices: `./dev mutate [ROOM …]`.

mutmut makes the mutants of each room's rules and runs the tests that reach the changed function:
the room's own fast tests, and the tests of other folders that name the room's rules and need no
store. Each mutant that no test notices is printed. It has an environment of its own in
.cache/mutate, made from requirements-mutate.lock.

`--sample N` tries N mutants of each room, drawn by `--seed`. `# pragma: no mutate` at the end of a
line leaves that line out.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import fnmatch
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from scripts.environments import CACHE, ROOT, installed
from scripts.rooms import ROOMS, Module, within

WORK: Final = CACHE / "mutants"
WRITTEN: Final = ("queue_service", "tests", "pyproject.toml")
"""The folders that mutmut writes; the rest of the project is linked."""
NOTICED: Final = ("killed", "timeout")
NAMES: Final = """
import sys
from pathlib import Path
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.utils.format_utils import get_mutant_name
for path in map(Path, sys.argv[1:]):
    for name in mutate_file_contents(str(path), path.read_text(encoding="utf-8")).mutant_names:
        print(get_mutant_name(path, name))
"""
"""The program by which mutmut's own Python prints the names of the mutants of some modules."""
ZONE: Final = "Asia/Kathmandu"
"""The machine's zone, far from UTC and from every branch's: a zone that is left out is noticed."""
RESULT: Final = re.compile(r"^\s+(\S+): (.+)$")
CONFIG: Final = """
[tool.mutmut]
source_paths = ["queue_service"]
only_mutate = ["queue_service/{room}/rules.py", "queue_service/{room}/rules/*"]
pytest_add_cli_args = ["-p", "no:cacheprovider", "-p", "scripts.mutated_tests"]
pytest_add_cli_args_test_selection = {selection}
use_git_change_detection = false
track_dependencies = false
timeout_multiplier = 4
timeout_constant = 5
"""
"""Tests that take four times as long as without a change, and 20 s more, are taken to never end."""


def main(arguments: Sequence[str]) -> int:
    """Try each room; returns 1 if fewer mutants are noticed than --least, in percent."""
    rooms = [room for room in ROOMS if any(rules_of(room))]
    parser = argparse.ArgumentParser(prog="./dev mutate", description=__doc__)
    parser.add_argument("room", nargs="*", help=f"only these: {', '.join(rooms)}")
    parser.add_argument("--least", type=float, default=90.0, help="percent (90)")
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--only", default="*", help="only mutants of this pattern: *facts_of*")
    parser.add_argument("--sample", type=int, help="of each room, only so many mutants")
    parser.add_argument("--seed", default="1", help="which ones a sample has (1)")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.room) - set(rooms):
        parser.error(f"no rules in {', '.join(sorted(unknown))}; there are: {', '.join(rooms)}")
    program = installed("mutate", "mutmut", inherits=True)
    every: Counter[str] = Counter()
    for room in chosen.room or rooms:
        work = prepared(room)
        names: Sequence[str] = fnmatch.filter(names_of(program, room, work), chosen.only)
        if chosen.sample is not None:
            names = sampled(names, chosen.sample, f"{chosen.seed} {room}")
        results = try_room(program, room, work, names, chosen.children) if names else {}
        here = Counter(results.values())
        print(f"{room}: {share_noticed(here)}", flush=True)
        every += here
    print(f"In all: {share_noticed(every)}; {chosen.least:g} % are asked for.")
    return 1 if 100 * noticed_of(every) < chosen.least * every.total() else 0


def noticed_of(statuses: Counter[str]) -> int:
    """How many of the mutants were noticed."""
    return sum(statuses[status] for status in NOTICED)


def share_noticed(statuses: Counter[str]) -> str:
    """The same as a share, and how many only by tests that did not end."""
    noticed, of, late = noticed_of(statuses), statuses.total(), statuses["timeout"]
    endless = f", {late} as tests did not end" if late else ""
    return f"{noticed} of {of} noticed, {100 * noticed / max(of, 1):.1f} %{endless}"


def names_of(program: Path, room: str, work: Path) -> Sequence[str]:
    """All mutants of a room, in one order."""
    paths = [str(path.relative_to(ROOT)) for path in rules_of(room)]
    run = [str(program.with_name("python")), "-c", NAMES, *paths]
    return subprocess.run(run, cwd=work, capture_output=True, text=True, check=True).stdout.split()


def sampled(names: Sequence[str], size: int, seed: str) -> Sequence[str]:
    """So many of the names, or all if there are fewer: the same ones for the same seed."""
    drawn = random.Random(seed).sample(range(len(names)), min(size, len(names)))  # noqa: S311 - seeded
    return [names[index] for index in sorted(drawn)]


def try_room(
    program: Path, room: str, work: Path, names: Sequence[str], children: int
) -> Mapping[str, str]:
    """The result of each of these mutants; the ones that no test noticed are printed."""
    environment = {**os.environ, "MUTATED_ROOM": room, "TZ": ZONE}
    run = [str(program), "run", "--max-children", str(children), *names]
    with open(work / "log", "wb") as log:
        done = subprocess.run(run, cwd=work, env=environment, stdout=log, stderr=log, check=False)
    if done.returncode:
        sys.exit(f"mutmut stopped; its output is in {work / 'log'}")
    show = [str(program), "results", "--all", "true"]
    shown = subprocess.run(show, cwd=work, capture_output=True, text=True, check=True).stdout
    found = (RESULT.fullmatch(line) for line in shown.splitlines())
    results = {match[1]: match[2] for match in found if match and match[2] != "not checked"}
    functions = functions_of(room, work)
    for name, status in results.items():
        if status not in NOTICED:
            print(f"{name}: {status}\n{difference(functions, name)}", flush=True)
    return results


def prepared(room: str) -> Path:
    """A folder in which mutmut finds the project, and its configuration for the room."""
    work = WORK / room
    shutil.rmtree(work, ignore_errors=True)
    (work / "mutants").mkdir(parents=True)
    for path in ROOT.iterdir():
        if path.name not in WRITTEN and not path.name.startswith("."):
            (work / "mutants" / path.name).symlink_to(path)
    for name in ("queue_service", "tests"):
        (work / name).symlink_to(ROOT / name)
    selection = [*tests_of(room), "-m", "not slow and not nightly"]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    own = CONFIG.format(room=room, selection=json.dumps(selection))
    (work / "pyproject.toml").write_text(project + own, encoding="utf-8")
    return work


def rules_of(room: str) -> Iterator[Path]:
    """The modules of its rules."""
    home = ROOT / "queue_service" / room
    found = (home / "rules.py", *sorted(home.glob("rules/*.py")))
    yield from (path for path in found if path.exists())


def tests_of(room: str) -> Iterator[str]:
    """The room's own folder of tests, and each file of another that imports its rules."""
    own, rules = ROOT / "tests" / room, f"queue_service.{room}.rules"
    if own.exists():
        yield f"tests/{room}"
    for path in sorted((ROOT / "tests").glob("*/**/test_*.py")):
        imports = Module(path.stem, path.read_text(encoding="utf-8")).imports
        if own not in path.parents and any(within(name, rules) for name in imports):
            yield str(path.relative_to(ROOT))


def functions_of(room: str, work: Path) -> Mapping[str, list[str]]:
    """The lines of each function that mutmut has written, by module and name."""
    functions = {}
    for path in rules_of(room):
        relative = path.relative_to(ROOT)
        module = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
        text = (work / "mutants" / relative).read_text(encoding="utf-8")
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                functions[f"{module}.{node.name}"] = lines[node.lineno : node.end_lineno]
    return functions


def difference(functions: Mapping[str, list[str]], name: str) -> str:
    """The mutant's change, as a diff."""
    original = functions[f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"]
    lines = list(difflib.unified_diff(original, functions[name], n=1, lineterm=""))
    return "\n".join(lines[3:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
