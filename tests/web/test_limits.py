"""No request is large: it is refused before it is read, for every sender, and takes no memory."""

from __future__ import annotations

import os
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from queue_service.web.requests import ADMIN_FORM_MAX_BYTES, FORM_MAX_BYTES
from tests.running import descendants
from tests.web.service import Service
from tests.web.web_app import LIBRARY, PASSWORD, WebApp, csrf, text_of

MEGABYTE = 1024 * 1024
HUGE = 300 * MEGABYTE
FORM = "application/x-www-form-urlencoded"
FILE = "multipart/form-data; boundary=x"
IN_PIECES: dict[str, object] = {
    "HTTP_TRANSFER_ENCODING": "chunked",
    "CONTENT_LENGTH": "",
    "wsgi.input_terminated": True,
}
"""The server's response to a chunked body, without a length."""
KINDS = [FORM, FILE, "text/plain", "application/json"]


@contextmanager
def asking(service: Service, path: str, *headers: str) -> Iterator[socket.socket]:
    """A connection on which the head of a POST has been sent."""
    where = urlsplit(service.url)
    head = "\r\n".join((f"POST {path} HTTP/1.1", "Host: queue", *headers, "", ""))
    with socket.create_connection(
        (where.hostname or "", where.port or 0), timeout=20
    ) as connection:
        connection.sendall(head.encode())
        yield connection


def pour(connection: socket.socket, piece: bytes, most: int = HUGE) -> int:
    """Send again and again until the other side hangs up; how many bytes it took."""
    sent, line_buffer = 0, b""
    until = time.monotonic() + 20
    try:
        while sent < most and time.monotonic() < until:
            readable, writable, _ = select.select([connection], [connection], [], 5)
            if readable and not (line_buffer := connection.recv(65536)):
                break
            if writable:
                sent += connection.send(piece)
    except (BrokenPipeError, ConnectionResetError):
        pass
    del line_buffer
    return sent


def web_memory() -> int:
    """The bytes of memory that the web processes of these tests hold."""
    pages = 0
    for pid in descendants(os.getpid()):
        try:
            if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes():
                pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except OSError:
            continue
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("path", ["/login", "/enrol/code", "/reports/x/stop/y", "/nothing"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_huge_body_is_refused_before_any_of_it_is_sent(
    service: Service, path: str, kind: str
) -> None:
    head = (f"Content-Length: {HUGE}", f"Content-Type: {kind}")
    with asking(service, path, *head) as connection, connection.makefile("rb") as reader:
        status = reader.readline().decode()
        headers = {field.lower().strip() for field in iter(reader.readline, b"\r\n")}
    assert status.startswith("HTTP/1.1 413 ")
    assert b"connection: close" in headers
    assert not any(field.startswith(b"server:") for field in headers)


@pytest.mark.parametrize(
    "head",
    [
        (f"Content-Length: {HUGE}", f"Content-Type: {FORM}"),
        (f"Content-Length: {HUGE}", f"Content-Type: {FILE}"),
        (f"Content-Length: {HUGE}", f"Content-Type: {FORM}", "Expect: 100-continue"),
        ("Transfer-Encoding: chunked", f"Content-Type: {FORM}"),
        ("Transfer-Encoding: chunked", f"Content-Type: {FILE}"),
    ],
    ids=["form", "file", "expect", "chunked form", "chunked file"],
)
def test_a_refused_body_is_neither_read_nor_kept(service: Service, head: tuple[str, ...]) -> None:
    before = web_memory()
    assert before > 10 * MEGABYTE
    piece = b"a" * 65536
    if "chunked" in head[0]:
        piece = b"10000\r\n" + piece + b"\r\n"
    with asking(service, "/login", *head) as connection:
        # The system's buffers count too.
        assert pour(connection, piece) < 30 * MEGABYTE
    assert web_memory() - before < 20 * MEGABYTE


def test_a_page_with_the_header_of_a_script_may_send_no_more(web_app: WebApp) -> None:
    browser = web_app.staff("leder", "supervisor")
    word = {"X-CSRF-Token": csrf(browser)["csrf_token"]}
    path = f"/dashboards/{LIBRARY}/notes"
    for kind in (FORM, FILE):
        sent = browser.post(path, data=b"x" * MEGABYTE, headers=word, content_type=kind)
        assert sent.status_code == 413
    assert "Det er for meget på én gang. Send højst 96 KiB." in text_of(sent)


@pytest.mark.parametrize("in_pieces", [False, True])
@pytest.mark.parametrize(("more", "status"), [(0, 303), (1, 413)])
def test_a_form_may_be_so_large(
    web_app: WebApp, more: int, status: int, *, in_pieces: bool
) -> None:
    web_app.account("chef", "admin")
    form = f"name=chef&password={PASSWORD.replace(' ', '+')}&more=".encode()
    form += b"x" * (FORM_MAX_BYTES - len(form) + more)
    sent = web_app.app.test_client().post(
        "/login",
        input_stream=BytesIO(form),
        content_type=FORM,
        environ_overrides=IN_PIECES if in_pieces else {"CONTENT_LENGTH": str(len(form))},
    )
    assert sent.status_code == status


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("more", "status"), [(0, 422), (1, 413)])
def test_a_form_of_the_administration_may_be_larger(
    admin_client: FlaskClient, more: int, status: int, *, chunked: bool
) -> None:
    path = f"/admin/branches/{LIBRARY}/file"
    form = f"csrf_token={csrf(admin_client)['csrf_token']}&text=".encode()
    form += b"x" * (ADMIN_FORM_MAX_BYTES - len(form) + more)
    sent = admin_client.post(
        path,
        input_stream=BytesIO(form),
        content_type=FORM,
        environ_overrides=IN_PIECES if chunked else {"CONTENT_LENGTH": str(len(form))},
    )
    assert sent.status_code == status
    assert ("Send højst 256 KiB." in text_of(sent)) == (status == 413)


def test_a_length_that_is_none_is_too_large(visitor: FlaskClient) -> None:
    answer = visitor.post("/login", environ_overrides={"CONTENT_LENGTH": "-1"})
    assert answer.status_code == 413


def test_files_are_taken_where_there_is_a_field_for_them_alone(
    web_app: WebApp, admin_client: FlaskClient, visitor: FlaskClient
) -> None:
    file = {"configuration": (BytesIO(b"{}"), "b.json")}
    sent = visitor.post("/login", data={"name": "chef", **file}, content_type=FILE[:19])
    assert sent.status_code == 415
    assert "Denne side tager ikke imod filer. Send uden fil." in text_of(sent)
    file = {"configuration": (BytesIO(b"{}"), "b.json")}
    taken = admin_client.post(
        f"/admin/branches/{LIBRARY}/file", data={**csrf(admin_client), **file}
    )
    assert taken.status_code == 422
    call = f"/api/v1/branches/{LIBRARY}/visits"
    kiosk = web_app.bearer("kiosk")
    file = {"configuration": (BytesIO(b"{}"), "b.json")}
    refused = visitor.post(call, data=file, headers=kiosk, content_type=FILE[:19])
    assert (refused.status_code, refused.get_json()["code"]) == (415, "unsupported_media_type")
    state = f"/api/v1/branches/{LIBRARY}/state"
    assert visitor.get(state, headers=kiosk, content_type=FILE).status_code == 415
