"""The store is killed again and again, and its power is lost, while everybody goes on."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.conftest import LONGEST_ANSWER_SECONDS, SERVICES, Size, Target
from tests.programs import find_program
from tests.running import Running, descendants, eventually, is_alive, kill
from tests.supervisor.test_supervisor import store_pid


def kill_store(up: Running) -> None:
    """End the store without warning; its supervisor starts it again."""
    killed = store_pid(up)
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: not is_alive(killed))


def test_a_store_that_is_killed_again_and_again_loses_and_doubles_nothing(
    target: Callable[..., Target], size: Size
) -> None:
    here = target()
    checker, load = here.checker(), here.load()
    with load.acting(SERVICES, here.counters, kiosks=size.kiosks, pause=0.05) as acknowledged:
        for _ in range(size.kills):
            acknowledged.wait_for_tickets(20)
            checker.read()
            kill_store(here.up)
        acknowledged.wait_for_tickets(20)
    checker.check(acknowledged)
    assert acknowledged.slowest < LONGEST_ANSWER_SECONDS
    assert acknowledged.completed


@pytest.fixture
def synced(tmp_path: Path) -> dict[str, str]:
    """The environment in which a program's files are known as far as the disk has them."""
    library = tmp_path / "synced.so"
    compiler = find_program("cc", "gcc", package="gcc libc6-dev")
    source = Path(__file__).with_name("synced.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    notes = tmp_path / "synced"
    notes.mkdir()
    return {"LD_PRELOAD": str(library), "SYNCED_DIR": str(notes)}


def lose_power(up: Running, notes: Path) -> int:
    """End all at once, and take from the store's files what no disk has; how many bytes that is."""
    kill([up.process.pid, *descendants(up.process.pid)])
    up.process.wait()
    lost = 0
    for file in (up.data_dir / "store" / "appendonlydir").iterdir():
        kept = file.stat()
        note = notes / str(kept.st_ino)
        durable = int(note.read_text()) if note.exists() else 0
        lost += max(0, kept.st_size - durable)
        os.truncate(file, min(kept.st_size, durable))
    return lost


@pytest.mark.nightly
def test_a_log_that_was_cut_at_its_end_starts_with_what_is_whole_and_says_so(
    target: Callable[..., Target], size: Size
) -> None:
    first = target()
    with first.load().acting(SERVICES, [], kiosks=size.kiosks, pause=0.05) as acknowledged:
        acknowledged.wait_for_tickets(20)
    assert first.up.stop() == 0
    assert not [line for line in first.up.lines if "end of its file" in line]
    written = max((first.up.data_dir / "store" / "appendonlydir").glob("*.incr.aof"))
    os.truncate(written, written.stat().st_size - 37)
    again = target()
    assert [line for line in again.up.lines if "the end of its file" in line]
    checker = again.checker()
    checker.check()
    assert 0 < len(checker.paths) <= len(acknowledged.issued)


@pytest.mark.nightly
def test_power_that_is_lost_takes_nothing_that_was_acknowledged(
    target: Callable[..., Target], size: Size, synced: dict[str, str]
) -> None:
    first = target(**synced)
    with first.load().acting(SERVICES, first.counters, kiosks=size.kiosks) as acknowledged:
        eventually(lambda: len(acknowledged.completed) > 20)
        lose_power(first.up, Path(synced["SYNCED_DIR"]))
    again = target()
    again.checker().check(acknowledged)
