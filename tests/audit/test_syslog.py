"""Syslog messages as RFC 5424 has them, and how they are framed on each way."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from queue_service.audit import syslog
from queue_service.audit.sending import ReceiverUnavailable
from queue_service.audit.store import Position, RecordedEntry
from queue_service.store.audit_log import AuditEntry

AT = 1_795_593_600_123


def found(**changes: object) -> RecordedEntry:
    fields: dict[str, object] = {
        "action": "account.added", "result": "done", "kind": "account", "by": "acc_1",
        "name": "chef", "role": "admin", "address": "10.1.2.3", "branch": "holbaek",
        "target": "ny",
    }  # fmt: skip
    entry = AuditEntry(**{**fields, **changes})  # type: ignore[arg-type]  # as the test has them
    return RecordedEntry(Position(AT, 0, "access"), entry)


def test_a_message_has_the_form_of_the_standard() -> None:
    head, _, text = syslog.message(found(), "queue.example.dk").partition(b" \xef\xbb\xbf")
    assert head.decode() == (
        "<109>1 2026-11-25T08:00:00.123Z queue.example.dk queue-service - account.added "
        '[audit@32473 id="1795593600123-0@access" result="done" actor="chef" address="10.1.2.3"'
        ' branch="holbaek" target="ny"]'
    )
    assert json.loads(text)["actor"]["name"] == "chef"


def test_a_refusal_is_a_warning_and_values_are_escaped() -> None:
    message = syslog.message(
        found(result="refused", name='a"]\\b', branch=None), "my host"
    ).decode()
    assert message.startswith("<108>1 2026-11-25T08:00:00.123Z myhost queue-service - ")
    assert r'actor="a\"\]\\b"' in message
    assert "branch=" not in message.partition("]")[0]


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """A receiver over TCP: its port, and all that came over each connection."""
    came: list[bytes] = []

    def take() -> None:
        connection, _ = server.accept()
        with connection:
            came.append(b"".join(iter(lambda: connection.recv(4096), b"")))

    with socket.create_server(("127.0.0.1", 0)) as server:
        taking = threading.Thread(target=take)
        taking.start()
        yield server.getsockname()[1], came
        taking.join(10)


def test_messages_over_tcp_begin_with_their_length() -> None:
    one = found()
    with listening() as (port, came):
        syslog.send(f"tcp://127.0.0.1:{port}", [one, one], "h")
    message = syslog.message(one, "h")
    assert came == [b"%d %b" % (len(message), message) * 2]


def test_messages_over_udp_are_datagrams() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(10)
        syslog.send(f"udp://127.0.0.1:{receiver.getsockname()[1]}", [found()], "h")
        assert receiver.recv(65536) == syslog.message(found(), "h")


@pytest.mark.parametrize("scheme", ["tcp", "tls"])
def test_a_receiver_that_is_away_is_said(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ReceiverUnavailable):
        syslog.send(f"{scheme}://127.0.0.1:{port}", [found()], "h")
