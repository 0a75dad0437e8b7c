"""The site that passkeys belong to, from QUEUE_PUBLIC_URL alone.

A browser makes and uses passkeys over https at a name, or at localhost. An address of numbers has
none, and the ``Host`` of a request is whatever its sender wrote.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import urlsplit

_USUAL_PORTS: Final = {"https": 443, "http": 80}


class RelyingParty(NamedTuple):
    """The site as browsers and authenticators name it: ``id`` is its host, ``origin`` as a page of
    it reports itself."""

    id: str
    origin: str


def relying_party(public_url: str) -> RelyingParty | None:
    """The site of the service's public address; None if a browser makes no passkeys there."""
    address = urlsplit(public_url)
    host = _ascii(address.hostname or "")
    if not host or _is_ip_address(host) or not _is_trusted(address.scheme, host):
        return None
    port = address.port
    usual = port is None or port == _USUAL_PORTS[address.scheme]
    return RelyingParty(host, f"{address.scheme}://{host}" + ("" if usual else f":{port}"))


def _ascii(host: str) -> str:
    """The host as a browser sends it; empty for one that cannot be sent."""
    try:
        return host.encode("idna").decode("ascii").removesuffix(".")
    except UnicodeError:
        return ""


def _is_ip_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_trusted(scheme: str, host: str) -> bool:
    local = host == "localhost" or host.endswith(".localhost")
    return scheme == "https" or (scheme == "http" and local)
