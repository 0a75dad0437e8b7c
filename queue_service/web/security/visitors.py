"""The person behind a login form: where failures are counted, and the kind of the browser."""

from __future__ import annotations

from flask import request

from queue_service.access.operations.attempts import Visitor
from queue_service.access.rules.browsers import browser_kind
from queue_service.web.request_limit import counted_address
from queue_service.web.security.credentials import device_secret


def visitor() -> Visitor:
    """The visitor that failed logins of this request are counted on."""
    sender = request.remote_addr or ""
    return Visitor(counted_address(sender), device_secret(request), sender)


def browser() -> str:
    """The kind of this request's browser."""
    return browser_kind(request.headers.get("User-Agent", ""))
