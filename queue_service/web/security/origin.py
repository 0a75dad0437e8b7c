"""The address of the service as the browser sees it: for links that leave the page, and for forms.

The ``Host`` header is whatever the sender wrote. QUEUE_PUBLIC_URL counts where it is set. Without
it a host counts when the browser names the same one as the page's own (``Origin``, which scripts
and proxies that rewrite ``Host`` do not change), or if it is local: localhost, an address of a
private network, or QUEUE_HOST.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from flask import Request

from queue_service.errors import Invalid
from queue_service.web.context import current_request, settings

_PORTS: Final = {"http": 80, "https": 443}


def own_address() -> str:
    """The service's address for a link, without a slash at the end.

    Raises Invalid if nothing vouches for the host that the request names.
    """
    public = settings().public_url
    if public:
        return public
    request = current_request()
    host = urlsplit(request.host_url)
    if not (_is_requested_host(request, host) or _stays_here(host.hostname or "")):
        raise Invalid("Nothing vouches for this address: set QUEUE_PUBLIC_URL and try again.")
    return request.host_url.rstrip("/")


def from_own_page(request: Request) -> bool:
    """Whether a form was sent by one of our pages, as far as the browser says so.

    Browsers send ``Sec-Fetch-Site`` to https and localhost alone; over plain http ``Origin`` is
    all there is. A program sends neither, and has no cookie that could be misused.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    own = [urlsplit(request.host_url), *map(urlsplit, filter(None, [settings().public_url]))]
    return origin is None or any(_same(urlsplit(origin), each) for each in own)


def _is_requested_host(request: Request, host: SplitResult) -> bool:
    origin = request.headers.get("Origin")
    return origin is not None and _same(urlsplit(origin), host)


def _same(one: SplitResult, other: SplitResult) -> bool:
    """Whether both are the same host and port; a proxy may have taken the encryption away."""
    return one.hostname is not None and _host_and_port(one) == _host_and_port(other)


def _host_and_port(address: SplitResult) -> tuple[str | None, int | None]:
    try:
        port = address.port
    except ValueError:
        return None, None
    return address.hostname, None if port in (None, _PORTS.get(address.scheme)) else port


def _stays_here(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host in ("localhost", settings().host)
