"""The commands of ./dev.

It needs python3 from version 3.11 and nothing else. The environment in .venv is made by itself, of
python3.13 where that is installed, and brought up to date when a lock file has changed.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
DENO = VENV / "bin" / "deno"
CATALOGUES = ROOT / "queue_service" / "translations"
CHECKED = (
    "queue_service",
    "workers",
    "dashboards",
    "benchmarks",
    "tests",
    "scripts",
    "dev",
    "dev.py",
)
TEMPLATES = ("queue_service", "dashboards")
STYLESHEETS = "{queue_service,dashboards}/**/*.css"

PREFERRED = "python3.13"
"""The image's Python, so that tests and benchmarks run on it too; ``./dev`` itself needs less."""

PROCESSORS = os.cpu_count() or 1

VALUED = ("-k", "-m", "-p", "-o", "-c", "-W", "-r", "-n")
"""pytest's options whose value is the next argument."""

FAST = "--fast"
COVERAGE = "--coverage"
QUICK = "--quick"

NO_DENO = (
    "Scripts and stylesheets were not checked: there is no wheel of deno for this machine"
    f" ({os.uname().machine}). requirements-dev.in names those that have one."
)

NO_STYLELINT = (
    "The stylesheets were not checked: deno fetches stylelint from the npm registry once, and that"
    " did not answer. Behind a proxy set HTTPS_PROXY to its address; with a registry of your own"
    " set NPM_CONFIG_REGISTRY to that."
)

NO_CONNECTION = re.compile(
    "from versions: none|new connection|name resolution|Name or service not known|"
    "unreachable|ProxyError|ConnectTimeout|timed out"
)
"""pip's messages if it reaches no index."""

HOW_TO_CONNECT = (
    "./dev found no index of Python packages. Behind a proxy set HTTPS_PROXY to its address; with"
    " an index of your own set PIP_INDEX_URL to that. Without any network see"
    ' "Without the internet" in docs/start.md.'
)

ROOM_BYTES = 700_000_000
"""The size of the environment, with the tools of developers."""

NO_ROOM = "No space left on device"

USAGE = """usage: ./dev COMMAND

  run     start the service; Ctrl-C stops it (--with-prometheus: Prometheus next to it);
          without the sample, with data of its own: QUEUE_SAMPLE=0 QUEUE_DATA_DIR=./mine ./dev run
  test    run the tests; what follows goes to pytest (--fast: only those that start no service,
          no browser and no other program; --coverage: report what they run, by folder)
  clocks  run the tests that know the time once more under other clocks (needs libfaketime)
  prove   try every fault of the table with load running, and print it; --seed N repeats a schedule
  bench   run the benchmarks; what follows goes to them
  fuzz    send made-up requests to every call as every role (--role ROLE, --examples N)
  provider  install the OpenID Connect provider that tests of sign-in use, apart from the rest
  mutate  change the rules a little, and print what no test notices; names of rooms may follow
  lint    check style and types: Python, templates, scripts, stylesheets (--quick: style alone)
  fix     correct style: the fixes of ruff and stylelint, and all formatting
  lock    take the newest version of every dependency and write the lock files
  setup   make the environment and do nothing else
"""


def main(arguments: list[str]) -> int:
    """Prepare what the command needs, then do it."""
    command, *rest = arguments or [""]
    if command not in COMMANDS:
        print(USAGE, end="")
        return 0 if command in ("-h", "--help", "help") else 2
    check_machine()
    if command == "test" and (missing := missing_path(rest)):
        sys.exit(f"There is no {missing} here; tests are in tests/.")
    try:
        with alone():
            make_environment()
            install("requirements.lock", "--editable")
            if command not in ("run", "setup"):
                install("requirements-dev.lock")
            compile_translations()
    except OSError as error:
        sys.exit(obstacle(str(error)) or f"./dev stopped: {error}")
    return COMMANDS[command](rest)


def run_service(rest: list[str]) -> int:
    """Become the service, so that Ctrl-C and every signal reach it."""
    become(VENV / "bin" / "queue-service", "up", *rest)


def run_tests(rest: list[str]) -> int:
    """Become pytest; the whole suite is shared by several processes, but a named part is not."""
    os.chdir(ROOT)
    # The tests start Python again and again: what it compiles is kept, even where that is unusual.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    chosen = any((ROOT / argument.partition("::")[0]).exists() for argument in rest)
    # Each process collects all tests and starts a service and a browser of its own, and waits for
    # pages for a third of its time: two for each processor, and one more. --fast waits for nothing.
    processes = PROCESSORS if FAST in rest else 2 * PROCESSORS + 1
    together = () if chosen else shared_by(processes)
    runner = "scripts.covered" if COVERAGE in rest else "pytest"
    become(PYTHON, "-m", runner, *together, *for_pytest(rest, whole=not chosen))


def shared_by(processes: int) -> tuple[str, ...]:
    """File by file, in the order of tests/order.py and not by how many tests a file has."""
    return ("-n", str(min(8, processes)), "--dist", "loadfile", "--no-loadscope-reorder")


def for_pytest(arguments: list[str], *, whole: bool) -> list[str]:
    """The same arguments, but for our own; the whole suite leaves nightly tests to ./dev prove.

    tests/slowness.py marks what --fast leaves out.
    """
    marks = ["not slow"] * (FAST in arguments) + ["not nightly"] * whole
    selected = ["-m", " and ".join(marks)] if marks else []
    return selected + [argument for argument in arguments if argument not in (FAST, COVERAGE)]


def missing_path(arguments: list[str]) -> str | None:
    """The first of pytest's arguments that looks like a path and leads nowhere."""
    for before, argument in zip(["", *arguments], arguments, strict=False):
        path = argument.partition("::")[0]
        is_value = before in VALUED or (before.startswith("--") and "=" not in before)
        looks_like_one = not argument.startswith("-") and ("/" in path or path.endswith(".py"))
        if looks_like_one and not is_value and not (ROOT / path).exists():
            return path
    return None


def run_clocks(rest: list[str]) -> int:
    """Become the tests under other clocks; what follows names some of these."""
    os.chdir(ROOT)
    become(PYTHON, "-m", "scripts.clocks", *rest)


def run_proofs(rest: list[str]) -> int:
    """Become the faults; what follows names a seed, or goes to pytest."""
    os.chdir(ROOT)
    become(PYTHON, "-m", "scripts.prove", *rest)


def run_benchmarks(rest: list[str]) -> int:
    """Become the benchmarks."""
    os.chdir(ROOT)
    become(PYTHON, "-m", "benchmarks", *rest)


def run_fuzzer(rest: list[str]) -> int:
    """Become the fuzzer of the API."""
    os.chdir(ROOT)
    become(PYTHON, "-m", "scripts.fuzz", *rest)


def install_provider(_rest: list[str]) -> int:
    """Become the installer of the tests' provider."""
    os.chdir(ROOT)
    become(PYTHON, "-m", "scripts.environments", "provider", "nanoidp")


def run_mutants(rest: list[str]) -> int:
    """Become the changes of the rules; what follows names rooms."""
    os.chdir(ROOT)
    become(PYTHON, "-m", "scripts.mutate", *rest)


def lint(rest: list[str]) -> int:
    """Run every check, also after one has found something; one per processor at a time."""
    style = [
        python("ruff", "check", *checked()),
        python("ruff", "format", "--check", *checked()),
        *(python("djlint", "--lint", "--quiet", name) for name in existing(TEMPLATES)),
        *deno("lint", "--quiet"),
        *deno("fmt", "--check", "--quiet"),
    ]
    # The longest checks begin.
    types = [python("mypy"), *deno("check", "--quiet", "--no-remote")]
    commands = style if QUICK in rest else [*types, *style]
    with ThreadPoolExecutor(PROCESSORS) as pool:
        stylesheets = pool.submit(lint_stylesheets)
        codes = list(pool.map(lambda command: run_each([command]), commands))
    return max(*codes, stylesheets.result())


def fix(_rest: list[str]) -> int:
    """Correct automatically, and report the rest."""
    commands = [
        python("ruff", "check", "--fix", *checked()),
        python("ruff", "format", *checked()),
        *deno("lint", "--quiet"),
    ]
    # stylelint changes what a rule says, deno how it is laid out.
    return max(run_each(commands), lint_stylesheets("--fix"), run_each(deno("fmt", "--quiet")))


def lint_stylesheets(*options: str) -> int:
    """Run stylelint, which deno fetches once; nothing where a project has no rules for it."""
    if not (ROOT / "stylelint.config.js").exists():
        return 0
    if run_each(deno("cache", "--quiet", "stylelint.config.js")):
        print(NO_STYLELINT, file=sys.stderr)
        return 1
    allowed = ("--allow-read", "--allow-env", "--allow-sys", "--allow-write=.")
    return run_each(deno("run", "--quiet", *allowed, "stylelint", *options, STYLESHEETS))


def python(*arguments: str) -> list[str]:
    """Run a module."""
    return [str(PYTHON), "-m", *arguments]


def deno(*arguments: str) -> list[list[str]]:
    """deno's checks; none in a project without scripts."""
    if not (ROOT / "deno.json").exists():
        return []
    if not DENO.exists():
        sys.exit(NO_DENO)
    return [[str(DENO), *arguments]]


def checked() -> list[str]:
    """The existing files and folders to check."""
    return existing(CHECKED)


def existing(names: Iterable[str]) -> list[str]:
    """Those of them that are here."""
    return [name for name in names if (ROOT / name).exists()]


def run_each(commands: list[list[str]]) -> int:
    """Run each command; the exit code is the worst."""
    environment = {
        **os.environ,
        "DENO_DIR": str(ROOT / ".cache" / "deno"),
        "DENO_NO_UPDATE_CHECK": "1",
    }
    codes = [
        subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        for command in commands
    ]
    return max(codes, default=0)


def lock(_rest: list[str]) -> int:
    """Write the lock files again."""
    write_lock("requirements.lock", "requirements.in", "requirements-build.in")
    write_lock("requirements-dev.lock", "requirements-dev.in")
    write_lock("requirements-fuzz.lock", "requirements-fuzz.in")
    write_lock("requirements-mutate.lock", "requirements-mutate.in")
    write_lock("requirements-provider.lock", "requirements-provider.in")
    write_lock("requirements-release.lock", "requirements-release.in")
    return 0


def setup(_rest: list[str]) -> int:
    """Nothing is left to do."""
    return 0


COMMANDS = {
    "run": run_service,
    "test": run_tests,
    "clocks": run_clocks,
    "prove": run_proofs,
    "bench": run_benchmarks,
    "fuzz": run_fuzzer,
    "mutate": run_mutants,
    "provider": install_provider,
    "lint": lint,
    "fix": fix,
    "lock": lock,
    "setup": setup,
}


def check_machine() -> None:
    """Report at once what this machine lacks, and how to install it."""
    version = ".".join(map(str, sys.version_info[:2]))
    if not PYTHON.exists() and importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            "Python cannot make an environment here."
            f" Install what is missing, as root: apt-get install python{version}-venv"
        )


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one ./dev at a time change the environment; another one waits."""
    with open(__file__, "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_environment() -> None:
    """Make .venv, unless there is one that works in this place."""
    place = VENV / "place"
    if PYTHON.exists() and place.exists() and place.read_text() == str(ROOT):
        return
    if not (PYTHON.exists() and has_pip() and not place.exists()):
        announce("Making the environment in .venv; this happens once.")
        if VENV.is_symlink():  # else what it points to, which is not ours, would be emptied
            VENV.unlink()
        work([interpreter(), "-m", "venv", "--clear", str(VENV)])
    place.write_text(str(ROOT))


def interpreter() -> str:
    """The preferred Python where it is installed and can make an environment, else this one."""
    found = shutil.which(PREFERRED)
    if found:
        check = [found, "-c", "import ensurepip"]
        if subprocess.run(check, capture_output=True, check=False).returncode == 0:
            return found
    return sys.executable


def has_pip() -> bool:
    """Whether the environment is whole: its pip is installed last."""
    check = [str(PYTHON), "-m", "pip", "--version"]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


def install(lock_file: str, *this_project: str) -> None:
    """Install what a lock file names, unless it has not changed since the last time."""
    mark = VENV / f"{lock_file}.installed"
    wanted = hashlib.sha256()
    for name in (lock_file, "pyproject.toml"):
        wanted.update((ROOT / name).read_bytes())
    if mark.exists() and mark.read_text() == wanted.hexdigest():
        return
    announce(f"Installing what {lock_file} names.")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    work([*pip, "--require-hashes", "--requirement", str(ROOT / lock_file)])
    if this_project:
        work([*pip, "--no-deps", "--no-build-isolation", *this_project, str(ROOT)])
    mark.write_text(wanted.hexdigest())


def compile_translations() -> None:
    """Compile each catalogue that is newer than its compiled form."""
    for source in CATALOGUES.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime <= source.stat().st_mtime:
            compile_one = [str(PYTHON), "-m", "babel.messages.frontend", "--quiet", "compile"]
            work([*compile_one, "--input-file", str(source), "--output-file", str(target)])


def write_lock(target: str, *sources: str) -> None:
    """Choose versions and write them with their hashes, and no word about where they lie."""
    work(
        [
            *(str(PYTHON), "-m", "piptools", "compile", "--quiet", "--upgrade", "--strip-extras"),
            *("--generate-hashes", "--allow-unsafe", "--no-emit-index-url"),
            *("--no-emit-find-links", "--no-emit-trusted-host", "--output-file", target),
            *sources,
        ],
        CUSTOM_COMPILE_COMMAND="./dev lock",
    )


def work(command: list[str], **environment: str) -> None:
    """Run a step quietly; when it fails, show its output and stop."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stdout)
        if why := obstacle(done.stdout):
            sys.exit(why)
        if "pip" in command and NO_CONNECTION.search(done.stdout):
            sys.exit(HOW_TO_CONNECT)
        sys.exit(f"./dev stopped: this did not work: {' '.join(command)}")


def obstacle(said: str) -> str | None:
    """Why nothing can be written here, in a sentence, if that is what a step failed by."""
    if not os.access(ROOT, os.W_OK):
        return (
            f"./dev makes its environment in {VENV}, and {ROOT} cannot be written to: copy the"
            " project to a folder of yours."
        )
    if NO_ROOM in said or shutil.disk_usage(ROOT).free < ROOM_BYTES / 100:
        return (
            f"The disk of {ROOT} is full: the environment needs about {ROOM_BYTES // 10**6} MB"
            " there, and pip some in TMPDIR. Make room and type the same again."
        )
    return None


def become(program: Path, *arguments: str) -> NoReturn:
    """Let the program take this one's place."""
    os.execv(program, [str(program), *arguments])


def announce(line: str) -> None:
    """Announce a long step; standard output belongs to the command itself."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
