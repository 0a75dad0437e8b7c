"""Sending the audit log on to other systems, in its order and without a gap.

A worker sends what a receiver has not got, and notes how far it has come only after that. So an
entry arrives at least once; its id is the same each time. Nothing that is recorded waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from queue_service.audit.store import AuditReader, RecordedEntry
from queue_service.command import Queue

AT_ONCE: Final = 100
"""Entries in one message."""
SENDING_MS: Final = 60_000
"""How long a silent worker keeps others from sending; longer than one message may take."""

Send = Callable[[Sequence[RecordedEntry]], None]
"""Sends entries. Raises ReceiverUnavailable."""


class ReceiverUnavailable(Exception):
    """The entries did not arrive; the next job sends them again."""


def send_all(queue: Queue, receivers: Mapping[str, Send], over: Callable[[], bool]) -> None:
    """Send each receiver what it has not got, until ``over``.

    A receiver that does not answer holds up no other. Raises ReceiverUnavailable afterwards.
    """
    reader = queue.get(AuditReader)
    if not receivers or not reader.begin_sending(SENDING_MS):
        return
    failed: ReceiverUnavailable | None = None
    try:
        for receiver, send in receivers.items():
            try:
                _send(queue, reader, receiver, send, over)
            except ReceiverUnavailable as error:
                failed = error
    finally:
        reader.end_sending()
    if failed is not None:
        raise failed


def _send(
    queue: Queue, reader: AuditReader, receiver: str, send: Send, over: Callable[[], bool]
) -> None:
    for tag, last in reader.sent(receiver, queue.store.time()).items():
        while found := reader.after(tag, last, AT_ONCE):
            send(found)
            position = found[-1].position
            last = f"{position.at}-{position.number}"
            reader.note_sent(receiver, tag, last)
            if over():
                return
