"""A hung process is killed and started again, like one that has ended."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis

from queue_service.commands.common import heartbeat
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.jobs.job_queue import PROMPT
from queue_service.store.server.embedded import find_server, prepare_folder, server_command
from queue_service.store.server.running import failure, log_file
from queue_service.supervisor import programs
from queue_service.supervisor.child import Child, Program
from queue_service.supervisor.children import Children
from queue_service.supervisor.signals import Signals, Stopped, signals
from queue_service.supervisor.systemd import Systemd
from tests.running import environment, eventually
from tests.store.serving import serving


class Answers:
    """A program that answers until it hangs."""

    def __init__(self) -> None:
        self.hangs = False
        self.asked = 0

    def __call__(self) -> bool:
        """Whether it answers now."""
        self.asked += 1
        return not self.hangs


@pytest.fixture
def answers() -> Answers:
    """The responses of the program of :func:`child`."""
    return Answers()


@pytest.fixture
def child(tmp_path: Path, answers: Answers) -> Iterator[Child]:
    """A program that may be silent for 30 seconds."""
    program = Program(
        "program", lambda _: ["sleep", "600"], tmp_path / "log", silent_seconds=30, answers=answers
    )
    made = Child(program)
    made.start()
    yield made
    made.finish()


def has_ended(child: Child) -> bool:
    """Whether it ends now, which may take a moment."""
    return not child.is_alive()


def test_a_process_that_is_silent_for_too_long_is_killed_and_reported(
    child: Child, answers: Answers
) -> None:
    for second in range(0, 101, 4):
        child.end_if_hung(second)
    assert answers.asked == 1 + 100 // 8, "it is not asked at every look"
    answers.hangs = True
    for second in range(104, 127, 4):
        child.end_if_hung(second)
    child.end_if_hung(125.9)
    assert child.is_alive()
    child.end_if_hung(126.0)
    eventually(lambda: has_ended(child))
    assert not child.keep(126, lambda: True)
    assert child.last_end == "signal 9 after not answering for 30 seconds"
    assert child.why() == "not answering for 30 seconds"
    answers.hangs = False
    assert child.keep(127, lambda: True)
    child.end_if_hung(200)
    assert child.is_alive(), "what it did before its start is over"


def test_a_start_may_take_a_minute(child: Child, answers: Answers) -> None:
    answers.hangs = True
    for second in range(0, 60, 4):
        child.end_if_hung(second)
    assert child.is_alive()
    child.end_if_hung(60)
    eventually(lambda: has_ended(child))


def test_time_without_checks_is_no_silence_of_the_child(child: Child, answers: Answers) -> None:
    child.end_if_hung(0)
    answers.hangs = True
    for hour in range(1, 6):
        child.end_if_hung(hour * 3600)
    assert child.is_alive()
    child.end_if_hung(6 * 3600)
    eventually(lambda: has_ended(child))


def test_a_process_without_a_limit_of_silence_is_never_killed(child: Child) -> None:
    quiet = Child(replace(child.program, silent_seconds=0.0))
    quiet.start()
    for hour in range(100):
        quiet.end_if_hung(hour * 3600)
    assert quiet.is_alive()
    quiet.finish()


def test_why_it_ended_is_not_what_its_log_says_after_the_next_start(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = Child(Program("program", lambda _: ["sh", "-c", "echo No space"], log))
    child.start()
    eventually(lambda: has_ended(child))
    child.keep(0, lambda: True)
    log.write_text("Ready to accept connections\n", encoding="utf-8")
    assert child.why() == "No space"


def test_why_it_ended_is_not_what_its_log_says_of_an_earlier_start(tmp_path: Path) -> None:
    says_once = f"mkdir '{tmp_path}/said' 2>/dev/null && echo Ready"
    child = Child(Program("program", lambda _: ["sh", "-c", says_once], tmp_path / "log"))
    for why in ("Ready", "it said nothing"):
        child.start()
        eventually(lambda: has_ended(child))
        child.keep(0, lambda: True)
        assert child.why() == why


def test_a_heartbeat_waits_for_no_reader() -> None:
    readable, writable = os.pipe()
    beat = heartbeat(writable)
    for _ in range(70_000):  # more than a pipe holds
        beat()
    os.close(readable)
    beat()
    os.close(writable)


@contextmanager
def watched(children: Children, waiting: Signals, until: Callable[[], bool]) -> Iterator[None]:
    """Watch over the children, after the block, until this holds; then all of them are stopped."""
    failed: list[BaseException] = []

    def wait() -> None:
        try:
            eventually(until)
        except AssertionError as error:
            failed.append(error)
        waiting.stops += 1
        os.kill(os.getpid(), signal.SIGCHLD)  # wakes the one that waits

    yield
    waiter = threading.Thread(target=wait)
    waiter.start()
    with pytest.raises(Stopped):
        children.watch()
    waiter.join()
    children.stop()
    assert not failed


def running_pid(client: Redis) -> int:
    """The process of a store that answers."""
    return int(client.info("server")["process_id"])


def pings(client: Redis) -> int:
    """How often a store was asked whether it answers."""
    return int(client.info("commandstats")["cmdstat_ping"]["calls"])


def test_a_store_that_hangs_is_started_again_with_all_that_was_acknowledged(
    data_dir: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log = log_file(prepare_folder(data_dir))
    command = server_command(find_server(), data_dir)
    with (
        connect(Settings(data_dir=data_dir, store_timeout_seconds=0.2)) as client,
        signals() as waiting,
    ):
        children = Children(client, waiting, Systemd(""))
        children.add_store(Program("store", lambda _: command, log, silent_seconds=2))
        children.wait_for_store()
        children.wait_for("store", lambda: pings(client) >= 2)  # it was asked whether it works
        client.set("acknowledged", "1")
        hung = running_pid(client)

        def again() -> bool:
            return failure(client) is None and running_pid(client) != hung

        with watched(children, waiting, again):
            os.kill(hung, signal.SIGSTOP)
        with serving(data_dir) as (_, later):
            assert later.get("acknowledged") == "1"
    assert re.search(
        r"The store ended with signal 9 after not answering for \d+ seconds and was started again",
        capfd.readouterr().out,
    )


def test_a_worker_that_hangs_is_started_again(
    data_dir: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=data_dir)
    settings.log_dir.mkdir(parents=True)
    with serving(data_dir) as (_, client), signals() as waiting:
        children = Children(client, waiting, Systemd(""))
        program = programs.worker(settings)
        children.add(replace(program, silent_seconds=4, environment=environment(data_dir)))

        def workers() -> set[str]:
            return {str(worker) for worker in client.smembers(f"rq:workers:{PROMPT}")}

        children.wait_for("worker", lambda: bool(workers()))
        (hung,) = workers()
        eventually(lambda: 0 < client.ttl(hung) <= 60)
        with watched(children, waiting, lambda: bool(workers() - {hung})):
            os.kill(int(client.hget(hung, "pid") or 0), signal.SIGSTOP)
    assert "The worker ended with signal 9 after not answering for " in capfd.readouterr().out
