"""What works for long lets others of its web process go on."""

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


def test_what_arrived_meanwhile_is_read_before_work_goes_on() -> None:
    run(_ONCE)


def test_work_goes_on_in_a_process_that_is_never_idle() -> None:
    run(_NEVER_IDLE)
