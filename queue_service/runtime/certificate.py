"""The certificate that browsers see at the service's public address."""

from __future__ import annotations

import socket
import ssl
from typing import Final, NamedTuple
from urllib.parse import urlsplit

_SECONDS: Final = 3.0
_HTTPS: Final = 443


class Site(NamedTuple):
    """The address that serves a certificate."""

    host: str
    port: int

    def certificate_ends(self) -> float:
        """When its certificate ends, in seconds since 1970.

        Raises OSError when it is not reached, or not trusted (``ssl.SSLCertVerificationError``), as
        when it has ended.
        """
        context = ssl.create_default_context()
        with (
            socket.create_connection(self, timeout=_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=self.host) as line,
        ):
            return ssl.cert_time_to_seconds(str((line.getpeercert() or {})["notAfter"]))


def public_site(public_url: str) -> Site | None:
    """The site of an ``https://`` address; None of another."""
    address = urlsplit(public_url)
    if address.scheme != "https" or address.hostname is None:
        return None
    return Site(address.hostname, address.port or _HTTPS)
