"""A credential that ends takes its open streams along, within five seconds, in every process."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from urllib.parse import urlsplit

from queue_service.access.operations import access, accounts
from queue_service.access.operations.attempts import Visitor
from queue_service.store.keys import LOG
from tests.web.service import Service

WITHIN_SECONDS = 5.0
"""A stream that lives on is silent for longer, and so runs into the time-out."""
STREAMS = 6
"""Enough that both web processes hold some."""


@contextmanager
def stream(
    service: Service, branch: str, headers: dict[str, str]
) -> Iterator[http.client.HTTPResponse]:
    """An open event stream that has begun."""
    connection = http.client.HTTPConnection(
        urlsplit(service.url).netloc, timeout=WITHIN_SECONDS + 1
    )
    connection.request("GET", f"/api/v1/branches/{branch}/events", headers=headers)
    response = connection.getresponse()
    assert response.status == 200
    response.readline()
    try:
        yield response
    finally:
        connection.close()


def assert_ends(streams: list[http.client.HTTPResponse]) -> None:
    """Fails for a stream that lives on: it stays silent until the time-out."""
    began = monotonic()
    for response in streams:
        response.read()
    assert monotonic() - began < WITHIN_SECONDS


def test_revoking_a_token_closes_its_streams(service: Service) -> None:
    branch = service.branch()
    store = service.access_store
    token, secret = access.create_token(store, "display", branch, now=store.now())
    bearer = {"Authorization": f"Bearer {secret}"}
    with many(service, branch, bearer) as streams:
        access.revoke_token(store, token.id)
        assert_ends(streams)


def test_a_token_that_ends_unannounced_closes_its_streams_too(service: Service) -> None:
    branch = service.branch()
    store = service.access_store
    token, secret = access.create_token(store, "display", branch, now=store.now())
    with many(service, branch, {"Authorization": f"Bearer {secret}"}) as streams:
        before = service.client.xlen(LOG)
        store.remove_token(token.id)
        assert_ends(streams)
        assert service.client.xlen(LOG) == before


def test_a_new_password_closes_the_streams_of_the_old_one(service: Service) -> None:
    branch = service.branch()
    name, password = service.account("clerk", branch)
    _, secret, _ = accounts.log_in(service.access_store, name, password, Visitor("10.0.0.1"))
    with many(service, branch, {"Cookie": f"queue_session={secret}"}) as streams:
        accounts.set_password(service.access_store, name, "another password")
        assert_ends(streams)


@contextmanager
def many(
    service: Service, branch: str, headers: dict[str, str], number: int = STREAMS
) -> Iterator[list[http.client.HTTPResponse]]:
    """So many open streams."""
    if number == 0:
        yield []
        return
    with (
        stream(service, branch, headers) as first,
        many(service, branch, headers, number - 1) as others,
    ):
        yield [first, *others]
