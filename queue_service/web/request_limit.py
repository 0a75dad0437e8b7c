"""How many requests one address, or one visit, may make to pages that are open to everybody.

It is counted in the process, so that a refused request costs the store nothing; with several web
processes the limit is that of each.
"""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv6Address, IPv6Network, ip_address

from queue_service.errors import RateLimited

_MINUTE_MS = 60_000


class RequestLimit:
    """At most ``per_minute`` requests of an address or a visit in a minute of the clock; 0: any."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._minute = 0
        self._counts: Counter[str] = Counter()

    def count(self, sender: str, now: int) -> None:
        """Count a request of an address or a visit at ``now`` (ms). Raises RateLimited."""
        if not self._per_minute:
            return
        minute, passed = divmod(now, _MINUTE_MS)
        if minute != self._minute:
            self._minute, self._counts = minute, Counter()
        who = counted_address(sender)
        if self._counts[who] >= self._per_minute:
            raise RateLimited(
                "Too many requests came from here; wait a moment.",
                retry_after=-(-(_MINUTE_MS - passed) // 1000),
            )
        self._counts[who] += 1


def counted_address(text: str) -> str:
    """The address that requests are counted on: an IPv6 user may own a whole /64.

    A socket for both kinds sees an IPv4 user as an IPv6 address; all of these share one /64.
    """
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return text
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address, 64), strict=False))
