"""A webhook is signed so that its receiver can verify it, and goes nowhere it must not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from queue_service.notify.guarded import ANSWER_BYTES, DEADLINE_SECONDS, is_public
from queue_service.notify.webhook import Hook, HookRefused, HookUnavailable, send, signature
from tests.hooks import Receiver, dripping, receiver

NOW = 1_795_604_400_123
KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
BODY = '{"type":"alert.raised","branch":"Rådhuset"}'.encode()


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


def hook(there: Receiver) -> Hook:
    return Hook(there.url, SECRET, ["127.0.0.1"])


def test_the_receiver_can_verify_the_sender(there: Receiver) -> None:
    send(hook(there), "msg-1", BODY, NOW)
    (headers,), (body,), (path,) = there.headers, there.bodies, there.paths
    assert (body, path) == (BODY, "/hook?to=team")
    assert headers["content-type"] == "application/json"
    # As docs/webhooks.md says to verify it.
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == "1795604400"


def test_the_signature_is_that_of_the_published_example() -> None:
    """The example that the Standard Webhooks give for their libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    reported = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert reported == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_another_try_has_the_same_id_and_another_time(there: Receiver) -> None:
    for later in (0, 30_000):
        send(hook(there), "msg-1", BODY, NOW + later)
    first, second = there.headers
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-signature"] != second["webhook-signature"]


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500, 503])
def test_whatever_is_no_success_is_tried_again_and_no_redirect_followed(
    there: Receiver, status: int
) -> None:
    there.answers.append(status)
    with pytest.raises(HookUnavailable, match=rf"^127\.0\.0\.1 answered {status}\.$"):
        send(hook(there), "msg-1", BODY, NOW)
    assert len(there.paths) == 1


def test_a_receiver_that_unsubscribes_gets_no_more(there: Receiver) -> None:
    there.answers.append(410)
    with pytest.raises(HookRefused, match="wants no more"):
        send(hook(there), "msg-1", BODY, NOW)


def test_nothing_goes_inside_unless_the_operator_says_so(there: Receiver) -> None:
    with pytest.raises(HookRefused, match="https"):
        send(Hook(there.url, SECRET), "msg-1", BODY, NOW)
    for host in ("127.0.0.1", "localhost"):
        url = f"https://{host}:{there.port}/"
        with pytest.raises(HookUnavailable, match="did not answer as it should"):
            send(Hook(url, SECRET), "msg-1", BODY, NOW)
    assert there.bodies == []


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"]])
def test_a_name_for_the_own_network_is_found_out(
    there: Receiver, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    found = [(2, 1, 6, "", (address, there.port)) for address in addresses]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    with pytest.raises(HookUnavailable, match="did not answer as it should"):
        send(Hook("https://innocent.example/", SECRET), "msg-1", BODY, NOW)
    assert there.bodies == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::",
        "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::808:808", "::ffff:8.8.8.8",
        "::ffff:0:808:808", "::ffff:0:7f00:1", "::808:808", "::7f00:1", "2002:808:808::1",
        "2001:0:808:808::1", "2001:db8::1", "3fff::1", "fec0::1", "feff::1", "fc00::1",
        "fdff:ffff::1", "febf::1", "1fff::1", "4000::1", "168.63.129.16", "192.0.0.192",
        "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "240.0.0.1",
        "100.127.255.255", "172.31.255.255", "169.254.0.1",
    ],
)  # fmt: skip
def test_an_address_of_the_own_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "168.63.129.15",
        "168.63.129.17", "2001:4860:4860::8888", "2001:200::1", "2000::1", "2003::1",
        "2a01:111::1", "3ffe:ffff::1",
    ],
)  # fmt: skip
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


def test_a_receiver_that_is_away_is_worth_another_try() -> None:
    with pytest.raises(HookUnavailable, match=r"^127\.0\.0\.1 did not answer as it should"):
        send(Hook("http://127.0.0.1:1/", SECRET, ["127.0.0.1"]), "msg-1", BODY, NOW)


def test_neither_secret_nor_address_is_in_what_is_printed() -> None:
    printed = repr(Hook("https://example.dk/hook?token=abc", SECRET))
    assert "abc" not in printed
    assert SECRET not in printed


@pytest.mark.parametrize(
    "drip", [b"", b"X", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 100 Continue\r\n\r\n"]
)
def test_a_server_that_sends_a_byte_now_and_then_is_left_in_time(drip: bytes) -> None:
    with dripping(drip) as slow:
        began = time.monotonic()
        with pytest.raises(HookUnavailable) as failed:
            send(Hook(slow.url, SECRET, ["127.0.0.1"]), "msg-1", BODY, NOW, seconds=0.5)
        assert failed.value.timed_out
        assert 0.5 <= time.monotonic() - began < DEADLINE_SECONDS
        assert slow.left.wait(10), "the line is closed"


def test_a_server_that_never_greets_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        hook = Hook(f"https://127.0.0.1:{silent.getsockname()[1]}/", SECRET, ["127.0.0.1"])
        with pytest.raises(HookUnavailable) as failed:
            send(hook, "msg-1", BODY, NOW, seconds=0.5)
        assert failed.value.timed_out
        assert time.monotonic() - began < DEADLINE_SECONDS


def test_a_slow_name_lookup_is_abandoned_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [answered.wait(60)][:0])
    with pytest.raises(HookUnavailable) as failed:
        send(Hook("https://slow.example/", SECRET), "msg-1", BODY, NOW, seconds=0.1)
    answered.set()
    assert failed.value.timed_out


@pytest.mark.parametrize(("size", "arrives"), [(ANSWER_BYTES // 2, True), (ANSWER_BYTES, False)])
def test_of_an_answer_only_so_much_is_read(size: int, arrives: bool) -> None:
    line = b"X: " + b"y" * 1019 + b"\r\n"
    head = b"HTTP/1.1 204 No Content\r\n" + line * (size // len(line) + 1) + b"\r\n"
    with dripping(head) as there:
        hook = Hook(there.url, SECRET, ["127.0.0.1"])
        if arrives:
            send(hook, "msg-1", BODY, NOW)
        else:
            with pytest.raises(HookUnavailable) as failed:
                send(hook, "msg-1", BODY, NOW)
            assert not failed.value.timed_out


def test_one_sentence_covers_every_failed_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed port, a private address, an unknown name and no TLS look the same."""
    reported = set()
    with dripping(b"220 mail.example ESMTP\r\n") as other:
        for address, port in (
            ("127.0.0.1", 1),
            ("10.0.0.1", 443),
            ("127.0.0.1", other.port),
            ("", 0),
        ):
            found = [(2, 1, 6, "", (address, port))] if port else []
            monkeypatch.setattr("socket.getaddrinfo", lambda *_, found=found, **__: found)
            url = f"https://example.dk:{port or 443}/"
            inside = ["example.dk"] if address == "127.0.0.1" else []
            with pytest.raises(HookUnavailable) as failed:
                send(Hook(url, SECRET, inside), "msg-1", BODY, NOW, seconds=5)
            reported.add(str(failed.value))
    assert len(reported) == 1
