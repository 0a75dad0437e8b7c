"""A webhook is signed so that its receiver can tell, and goes nowhere it must not."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator

import pytest

from queue_service.webhook import Hook, HookRefused, HookUnavailable, is_public, send, signature
from tests.hooks import Receiver, receiver

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


def test_the_receiver_can_tell_who_sent_it(there: Receiver) -> None:
    send(hook(there), "msg-1", BODY, NOW)
    (headers,), (body,), (path,) = there.headers, there.bodies, there.paths
    assert (body, path) == (BODY, "/hook?to=team")
    assert headers["content-type"] == "application/json"
    # As the README tells a receiver to check it.
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == "1795604400"


def test_the_signature_is_that_of_the_published_example() -> None:
    """The example that the Standard Webhooks give for their libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    told = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


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


def test_who_wants_no_more_is_left_alone(there: Receiver) -> None:
    there.answers.append(410)
    with pytest.raises(HookRefused, match="wants no more"):
        send(hook(there), "msg-1", BODY, NOW)


def test_nothing_goes_inside_unless_the_operator_says_so(there: Receiver) -> None:
    with pytest.raises(HookRefused):
        send(Hook(there.url, SECRET), "msg-1", BODY, NOW)
    for host in ("127.0.0.1", "localhost"):
        url = f"https://{host}:{there.port}/"
        with pytest.raises(HookRefused, match="private network"):
            send(Hook(url, SECRET), "msg-1", BODY, NOW)
    assert there.bodies == []


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"]])
def test_a_name_for_the_own_network_is_found_out(
    there: Receiver, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    found = [(2, 1, 6, "", (address, there.port)) for address in addresses]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    with pytest.raises(HookRefused, match="private network"):
        send(Hook("https://innocent.example/", SECRET), "msg-1", BODY, NOW)
    assert there.bodies == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::",
        "64:ff9b::7f00:1",
    ],
)  # fmt: skip
def test_an_address_of_the_own_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


def test_a_receiver_that_is_away_is_worth_another_try() -> None:
    with pytest.raises(HookUnavailable, match=r"^127\.0\.0\.1 cannot be reached"):
        send(Hook("http://127.0.0.1:1/", SECRET, ["127.0.0.1"]), "msg-1", BODY, NOW)


def test_neither_secret_nor_address_is_in_what_is_printed() -> None:
    printed = repr(Hook("https://example.dk/hook?token=abc", SECRET))
    assert "abc" not in printed
    assert SECRET not in printed
