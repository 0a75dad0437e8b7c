"""Entries of the audit log as syslog messages (RFC 5424), over TLS, TCP or UDP.

Over TLS and TCP each message is preceded by its length (RFC 5425, RFC 6587). Syslog has no
acknowledgement: what a receiver had not read when its connection broke is lost there. A receiver
that must have all of it takes the webhook.
"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from queue_service.audit.sending import ReceiverUnavailable
from queue_service.audit.store import RecordedEntry
from queue_service.language.instants import rfc3339

PORTS: Final = {"tls": 6514, "tcp": 601, "udp": 514}
"""The usual port of each way."""
_TIMEOUT_SECONDS: Final = 10.0
_FACILITY: Final = 13
"""Log audit."""
_WARNING, _NOTICE = 4, 5
_APP: Final = "queue-service"
_ENTERPRISE: Final = 32473
"""The private enterprise number reserved for examples (RFC 5612): the project has none."""
_BOM: Final = "\ufeff"


def message(found: RecordedEntry, host: str) -> bytes:
    """One message: its header, the main facts as structured data, and all as JSON."""
    position, entry = found
    severity = _WARNING if entry.result == "refused" else _NOTICE
    facts = {
        "id": position.text(),
        "result": entry.result,
        "actor": entry.name or entry.by,
        "address": entry.address,
        "branch": entry.branch or "",
        "target": entry.target,
    }
    data = "".join(f' {name}="{_escaped(text)}"' for name, text in facts.items() if text)
    header = (
        f"<{_FACILITY * 8 + severity}>1 {rfc3339(position.at)} {_word(host)} {_APP} -"
        f" {entry.action} [audit@{_ENTERPRISE}{data}]"
    )
    text = json.dumps(found.document(), ensure_ascii=False)
    return f"{header} {_BOM}{text}".encode()


def send(url: str, entries: Sequence[RecordedEntry], host: str) -> None:
    """Send entries to ``tls://host:port``, ``tcp://…`` or ``udp://…``; ``host`` is this machine.

    Raises ReceiverUnavailable.
    """
    parts = urlsplit(url)
    address = (parts.hostname or "", parts.port or PORTS[parts.scheme])
    messages = [message(each, host) for each in entries]
    try:
        if parts.scheme == "udp":
            _send_datagrams(address, messages)
        else:
            _send_stream(address, messages, encrypted=parts.scheme == "tls")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ReceiverUnavailable(f"The syslog receiver did not take entries: {reason}.") from None


def _send_datagrams(address: tuple[str, int], messages: Sequence[bytes]) -> None:
    family, kind, protocol, _, target = socket.getaddrinfo(*address, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind, protocol) as out:
        for each in messages:
            out.sendto(each, target)


def _send_stream(address: tuple[str, int], messages: Sequence[bytes], *, encrypted: bool) -> None:
    framed = b"".join(b"%d %b" % (len(each), each) for each in messages)
    with socket.create_connection(address, _TIMEOUT_SECONDS) as plain:
        if not encrypted:
            plain.sendall(framed)
            return
        context = ssl.create_default_context()
        with context.wrap_socket(plain, server_hostname=address[0]) as out:
            out.sendall(framed)


def _escaped(text: str) -> str:
    for mark in ("\\", '"', "]"):
        text = text.replace(mark, f"\\{mark}")
    return text


def _word(text: str) -> str:
    """A name of the header: visible ASCII characters alone."""
    return "".join(letter for letter in text if "!" <= letter <= "~")[:255] or "-"
