"""Whether push messages can be offered, and the contact that push services have of this service.

Each message names a contact (``sub`` of RFC 8292). Some push services refuse all messages of a
contact that is no real address, such as one at ``localhost``. Browsers subscribe on pages of https
alone, and on those of their own machine.
"""

from __future__ import annotations

import re
from email.utils import parseaddr
from typing import Final
from urllib.parse import urlsplit

from queue_service.runtime.settings import Settings

_LABEL: Final = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_NAME: Final = re.compile(rf"({_LABEL}\.)+(?![0-9]+$){_LABEL}")
_MAILBOX: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}")
_THIS_MACHINE: Final = ("localhost", "127.0.0.1")
_NOT_PUBLIC: Final = (
    "localhost", "local", "localdomain", "invalid", "test", "example", "internal", "intranet",
    "lan", "home", "corp", "private", "arpa", "onion", "alt",
    "example.com", "example.net", "example.org",
)  # fmt: skip
"""Domains without public names: reserved ones (RFC 2606, 6761, 9476) and those of own networks."""


def push_contact(settings: Settings) -> str:
    """The sender of mail as ``mailto:``, else the public address; empty if neither is real."""
    mailbox, _, domain = parseaddr(settings.mail_from)[1].rpartition("@")
    if _MAILBOX.fullmatch(mailbox) and is_public_name(domain):
        return f"mailto:{mailbox}@{domain}"
    parts = urlsplit(settings.public_url)
    host = parts.hostname or ""
    return f"https://{host}" if parts.scheme == "https" and is_public_name(host) else ""


def no_push_because(settings: Settings) -> str:
    """The reason why no push messages are offered, for operators; empty if they are."""
    parts = urlsplit(settings.public_url)
    if parts.scheme != "https" and parts.hostname not in _THIS_MACHINE:
        return "browsers subscribe on https:// alone: set QUEUE_PUBLIC_URL to such an address."
    if not push_contact(settings):
        return (
            "push services need a contact, and neither QUEUE_MAIL_FROM nor QUEUE_PUBLIC_URL is an"
            " address on the public internet."
        )
    return ""


def is_public_name(host: str) -> bool:
    """Whether a host is a name that may be on the public internet: no address, no reserved name."""
    name = host.lower()
    reserved = any(name == one or name.endswith(f".{one}") for one in _NOT_PUBLIC)
    return bool(_NAME.fullmatch(name)) and not reserved
