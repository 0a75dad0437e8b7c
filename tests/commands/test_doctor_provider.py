"""`queue-service doctor provider`: the description, the keys and the clock of the provider."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from email.utils import formatdate

import pytest

from queue_service.commands.doctor import CHECKS
from queue_service.commands.doctor.provider import check_provider
from queue_service.runtime.settings import Settings
from tests.access.issuer import Issuer, issuer


@pytest.fixture
def site() -> Iterator[Issuer]:
    with issuer() as found:
        yield found


def found(site: Issuer) -> list[tuple[bool | None, str]]:
    """The findings, each with its judgement."""
    settings = Settings(provider=site.settings, public_url="https://queue.example.dk")
    return [(each.good, each.text) for each in CHECKS["provider"](settings)]


def test_without_a_provider_nothing_is_wrong() -> None:
    (finding,) = check_provider(Settings())
    assert finding.good
    assert "QUEUE_OIDC_ISSUER" in finding.text


def test_the_addresses_that_the_provider_needs_are_printed(site: Issuer) -> None:
    texts = [text for _, text in found(site)]
    assert texts[0] == "127.0.0.1 describes itself and has 1 keys."
    assert any("https://queue.example.dk/login/provider/return" in text for text in texts)
    assert any(
        "https://queue.example.dk/login/provider/backchannel-logout" in text for text in texts
    )
    assert not any("no address at which" in text for text in texts)
    site.document["end_session_endpoint"] = None
    assert any("no address at which" in text for _, text in found(site))


@pytest.mark.parametrize(
    ("seconds", "good", "word"),
    [
        (0, True, "behind"),
        (-25, True, "behind"),
        (45, None, "ahead"),
        (-45, None, "behind"),
        (75, False, "ahead"),
        (-75, False, "behind"),
    ],
)
def test_the_clocks_are_compared(site: Issuer, seconds: int, good: bool | None, word: str) -> None:
    site.date = formatdate(time.time() + seconds, usegmt=True)
    judged, text = found(site)[1]
    assert judged is good, text
    assert f"s {word}" in text or seconds == 0
    assert ("NTP" in text) is (good is False)


def test_a_provider_that_does_not_say_what_time_it_is(site: Issuer) -> None:
    site.date = "later"
    assert found(site)[1][0] is None


def test_a_provider_that_is_wrong_is_named_with_its_code(site: Issuer) -> None:
    site.document["issuer"] = "https://elsewhere.example"
    ((good, text),) = found(site)
    assert good is False
    assert "127.0.0.1 (provider_document): " in text
    settings = Settings(provider=replace(site.settings, issuer="http://127.0.0.1:1"))
    (finding,) = check_provider(settings)
    assert finding.good is False
    assert "(provider_away)" in finding.text
