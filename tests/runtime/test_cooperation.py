"""Long work lets other requests of its web process go on."""

from __future__ import annotations

import subprocess
import sys

_HEAD = """
from gevent import monkey; monkey.patch_all()
import socket
from time import perf_counter
import gevent
from queue_service.runtime.cooperation import give_way

def work():
    until = perf_counter() + 0.001
    while perf_counter() < until:
        pass
    give_way()

here, there = socket.socketpair()
"""

_ONCE = """
heard = []
gevent.spawn(lambda: heard.append(there.recv(1)))
gevent.sleep(0)
work()
assert heard == []
here.send(b"x")
work()
assert heard == [b"x"], heard
"""

_SHORT = """
from queue_service.runtime.cooperation import begin_turn, in_turns
heard = []
gevent.spawn(heard.append, "x")
begin_turn()
for item in in_turns("ab"):
    assert heard == [], item
for item in in_turns("c"):
    work_alone = perf_counter() + 0.001
    while perf_counter() < work_alone:
        pass
assert heard == []  # nothing is left to do after the last
give_way()
assert heard == ["x"]
"""

_NEVER_IDLE = """
def answer(line):
    while True:
        line.send(line.recv(1))

gevent.spawn(answer, here)
gevent.spawn(answer, there)
here.send(b"x")
for _ in range(3):
    work()
"""


def run(script: str) -> None:
    subprocess.run([sys.executable, "-c", _HEAD + script], check=True, timeout=30)


def test_messages_that_arrived_meanwhile_are_read_before_work_goes_on() -> None:
    run(_ONCE)


def test_short_work_does_not_wait_for_others() -> None:
    run(_SHORT)


def test_work_goes_on_in_a_process_that_is_never_idle() -> None:
    run(_NEVER_IDLE)
