"""Behaviour of a real server only: chunked bodies, and headers as programs send them."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from queue_service.access.operations import access
from queue_service.store.keys import streams
from tests.web.service import Service


def send(
    service: Service, method: str, path: str, body: Any, **headers: str
) -> tuple[http.client.HTTPResponse, Any]:
    """An answer and its document; a body that is a list of pieces goes out without a length."""
    connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=20)
    token = {"Authorization": f"Bearer {service.token('admin')}"}
    kind = {"Content-Type": "application/json"}
    connection.request(
        method,
        f"/api/v1{path}",
        body,
        token | kind | {name.replace("_", "-"): value for name, value in headers.items()},
        encode_chunked=isinstance(body, list),
    )
    response = connection.getresponse()
    document = json.loads(response.read() or "null")
    connection.close()
    return response, document


def test_a_body_in_pieces_is_read_whole_or_refused(service: Service) -> None:
    branch = service.branch()
    path = f"/branches/{branch}/visits"
    small = [b'{"service":', b' "pas"}']
    assert send(service, "POST", path, small, Transfer_Encoding="chunked")[0].status == 201
    large = [b'{"service": "pas"}', *[b" " * 1024] * 80]
    answer, problem = send(service, "POST", path, large, Transfer_Encoding="chunked")
    assert (answer.status, problem["code"]) == (413, "too_large")
    assert service.api().get(f"/branches/{branch}/state")["today"]["issued"] == 1


def test_pieces_that_are_none_are_refused_as_unreadable(service: Service) -> None:
    branch = service.branch()
    path = f"/branches/{branch}/visits"
    connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=20)
    connection.putrequest("POST", f"/api/v1{path}")
    connection.putheader("Authorization", f"Bearer {service.token('admin')}")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders(b'zz\r\n{"service": "pas"}\r\n0\r\n\r\n')
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())["code"]) == (400, "malformed")
    connection.close()
    assert service.api().get(f"/branches/{branch}/state")["today"]["issued"] == 0


def test_if_match_may_name_several(service: Service) -> None:
    branch = service.branch()
    path = f"/branches/{branch}"
    answer, document = send(service, "GET", path, None)
    current = answer.headers["ETag"]
    body = json.dumps(document | {"name": "Hovedbiblioteket"})
    assert send(service, "PUT", path, body, If_Match='"old", "older"')[0].status == 412
    assert send(service, "PUT", path, body, If_Match=f'"old", {current}')[0].status == 200
    # The same request again is done already; another one is about what is no longer in force.
    assert send(service, "PUT", path, body, If_Match=current)[0].status == 200
    assert send(service, "PUT", path, json.dumps(document), If_Match=current)[0].status == 412


def test_a_token_over_its_limit_of_streams_gets_retry_after(service: Service) -> None:
    branch = service.branch()
    store = service.access_store
    secret = service.token("display", branch)
    caller = access.identify(store, secret)
    assert caller is not None
    until = service.client.time()[0] * 1000 + 60_000
    held = {f"stream-{n}": until for n in range(service.settings.streams_per_token)}
    service.client.zadd(streams(caller.id), held)
    answer, problem = send(
        service, "GET", f"/branches/{branch}/events", None, Authorization=f"Bearer {secret}"
    )
    assert (answer.status, problem["code"]) == (429, "rate_limited")
    assert int(answer.headers["Retry-After"]) > 0
