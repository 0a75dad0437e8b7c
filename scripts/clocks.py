"""Run the tests that know the time once more under other clocks: `./dev clocks [NAME …]`.

libfaketime shifts the clock of every process that the tests start, browsers included; monotonic
clocks go on, so that waiting takes as long as ever. Debian's redis-server hangs under it, so the
tests find the store that comes with the Python packages in its place.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from queue_service.runtime.settings import child_environment, search_path
from queue_service.store.server.embedded import bundled_server

ROOT: Final = Path(__file__).parent.parent
LIBRARY: Final = "faketime/libfaketime.so.1"
PACKAGE: Final = "libfaketime"


class Clock(NamedTuple):
    """``shift`` as libfaketime reads it: an offset, or ``@`` and a time in the ``zone``."""

    shift: str
    zone: str = "Europe/Copenhagen"


CLOCKS: Final[Mapping[str, Clock]] = {
    "tomorrow": Clock("+1d", "America/Los_Angeles"),
    "half-a-year-ahead": Clock("+200d", "Pacific/Auckland"),
    "leap-day": Clock("@2028-02-29 12:00:00", "UTC"),
    "before-midnight": Clock("@2026-12-31 23:58:00"),
    "after-midnight": Clock("@2027-01-01 00:01:00"),
    "to-summer-time": Clock("@2027-03-28 01:59:50"),
    "from-summer-time": Clock("@2027-10-31 02:59:50"),
}
"""Each clock by its name: the days, hours, zones and changes that have broken tests before."""

TIMED: Final = (
    "tests/branches/test_dates_and_hours.py",
    "tests/board/test_board.py",
    "tests/closing/test_closing.py",
    "tests/history/test_days.py",
    "tests/history/test_history.py",
    "tests/insight/test_hours.py",
    "tests/branches/test_prefixes.py",
    "tests/history/test_statistics.py",
    "tests/visits/test_turns.py",
    "tests/commands/test_export.py",
    "tests/staffing/test_past_hour.py",
    "tests/reports/test_due.py",
    "tests/history/test_api.py",
    "tests/pages/kiosk/test_page.py",
    "tests/workers/test_letters.py",
    "tests/bookings/test_api.py",
)
"""The tests under each clock: all that read the day or the hour, and one page in a browser."""


def main(chosen: Sequence[str]) -> int:
    """Run the short form under each clock; the exit code is 1 if any failed."""
    unknown = [name for name in chosen if name not in CLOCKS]
    if unknown:
        print(f"No such clock: {unknown[0]}. There are {', '.join(CLOCKS)}.")
        return 2
    library = find_library()
    if library is None:
        print(f"libfaketime is missing; install it with: apt-get install {PACKAGE}")
        return 1 if os.environ.get("CI") == "true" else 0
    failed = [name for name in chosen or CLOCKS if not passes(name, library)]
    if failed:
        print(f"Failed under another clock: {', '.join(failed)}")
    return 1 if failed else 0


def find_library() -> Path | None:
    """The path of libfaketime on Debian, for any processor."""
    return next(iter(sorted(Path("/usr/lib").glob(f"*/{LIBRARY}"))), None)


def passes(name: str, library: Path) -> bool:
    """Whether the short form passes under a clock."""
    clock = CLOCKS[name]
    print(f"--- {name}: {clock.shift}, {clock.zone}", flush=True)
    with tempfile.TemporaryDirectory(prefix="queue-") as folder:
        (Path(folder) / "redis-server").symlink_to(bundled_server())
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "--quiet", *arguments()],
            cwd=ROOT,
            env=child_environment(
                PATH=f"{folder}{os.pathsep}{search_path()}",
                LD_PRELOAD=str(library),
                FAKETIME=clock.shift,
                FAKETIME_DONT_FAKE_MONOTONIC="1",
                TZ=clock.zone,
            ),
            check=False,
        )
    return done.returncode == 0


def arguments() -> list[str]:
    """The arguments of pytest."""
    together = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"]
    return ["-p", "no:cacheprovider", *together, *TIMED]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
