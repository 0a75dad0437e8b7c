"""``./dev bench [--only NAME] [--quick] [--replay FILE] [--save]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from benchmarks.cases import (
    bookings,
    bus,
    calls,
    displays,
    files,
    history,
    kiosk,
    phones,
    place,
    replay,
    scrape,
    script,
    sizing,
    staffing,
    stores,
    tickets,
    waits,
    years,
)
from benchmarks.report import Row, heading, table
from benchmarks.running import Options

CASES: Final[dict[str, Callable[[Options], Iterator[Row]]]] = {
    "tickets": tickets.run,
    "calls": calls.run,
    "stores": stores.run,
    "place": place.run,
    "script": script.run,
    "scrape": scrape.run,
    "history": history.run,
    "years": years.run,
    "files": files.run,
    "bookings": bookings.run,
    "bus": bus.run,
    "displays": displays.run,
    "phones": phones.run,
    "kiosk": kiosk.run,
    "sizing": sizing.run,
    "staffing": staffing.run,
    "replay": replay.run,
    "waits": waits.run,
}
RESULTS: Final = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    """Measure, print, and exit with 1 if a figure was missed.

    A short run checks the guards instead.
    """
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=CASES, help="measure this alone")
    parser.add_argument(
        "--quick", action="store_true", help="a short run, compared with the guards"
    )
    parser.add_argument(
        "--replay", type=Path, metavar="FILE", action="append", default=[], help="real days"
    )
    parser.add_argument("--save", action="store_true", help=f"write {RESULTS.name}")
    chosen = parser.parse_args()
    for file in chosen.replay:
        if not file.is_file():
            parser.error(f"there is no file {file}")
    options = Options(quick=chosen.quick, replay=tuple(chosen.replay))
    rows: list[Row] = []
    for name in chosen.only or CASES:
        rows += measured(name, options)
    found = f"{heading(chosen.quick)}\n\n{table(rows, quick=chosen.quick)}"
    print(found)
    if chosen.save:
        RESULTS.write_text(f"# Measured\n\n{found}\n", "utf-8")
    return int(any((row.kept if chosen.quick else row.ok) is False for row in rows))


def measured(name: str, options: Options) -> list[Row]:
    """The rows of a case.

    In a short run a case that did not keep a guard is measured a second time, which counts: other
    work of the machine slows one run, a fault slows both.
    """
    print(f"{name} …", file=sys.stderr, flush=True)
    rows = [*CASES[name](options)]
    lost = [f"{row.what}: {row.measured}" for row in rows if row.kept is False]
    if not options.quick or not lost:
        return rows
    print(f"{name} again, after {'; '.join(lost)} …", file=sys.stderr, flush=True)
    return [*CASES[name](options)]


if __name__ == "__main__":
    sys.exit(main())
