"""How a benchmark is run: how long, and in processes of their own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command line."""

    quick: bool = False
    replay: tuple[Path, ...] = ()

    def rounds(self, many: int) -> int:
        """How often to measure in turns."""
        return 1 if self.quick else many

    def seconds(self, long: float) -> float:
        """How long to measure at a time."""
        return min(2.0, long) if self.quick else long

    def visits(self, many: int) -> int:
        """How much history to make."""
        return min(5000, many) if self.quick else many


@contextmanager
def others(processes: int = 1) -> Iterator[ProcessPoolExecutor]:
    """Processes for load and for listening, so that neither waits for the program it measures."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as executor:
        yield executor
