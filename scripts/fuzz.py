"""Send made-up requests to every call as every role: `./dev fuzz [--role ROLE] [--examples N]`.

schemathesis makes them from the OpenAPI description. An answer of 500 or more, a status that the
call does not declare and a body of another type than declared are faults. It has an environment
of its own in .cache/fuzz, made from requirements-fuzz.lock.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.stack import Stack, running
from queue_service.access.operations.access import OPERATOR
from queue_service.access.rules.caller import Role
from queue_service.access.rules.credentials import BOUND_ROLES, ROLES
from queue_service.branches.store import BranchStore
from queue_service.command import Command
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.sample import documents
from queue_service.visits.operations import issuing

ROOT: Final = Path(__file__).parent.parent
LOCK: Final = ROOT / "requirements-fuzz.lock"
HOME: Final = ROOT / ".cache" / "fuzz"
BRANCH: Final = "biblioteket"
COUNTER: Final = "1"
CHECKS: Final = "not_a_server_error,status_code_conformance,content_type_conformance"
ENDLESS: Final = r"/events$"
"""Calls that answer as long as somebody listens."""


def main(arguments: Sequence[str]) -> int:
    """Try each role on a service of its own; returns 1 if one of them found a fault."""
    parser = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__)
    parser.add_argument("--role", action="append", choices=ROLES, help="only this; repeatable")
    parser.add_argument("--examples", type=int, default=25, help="the most for each call")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    program = _program()
    failed = []
    for role in chosen.role or ROLES:
        print(f"As {role}:", flush=True)
        with running() as stack:
            command = [str(program), *_options(stack, role, chosen.examples, chosen.seed)]
            if subprocess.run(command, cwd=stack.settings.data_dir, check=False).returncode:
                failed.append(role)
    print(f"Faults as {', '.join(failed)}." if failed else "No faults.")
    return 1 if failed else 0


def _program() -> Path:
    """schemathesis, installed if the lock file has changed."""
    program, mark = HOME / "bin" / "schemathesis", HOME / "installed"
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not mark.exists() or mark.read_text() != digest:
        venv.create(HOME, clear=True, with_pip=True)
        pip = [str(HOME / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--require-hashes", "--requirement", str(LOCK)], check=True)
        mark.write_text(digest)
    return program


def _options(stack: Stack, role: Role, examples: int, seed: int) -> Iterator[str]:
    """schemathesis' options, with a visit and an open counter that a role may meet."""
    for branch, document in documents().items():
        put_branch(stack.queue, branch, document)
    command = Command(BRANCH, OPERATOR)
    counters.open_counter(stack.queue, command, COUNTER)
    service = next(iter(stack.queue.get(BranchStore).get(BRANCH).services))
    visit = issuing.issue(stack.queue, command, service).visit.id
    config = {"path.branch": BRANCH, "path.counter": COUNTER, "path.visit_id": visit}
    file = stack.settings.data_dir / "schemathesis.toml"
    file.write_text("[parameters]\n" + "".join(f'"{k}" = "{v}"\n' for k, v in config.items()))
    token = stack.token(role, BRANCH if role in BOUND_ROLES else None)
    yield from ("--config-file", str(file), "run")
    yield f"http://127.0.0.1:{stack.port}/api/v1/openapi.json"
    yield from ("--header", f"Authorization: Bearer {token}", "--checks", CHECKS)
    yield from ("--max-examples", str(examples), "--seed", str(seed), "--no-color")
    yield from ("--phases", "examples,coverage,fuzzing", "--exclude-path-regex", ENDLESS)
    yield from ("--continue-on-failure", "--warnings", "off", "--output-sanitize", "true")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
