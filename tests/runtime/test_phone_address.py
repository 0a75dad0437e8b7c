"""The addresses of the codes on slips: to the set address, or with the sample to the address that
is listened on."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from queue_service.runtime.phone_address import phone_address
from queue_service.runtime.settings import Settings


@pytest.mark.parametrize(
    ("environment", "url", "reached_from"),
    [
        ({}, "http://127.0.0.1:8000", "machine"),
        ({"QUEUE_HOST": "localhost", "QUEUE_PORT": "8080"}, "http://localhost:8080", "machine"),
        ({"QUEUE_HOST": "::1"}, "http://[::1]:8000", "machine"),
        ({"QUEUE_HOST": "192.168.1.7"}, "http://192.168.1.7:8000", "network"),
        ({"QUEUE_HOST": "kiosk.lan"}, "http://kiosk.lan:8000", "network"),
        ({"QUEUE_PUBLIC_URL": "https://queue.example.dk"}, "https://queue.example.dk", "anywhere"),
        # A real citizen's slip leads to no address that was guessed.
        ({"QUEUE_SAMPLE": "0"}, "", "nowhere"),
        ({"REDIS_URL": "redis://127.0.0.1:6379", "QUEUE_SAMPLE": "1"}, "", "nowhere"),
        ({"QUEUE_TRUSTED_PROXIES": "1"}, "", "nowhere"),
        ({"QUEUE_PORT": "0"}, "", "nowhere"),
    ],
)
def test_the_address_of_a_code(environment: dict[str, str], url: str, reached_from: str) -> None:
    assert phone_address(Settings.from_env(environment)) == (url, reached_from)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_every_address_is_reported_as_one_that_leads_here(host: str) -> None:
    url, reached_from = phone_address(Settings(host=host))
    found = ip_address(url.removeprefix("http://").removesuffix(":8000"))
    assert not found.is_unspecified
    assert reached_from == ("machine" if found.is_loopback else "network")
