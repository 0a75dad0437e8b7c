"""Push messages are offered where push services accept their contact, and browsers subscribe."""

from __future__ import annotations

import pytest

from queue_service.notify.push_contact import is_public_name, no_push_because, push_contact
from queue_service.runtime.settings import Settings

URL = "https://koe.holbaek.dk"


@pytest.mark.parametrize(
    ("mail_from", "public_url", "contact"),
    [
        ("Borgerservice <noreply@holbaek.dk>", URL, "mailto:noreply@holbaek.dk"),
        ("noreply@holbaek.dk", "", "mailto:noreply@holbaek.dk"),
        ("noreply@localhost", URL, URL),
        ("noreply@holbaek.invalid", f"{URL}:8443/queue", URL),
        ('"a b"@holbaek.dk', URL, URL),
        ("", URL, URL),
        ("", "http://koe.holbaek.dk", ""),
        ("noreply@koe.local", "https://192.168.1.20", ""),
        ("noreply@localhost", "https://koe", ""),
        ("", "", ""),
    ],
)
def test_the_contact_is_the_sender_of_mail_or_the_public_address(
    mail_from: str, public_url: str, contact: str
) -> None:
    assert push_contact(Settings(mail_from=mail_from, public_url=public_url)) == contact


@pytest.mark.parametrize(
    ("host", "real"),
    [
        ("holbaek.dk", True),
        ("Koe.Holbaek.DK", True),
        ("xn--nstved-qua.dk", True),
        ("næstved.dk", False),
        ("holbaek", False),
        ("localhost", False),
        ("koe.localhost", False),
        ("mylocalhost.dk", True),
        ("koe.invalid", False),
        ("koe.test", False),
        ("koe.home.arpa", False),
        ("example.org", False),
        ("example.dk", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("::1", False),
        ("-koe.dk", False),
        ("koe-.dk", False),
        ("koe..dk", False),
        ("koe.dk.", False),
        ("", False),
    ],
)
def test_a_real_name_may_be_on_the_public_internet(host: str, real: bool) -> None:
    assert is_public_name(host) == real


@pytest.mark.parametrize(
    ("public_url", "reason"),
    [
        (URL, ""),
        ("http://127.0.0.1:8000", ""),
        ("http://localhost", ""),
        ("http://koe.holbaek.dk", "browsers subscribe on https:// alone"),
        ("", "browsers subscribe on https:// alone"),
    ],
)
def test_browsers_subscribe_on_safe_pages_alone(public_url: str, reason: str) -> None:
    settings = Settings(mail_from="noreply@holbaek.dk", public_url=public_url)
    assert no_push_because(settings).startswith(reason)
    assert bool(no_push_because(settings)) == bool(reason)


def test_without_a_contact_none_are_offered() -> None:
    settings = Settings(public_url="https://192.168.1.20", mail_from="noreply@localhost")
    assert no_push_because(settings).startswith("push services need a contact")
