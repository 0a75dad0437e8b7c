"""Requests that the web server itself refuses, before the application sees them."""

from __future__ import annotations

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.web.service import Service

HOST = b"Host: queue\r\n"


def answer(service: Service, request: bytes) -> tuple[int, str, Any]:
    """The status, the kind and the document of the response to raw bytes."""
    where = urlsplit(service.url)
    with socket.create_connection(
        (where.hostname or "", where.port or 0), timeout=20
    ) as connection:
        connection.sendall(request)
        with connection.makefile("rb") as reader:
            head, _, body = reader.read().partition(b"\r\n\r\n")
    status, *fields = head.decode().split("\r\n")
    headers = dict(field.lower().split(": ", 1) for field in fields)
    assert headers["connection"] == "close"
    assert int(headers["content-length"]) == len(body)
    return int(status.split()[1]), headers["content-type"], json.loads(body)


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (b"NONSENSE\r\n\r\n", 400, "malformed"),
        (b"GET /healthz HTTP/9.9\r\n" + HOST + b"\r\n", 400, "malformed"),
        (b"GET /healthz HTTP/1.1\r\n" + HOST + b"no colon\r\n\r\n", 400, "malformed"),
        (b"GET /healthz HTTP/1.1\r\n\r\n", 400, "malformed"),
        (
            b"POST /api/v1/branches HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: odd\r\n\r\n",
            400,
            "malformed",
        ),
        (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 413, "too_large"),
        (
            b"GET /healthz HTTP/1.1\r\n" + HOST + b"X-Long: " + b"a" * 200_000 + b"\r\n\r\n",
            413,
            "too_large",
        ),
        (
            b"GET /healthz HTTP/1.1\r\n" + HOST + b"X-Many: a\r\n" * 200 + b"\r\n",
            413,
            "too_large",
        ),
    ],
    ids=[
        "no request line",
        "unknown version",
        "header without a colon",
        "no host",
        "unknown coding",
        "long address",
        "long header",
        "many headers",
    ],
)
def test_a_request_that_is_none_is_a_problem_document(
    service: Service, request_: bytes, status: int, code: str
) -> None:
    given, kind, document = answer(service, request_)
    assert (given, kind) == (status, "application/problem+json")
    assert (document["status"], document["code"]) == (status, code)
    assert document["detail"].endswith(".")
