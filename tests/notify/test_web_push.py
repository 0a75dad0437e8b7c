"""A push message is read by its browser alone, and signed so that its push service accepts it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from queue_service.notify import guarded
from queue_service.notify.push import PushKeys, PushSubscription, decoded, encoded, is_public_key
from queue_service.notify.web_push import (
    PADDED_BYTES,
    SIGNED_SECONDS,
    PushGone,
    encrypted,
    new_push_keys,
    send_push,
)
from queue_service.notify.webhook import HookRefused, HookUnavailable
from tests.certificates import make_certificate
from tests.hooks import Receiver, receiver
from tests.push_browser import PushBrowser, claims_of

NOW = 1_795_604_400_123
CONTACT = "mailto:noreply@holbaek.dk"
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A push service that speaks https, with a certificate that this process trusts."""
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    guarded._tls.cache_clear()
    with receiver(certificate) as running:
        yield running
    guarded._tls.cache_clear()


@pytest.fixture
def keys() -> PushKeys:
    return new_push_keys()


def push(to: PushSubscription, keys: PushKeys, inside: tuple[str, ...] = ("127.0.0.1",)) -> None:
    send_push(to, b"hi", ttl_seconds=60, keys=keys, contact=CONTACT, now=NOW, inside=inside)


def test_the_encryption_is_that_of_the_published_example() -> None:
    """RFC 8291, section 5, whose sender and salt are given."""
    secret = int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
    body = encrypted(
        b"When I grow up, I want to be a watermelon",
        PushSubscription("https://push.example.net/", P256DH, "BTBZMqHH6r4Tts7J_aSIgg"),
        ec.derive_private_key(secret, ec.SECP256R1()),
        decoded("DGv6ra1nlYgDCS1FRnbzlw"),
        0,
    )
    assert encoded(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg"
        "Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVB"
        "St2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@pytest.mark.parametrize("content", [b"", b"A003", b"x" * PADDED_BYTES])
def test_its_browser_alone_reads_it_and_its_length_says_nothing(content: bytes) -> None:
    browser = PushBrowser("https://push.example.dk/")
    body, other = (encrypted(content, browser.subscription) for _ in range(2))
    assert browser.read(body) == browser.read(other) == content
    assert body != other
    assert len(body) == len(encrypted(b"", browser.subscription))
    with pytest.raises(InvalidTag):
        PushBrowser(browser.endpoint).read(body)
    with pytest.raises(InvalidTag):
        PushBrowser(browser.endpoint, browser.key).read(body)


def test_the_push_service_knows_who_sends_and_how_long_to_keep_it(
    there: Receiver, keys: PushKeys
) -> None:
    browser = PushBrowser(there.url)
    there.answers.append(201)
    push(browser.subscription, keys)
    (headers,), (body,), (path,) = there.headers, there.bodies, there.paths
    assert path == "/hook?to=team"
    assert browser.read(body) == b"hi"
    claims = claims_of(headers["authorization"], keys.public)
    assert claims == {
        "aud": f"https://127.0.0.1:{there.port}",
        "sub": CONTACT,
        "exp": NOW // 1000 + SIGNED_SECONDS,
    }
    assert SIGNED_SECONDS < 24 * 3600
    sent = {name: headers[name] for name in ("ttl", "urgency", "topic", "content-encoding")}
    assert sent == {
        "ttl": "60", "urgency": "high", "topic": "turn", "content-encoding": "aes128gcm",
    }  # fmt: skip
    forged = headers["authorization"].replace(keys.public, new_push_keys().public)
    with pytest.raises((InvalidSignature, AssertionError)):
        claims_of(forged, keys.public)


@pytest.mark.parametrize(
    ("status", "failure"),
    [(404, PushGone), (410, PushGone), (403, HookUnavailable), (301, HookUnavailable),
     (429, HookUnavailable), (503, HookUnavailable)],
)  # fmt: skip
def test_whatever_is_no_success_is_a_failure(
    there: Receiver, keys: PushKeys, status: int, failure: type[Exception]
) -> None:
    there.answers.append(status)
    with pytest.raises(failure):
        push(PushBrowser(there.url).subscription, keys)
    assert len(there.bodies) == 1


def test_only_https_to_the_public_internet_is_spoken_to(
    there: Receiver, keys: PushKeys, caplog: pytest.LogCaptureFixture
) -> None:
    browser = PushBrowser(there.url)
    with pytest.raises(HookUnavailable, match="QUEUE_PUSH_HOSTS names hosts of your own network"):
        push(browser.subscription, keys, inside=())
    assert "QUEUE_WEBHOOK_HOSTS" not in caplog.text
    plain = PushBrowser(there.url.replace("https:", "http:"))
    with pytest.raises(HookRefused):
        push(plain.subscription, keys)
    odd = PushBrowser("https://[2606:4700::1111]/")
    with pytest.raises(HookRefused):
        push(odd.subscription, keys)
    assert there.bodies == []


@pytest.mark.parametrize(
    ("path", "sent"),
    [("/wpush/v2/a-1", True), ("/wpush", False), ("/admin", False), ("/Wpush/1", False),
     ("/wpush/../admin", False), ("/wpush/%2e%2e/admin", False), ("/wpush//1", False)],
)  # fmt: skip
def test_the_operator_names_the_paths_of_a_push_service(
    there: Receiver, keys: PushKeys, path: str, sent: bool
) -> None:
    browser = PushBrowser(f"https://127.0.0.1:{there.port}{path}")
    inside = ("127.0.0.2", "127.0.0.1/wpush/")
    if sent:
        push(browser.subscription, keys, inside=inside)
    else:
        with pytest.raises(HookUnavailable):
            push(browser.subscription, keys, inside=inside)
    assert there.paths == [path] * sent


@pytest.mark.parametrize(
    ("text", "good"),
    [
        (P256DH, True),
        (f"{P256DH[:-2]}xY", False),  # not on the curve
        (f"A{P256DH[1:]}", False),  # not in the uncompressed form
        (P256DH[:-4], False),
        ("BP" + "_" * 85, False),  # beyond p
        ("B" + "A" * 86, False),
        ("", False),
        ("æ", False),
    ],
)
def test_a_public_key_is_a_point_of_the_curve(text: str, good: bool) -> None:
    assert is_public_key(text) == good


def test_a_key_pair_is_new_each_time_and_its_secret_in_no_text(keys: PushKeys) -> None:
    assert is_public_key(keys.public)
    assert new_push_keys() != keys
    assert keys.private not in repr(keys)
    subscription: Any = PushBrowser("https://push.example.dk/secret").subscription
    assert repr(subscription) == "PushSubscription()"
    assert PushSubscription.read(subscription.stored()) == subscription
