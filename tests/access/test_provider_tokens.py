"""Tokens of the provider: real signatures, and every claim that is not as it should be."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet

from queue_service.access.operations.provider_client import (
    ANSWER_BYTES,
    ASKED_AGAIN_SECONDS,
    KEPT_SECONDS,
    ProviderClient,
)
from queue_service.access.operations.provider_tokens import (
    LEEWAY_SECONDS,
    LOGOUT_EVENT,
    LOGOUT_SECONDS,
    LONGEST_TOKEN,
    id_claims,
    logout_token,
)
from queue_service.access.rules.provider_claims import grants_of, name_of
from queue_service.access.rules.sign_in_refusals import SignInRefused
from tests.access.issuer import CLIENT, CLIENT_SECRET, KEYS, Issuer, issuer

NOW = 1_795_604_400_000
NONCE = "nonce-1"


@pytest.fixture(scope="module")
def site() -> Iterator[Issuer]:
    """One issuer for all tests; each leaves it as it was."""
    with issuer() as found:
        yield found


@pytest.fixture
def provider(site: Issuer) -> Issuer:
    """The issuer, as it is at first."""
    site.published[:] = ["first"]
    site.document.clear()
    site.answers.clear()
    site.asked.clear()
    site.forms.clear()
    site.date = None
    return site


@pytest.fixture
def client(provider: Issuer) -> ProviderClient:
    """A client that knows nothing of the issuer yet."""
    return ProviderClient(provider.settings)


def refusal(client: ProviderClient, token: str, access_token: str = "") -> str:
    with pytest.raises(SignInRefused) as refused:
        id_claims(client, token, access_token, NONCE, NOW)
    return refused.value.reason


def test_a_token_as_it_should_be(client: ProviderClient, provider: Issuer) -> None:
    claims = provider.claims(NOW, nonce=NONCE)
    assert id_claims(client, provider.signed(claims), "opaque", NONCE, NOW) == claims
    several = provider.claims(NOW, nonce=NONCE, aud=[CLIENT, "other"], azp=CLIENT)
    assert id_claims(client, provider.signed(several), "", NONCE, NOW)["azp"] == CLIENT


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"iss": "https://elsewhere.example"}, "other_token"),
        ({"iss": None}, "other_token"),
        ({"aud": "another"}, "other_token"),
        ({"aud": ["another"]}, "other_token"),
        ({"aud": [CLIENT, "other"]}, "other_token"),
        ({"aud": None}, "other_token"),
        ({"aud": 7}, "other_token"),
        ({"azp": "another"}, "other_token"),
        ({"sub": None}, "other_token"),
        ({"sub": ""}, "other_token"),
        ({"sub": 7}, "other_token"),
        ({"nonce": None}, "other_token"),
        ({"nonce": "nonce-2"}, "other_token"),
        ({"nonce": [NONCE]}, "other_token"),
        ({"at_hash": "AAAA"}, "other_token"),
        ({"at_hash": 7}, "other_token"),
        ({"amr": "pwd"}, "other_token"),
        ({"auth_time": "today"}, "other_token"),
        ({"exp": None}, "clock"),
        ({"iat": None}, "clock"),
        ({"exp": "later"}, "clock"),
    ],
)
def test_a_claim_that_is_wrong(
    client: ProviderClient, provider: Issuer, wrong: dict[str, Any], reason: str
) -> None:
    claims = provider.claims(NOW, **{"nonce": NONCE, **wrong})
    assert refusal(client, provider.signed(claims), "opaque") == reason


@pytest.mark.parametrize(
    ("claim", "least", "most"),
    [
        ("exp", NOW // 1000 - LEEWAY_SECONDS + 1, None),
        ("iat", None, NOW // 1000 + LEEWAY_SECONDS),
        ("nbf", None, NOW // 1000 + LEEWAY_SECONDS),
    ],
)
def test_the_clocks_may_differ_by_a_minute(
    client: ProviderClient, provider: Issuer, claim: str, least: int | None, most: int | None
) -> None:
    taken, refused = (least, least - 1) if least else (most, (most or 0) + 1)
    claims = provider.claims(NOW, nonce=NONCE)
    assert id_claims(client, provider.signed({**claims, claim: taken}), "", NONCE, NOW)
    assert refusal(client, provider.signed({**claims, claim: refused})) == "clock"


def test_only_the_issuers_own_signature_counts(client: ProviderClient, provider: Issuer) -> None:
    claims = provider.claims(NOW, nonce=NONCE)
    good = provider.signed(claims)
    head, body, signature = good.split(".")
    changed = json.dumps({**claims, "sub": "person-2"}).encode()
    other_body = base64.urlsafe_b64encode(changed).rstrip(b"=").decode()
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    stranger = ECKey.generate_key("P-256", {"kid": "first"})
    # The public key taken for a shared secret, which the library itself would not sign with.
    mixed_up = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"first"}').rstrip(b"=").decode()
    digest = hmac.digest(
        KEYS["first"].as_pem(private=False), f"{mixed_up}.{body}".encode(), "sha256"
    )
    forged = [
        f"{head}.{other_body}.{signature}",
        f"{head}.{body}.",
        f"{unsigned}.{body}.",
        f"{unsigned}.{body}.{signature}",
        jwt.encode({"alg": "ES256", "kid": "first"}, claims, stranger),
        f"{mixed_up}.{body}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}",
    ]
    assert {refusal(client, token) for token in forged} == {"signature"}
    assert id_claims(client, good, "", NONCE, NOW)["sub"] == "person-1"


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "..", "...", "a.b.c", "é.é.é", "eyJhbGciOiJSUzI1NiJ9..", "null.null.null",
        "bnVsbA.bnVsbA.bnVsbA", "W10.W10.W10", "e30.e30.e30", "eyJhbGciOjd9.e30.e30",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6N30.e30.e30", "eyJhbGciOiJSUzI1NiIsImNyaXQiOlsieCJdfQ.e30.AA",
        "a.b.c.d.e", "x" * (LONGEST_TOKEN + 1), "\x00.\x00.\x00",
    ],
)  # fmt: skip
def test_rubbish_is_a_refusal_and_no_error(client: ProviderClient, text: str) -> None:
    assert refusal(client, text) == "signature"


@pytest.mark.parametrize("payload", ["[]", "null", "7", '"text"', "{", ""])
def test_a_signed_text_that_is_no_object(client: ProviderClient, payload: str) -> None:
    token = jws.serialize_compact({"alg": "ES256", "kid": "first"}, payload, KEYS["first"])
    assert refusal(client, token) == "signature"


def test_a_new_key_is_fetched_once_a_minute(provider: Issuer) -> None:
    now = [0.0]
    client = ProviderClient(provider.settings, lambda: now[0])
    second = provider.signed(provider.claims(NOW, nonce=NONCE), "second")
    assert refusal(client, second) == "signature"
    assert provider.asked.count("/keys") == 1
    provider.published.append("second")
    now[0] = ASKED_AGAIN_SECONDS - 1
    assert refusal(client, second) == "signature"
    assert provider.asked.count("/keys") == 1
    now[0] = ASKED_AGAIN_SECONDS
    assert id_claims(client, second, "", NONCE, NOW)
    assert provider.asked.count("/keys") == 2
    assert provider.asked.count("/.well-known/openid-configuration") == 1


def test_known_keys_count_while_the_provider_is_away(provider: Issuer) -> None:
    now = [0.0]
    client = ProviderClient(provider.settings, lambda: now[0])
    token = provider.signed(provider.claims(NOW, nonce=NONCE))
    assert id_claims(client, token, "", NONCE, NOW)
    provider.answers |= dict.fromkeys(("/.well-known/openid-configuration", "/keys"), (503, b""))
    now[0] = KEPT_SECONDS + 1
    assert id_claims(client, token, "", NONCE, NOW)
    assert client.description().issuer == provider.url
    fresh = ProviderClient(provider.settings)
    assert refusal(fresh, token) == "provider_away"


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "https://elsewhere.example"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"token_endpoint": "ftp://127.0.0.1/token"},
        {"token_endpoint": "https://"},
        {"token_endpoint": ["https://a"]},
        {"jwks_uri": "javascript:alert(1)"},
        {"end_session_endpoint": "//elsewhere"},
        {"jwks_uri": "http://127.0.0.1/ø"},
        {"jwks_uri": "http://127.0.0.1/a b"},
        {"jwks_uri": "http://127.0.0.1/a\nb"},
        {"jwks_uri": "http://127.0.0.1:x/"},
    ],
)
def test_a_description_that_is_wrong(provider: Issuer, wrong: dict[str, Any]) -> None:
    provider.document |= wrong
    with pytest.raises(SignInRefused) as refused:
        ProviderClient(provider.settings).description()
    assert refused.value.reason == "provider_document"


@pytest.mark.parametrize(
    ("path", "answer", "reason"),
    [
        ("/.well-known/openid-configuration", (200, b"<html>"), "provider_document"),
        ("/.well-known/openid-configuration", (200, b"[]"), "provider_document"),
        ("/.well-known/openid-configuration", (404, b"{}"), "provider_document"),
        ("/.well-known/openid-configuration", (302, b"{}"), "provider_document"),
        ("/.well-known/openid-configuration", (500, b"{}"), "provider_away"),
        ("/keys", (200, b"{}"), "provider_document"),
        ("/keys", (200, b'{"keys": []}'), "provider_document"),
        ("/keys", (200, b'{"keys": [{"kty": "RSA"}]}'), "provider_document"),
        ("/keys", (200, b'{"keys": 7}'), "provider_document"),
        ("/keys", (200, b'{"keys": [7]}'), "provider_document"),
        ("/keys", (200, b'{"keys": [{"kty": 7}]}'), "provider_document"),
        ("/keys", (200, b'{"keys": [{"kty": "RSA", "n": 7, "e": 7}]}'), "provider_document"),
        (
            "/keys",
            (200, b'{"keys": [{"kty": "RSA", "n": "\\u00f8", "e": "AQ"}]}'),
            "provider_document",
        ),
        (
            "/keys",
            (200, b'{"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}'),
            "provider_document",
        ),
        ("/keys", (200, b" " * (ANSWER_BYTES + 1)), "provider_away"),
    ],
)
def test_an_answer_that_is_wrong(
    client: ProviderClient, provider: Issuer, path: str, answer: tuple[int, bytes], reason: str
) -> None:
    provider.answers[path] = answer
    assert refusal(client, provider.signed(provider.claims(NOW, nonce=NONCE))) == reason


def test_a_provider_that_is_not_there() -> None:
    with issuer() as gone:
        settings = gone.settings
    with pytest.raises(SignInRefused) as refused:
        ProviderClient(settings).description()
    assert refused.value.reason == "provider_away"


def test_other_hosts_than_the_issuers_are_of_the_internet(provider: Issuer) -> None:
    # The same server by another name of the own network.
    provider.document["jwks_uri"] = provider.url.replace("127.0.0.1", "localhost") + "/keys"
    with pytest.raises(SignInRefused) as refused:
        ProviderClient(provider.settings).keys()
    assert refused.value.reason == "provider_away"
    assert "/keys" not in provider.asked


def test_a_code_is_redeemed_with_the_secret(client: ProviderClient, provider: Issuer) -> None:
    provider.answer_code_with("the-token")
    tokens = client.redeem("code-1", "verifier-1", "https://queue.example/login/provider/return")
    assert (tokens.id_token, tokens.access_token) == ("the-token", "opaque")
    assert provider.forms == [
        {
            "grant_type": "authorization_code",
            "redirect_uri": "https://queue.example/login/provider/return",
            "code": "code-1",
            "code_verifier": "verifier-1",
            "client_id": CLIENT,
            "client_secret": CLIENT_SECRET,
        }
    ]
    assert CLIENT_SECRET not in repr(provider.settings)
    assert "the-token" not in repr(tokens)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((401, b'{"error": "invalid_client"}'), "client_refused"),
        ((400, b'{"error": "unauthorized_client"}'), "client_refused"),
        ((400, b'{"error": "invalid_grant"}'), "code_refused"),
        ((400, b'{"error": 7}'), "code_refused"),
        ((400, b"no"), "provider_document"),
        ((200, b"{}"), "provider_document"),
        ((200, b'{"id_token": 7}'), "provider_document"),
    ],
)
def test_a_code_that_is_refused(
    client: ProviderClient,
    provider: Issuer,
    caplog: pytest.LogCaptureFixture,
    answer: tuple[int, bytes],
    reason: str,
) -> None:
    provider.answers["/token"] = answer
    with pytest.raises(SignInRefused) as refused:
        client.redeem("code-1", "verifier-1", "https://queue.example/back")
    assert refused.value.reason == reason
    assert "code-1" not in caplog.text
    assert CLIENT_SECRET not in caplog.text


def test_the_log_has_the_number_of_entras_refusal(
    client: ProviderClient, provider: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    said = {"error": "invalid_client", "error_description": "AADSTS7000222: expired\nsecret annk"}
    provider.answers["/token"] = (401, json.dumps(said).encode())
    with pytest.raises(SignInRefused):
        client.redeem("code-1", "verifier-1", "https://queue.example/back")
    assert "invalid_client AADSTS7000222" in caplog.text
    assert "annk" not in caplog.text


def ended(provider: Issuer, **more: Any) -> dict[str, Any]:
    usual = {
        "iss": provider.url, "aud": CLIENT, "iat": NOW // 1000, "exp": NOW // 1000 + 120,
        "jti": "logout-1", "sub": "person-1", "sid": "session-1", "events": {LOGOUT_EVENT: {}},
    }  # fmt: skip
    return {name: value for name, value in {**usual, **more}.items() if value is not None}


@pytest.mark.parametrize("typ", ["JWT", "logout+jwt", "Logout+JWT"])
@pytest.mark.parametrize("left_out", ["sub", "sid", "exp"])
def test_a_logout_token(client: ProviderClient, provider: Issuer, typ: str, left_out: str) -> None:
    token = provider.signed(ended(provider, **{left_out: None}), typ=typ)
    found = logout_token(client, token, NOW)
    assert found.id == "logout-1"
    assert (found.subject, found.session) == (
        "" if left_out == "sub" else "person-1",
        "" if left_out == "sid" else "session-1",
    )


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"iss": "https://elsewhere.example"}, "other_token"),
        ({"iss": None}, "other_token"),
        ({"aud": "another"}, "other_token"),
        ({"aud": None}, "other_token"),
        ({"iat": None}, "clock"),
        ({"jti": None}, "other_token"),
        ({"jti": ""}, "other_token"),
        ({"jti": 7}, "other_token"),
        ({"events": None}, "other_token"),
        ({"events": {}}, "other_token"),
        ({"events": [LOGOUT_EVENT]}, "other_token"),
        ({"events": {LOGOUT_EVENT: True}}, "other_token"),
        ({"nonce": "n"}, "other_token"),
        ({"sub": None, "sid": None}, "other_token"),
        ({"sub": 7, "sid": None}, "other_token"),
        ({"sub": None, "sid": ["session-1"]}, "other_token"),
        ({"exp": NOW // 1000 - LEEWAY_SECONDS}, "clock"),
    ],
)
def test_a_logout_token_that_is_wrong(
    client: ProviderClient, provider: Issuer, wrong: dict[str, Any], reason: str
) -> None:
    with pytest.raises(SignInRefused) as refused:
        logout_token(client, provider.signed(ended(provider, **wrong)), NOW)
    assert refused.value.reason == reason


def test_an_old_logout_token_is_refused(client: ProviderClient, provider: Issuer) -> None:
    oldest = NOW // 1000 - LOGOUT_SECONDS - LEEWAY_SECONDS
    assert logout_token(client, provider.signed(ended(provider, iat=oldest, exp=None)), NOW).id
    with pytest.raises(SignInRefused) as refused:
        logout_token(client, provider.signed(ended(provider, iat=oldest - 1, exp=None)), NOW)
    assert refused.value.reason == "clock"


def test_tokens_of_other_kinds_end_nothing(client: ProviderClient, provider: Issuer) -> None:
    id_token = provider.signed(provider.claims(NOW, jti="x", nonce=NONCE))
    access_token = provider.signed(ended(provider), typ="at+jwt")
    for token in (id_token, access_token):
        with pytest.raises(SignInRefused) as refused:
            logout_token(client, token, NOW)
        assert refused.value.reason == "other_token"


def test_the_provider_says_what_time_it_is(client: ProviderClient, provider: Issuer) -> None:
    provider.date = "Wed, 25 Nov 2026 11:00:00 GMT"
    assert client.clock_ahead_seconds(NOW / 1000) == 0.0
    assert client.clock_ahead_seconds(NOW / 1000 + 90) == -90.0
    provider.date = "no date"
    assert client.clock_ahead_seconds(NOW / 1000) is None


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from([NONCE, CLIENT, "person-1", NOW // 1000, LOGOUT_EVENT])
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS,
    lambda each: (
        st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=8), each, max_size=3)
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        "iss", "aud", "sub", "exp", "nbf", "iat", "auth_time", "nonce", "acr", "amr", "azp",
        "at_hash", "jti", "sid", "events", "roles", "_claim_names", "hasgroups",
        "preferred_username",
    ]
)  # fmt: skip


@hypothesis.settings(max_examples=200)
@given(wrong=st.dictionaries(NAMES, ANYTHING, max_size=4))
def test_every_signed_token_is_read_or_refused(site: Issuer, wrong: dict[str, Any]) -> None:
    client = ProviderClient(site.settings)
    client._keys = (KeySet([KEYS["first"]]), client._clock())
    for claims in (site.claims(NOW, nonce=NONCE), ended(site)):
        token = site.signed({**claims, **wrong})
        with suppress(SignInRefused):
            found = id_claims(client, token, "opaque", NONCE, NOW)
            assert isinstance(found["sub"], str)
            assert grants_of(found, "roles", "12345678")
            assert isinstance(name_of(found, "preferred_username"), str)
        with suppress(SignInRefused):
            logged_out = logout_token(client, token, NOW)
            assert logged_out.id
            assert logged_out.subject or logged_out.session


@hypothesis.settings(max_examples=150)
@given(
    described=st.dictionaries(
        st.sampled_from(
            [
                "authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint",
                "token_endpoint_auth_methods_supported", "claims_parameter_supported",
            ]
        ),
        ANYTHING | st.text().map(lambda text: f"http://{text}"),
        max_size=2,
    ),
    keys=ANYTHING,
    tokens=st.dictionaries(st.sampled_from(["id_token", "access_token", "error"]), ANYTHING),
)  # fmt: skip
def test_every_answer_of_the_provider_is_read_or_refused(
    site: Issuer, described: dict[str, Any], keys: object, tokens: dict[str, Any]
) -> None:
    site.document = described
    site.answers = {
        "/keys": (200, json.dumps({"keys": keys}).encode()),
        "/token": (200 if "error" not in tokens else 400, json.dumps(tokens).encode()),
    }
    client = ProviderClient(site.settings)
    try:
        for ask in (client.description, client.keys, lambda: client.redeem("c", "v", "https://b")):
            with suppress(SignInRefused):
                ask()
    finally:
        site.document, site.answers = {}, {}
