"""A password is checked away from the event loop, which serves others meanwhile."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

UNDER_GEVENT: Final = """
from gevent import monkey
monkey.patch_all()
import gevent
from queue_service.access.operations.passwords import hash_password, is_password

hashed = hash_password("correct horse")
checks = [gevent.spawn(is_password, word, hashed) for word in ("correct horse", "wrong")]
turns = 0
while not all(check.ready() for check in checks):
    turns += 1
    gevent.sleep(0.001)
print(turns, *(check.get() for check in checks))
"""


def test_others_are_served_while_passwords_are_checked() -> None:
    output = subprocess.run(
        [sys.executable, "-c", UNDER_GEVENT], capture_output=True, text=True, check=True
    )
    turns, right, wrong = output.stdout.split()
    assert (right, wrong) == ("True", "False")
    assert int(turns) > 5
