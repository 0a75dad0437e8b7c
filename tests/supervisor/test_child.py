"""A program that cannot be started is tried again, and says why."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from redis import Redis

from queue_service.supervisor import children
from queue_service.supervisor.child import Child, Program
from queue_service.supervisor.children import Children
from queue_service.supervisor.signals import signals
from queue_service.supervisor.systemd import Systemd


def answers() -> bool:
    """The store answers."""
    return True


@pytest.fixture
def child(tmp_path: Path) -> Child:
    """A program that ends at once, whose log has a folder of its own."""
    (tmp_path / "log").mkdir()
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\necho over\n", encoding="utf-8")
    program.chmod(0o755)
    return Child(Program("program", lambda _: [str(program)], tmp_path / "log" / "log"))


def end(child: Child) -> None:
    """Start it and wait until it has ended and that was seen, at second 0."""
    child.start()
    while child.is_alive():
        pass
    assert not child.keep(0, answers)


def test_a_part_that_fails_to_start_is_tried_again(child: Child, tmp_path: Path) -> None:
    end(child)
    (tmp_path / "program").rename(tmp_path / "replaced")
    assert child.keep(1, answers)
    assert child.keeps_ending
    assert child.why().startswith("[Errno 2] No such file or directory: ")
    assert not child.keep(1.9, answers), "its pause lasts"
    (tmp_path / "replaced").rename(tmp_path / "program")
    assert child.keep(2, answers)
    while child.is_alive():
        pass
    child.keep(3, answers)
    assert child.why() == "over"


def test_a_log_folder_that_is_gone_ends_nothing(child: Child, tmp_path: Path) -> None:
    end(child)
    shutil.rmtree(tmp_path / "log")
    assert child.keep(1, answers)
    assert child.why().startswith("[Errno 2] No such file or directory: ")
    (tmp_path / "log").mkdir()
    assert child.keep(2, answers)
    child.finish()


@pytest.mark.parametrize("drain_seconds", [0, 30])
def test_the_web_is_given_the_time_in_which_it_still_answers(
    monkeypatch: pytest.MonkeyPatch, drain_seconds: int
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(children, "stop", lambda _, seconds, __: waited.append(seconds))
    with signals() as waiting, Redis() as nowhere:
        Children(nowhere, waiting, Systemd(""), (), drain_seconds).stop()
    assert waited[0] == drain_seconds + children._STOP_SECONDS
