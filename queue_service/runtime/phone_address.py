"""The address that the codes on slips lead phones to.

It comes from the settings and from this machine, never from a request: the sender of one chooses
its ``Host``.
"""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Final, Literal, NamedTuple

from queue_service.runtime.settings import Settings

_ELSEWHERE: Final = ("192.0.2.1", 9)
"""An address kept for documentation. The system says by which of its own it would go there, and
sends nothing."""
_THIS_MACHINE: Final = "127.0.0.1"


class PhoneAddress(NamedTuple):
    """An address without a slash at its end, and from where it is reached; ``nowhere`` has none."""

    url: str
    reached_from: Literal["anywhere", "network", "machine", "nowhere"]


def phone_address(settings: Settings) -> PhoneAddress:
    """QUEUE_PUBLIC_URL, or what the service listens on while the sample is tried out without it.

    Only the sample has that default: a citizen's slip must not lead to where no phone comes. A
    service behind a proxy has none either, nor has one whose port the system chooses.
    """
    if settings.public_url:
        return PhoneAddress(settings.public_url, "anywhere")
    tried_out = settings.sample and not settings.redis_url and not settings.trusted_proxies
    if not tried_out or not settings.port:
        return PhoneAddress("", "nowhere")
    host = _host(settings.host)
    written = f"[{host}]" if ":" in host else host
    own = _is(host, "is_loopback") or host == "localhost"
    return PhoneAddress(f"http://{written}:{settings.port}", "machine" if own else "network")


def _host(host: str) -> str:
    """The host; of one that means every address, the one that leads to the network."""
    return _address_in_network() if _is(host, "is_unspecified") else host


def _is(host: str, what: Literal["is_loopback", "is_unspecified"]) -> bool:
    try:
        return bool(getattr(ip_address(host), what))
    except ValueError:
        return False


def _address_in_network() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
            return str(probe.getsockname()[0])
        except OSError:  # there is no network
            return _THIS_MACHINE
