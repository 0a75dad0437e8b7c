"""How many requests to pages open to everybody one address may make."""

from __future__ import annotations

import pytest

from queue_service.errors import RateLimited
from queue_service.web.request_limit import RequestLimit

MINUTE = 60_000


def test_an_address_may_ask_so_often_in_each_minute() -> None:
    limit = RequestLimit(2)
    for at in (0, MINUTE - 1):
        limit.count("192.0.2.1", at)
    with pytest.raises(RateLimited) as refused:
        limit.count("192.0.2.1", MINUTE - 1)
    assert refused.value.extra["retry_after"] == 1
    limit.count("192.0.2.2", MINUTE - 1)
    limit.count("192.0.2.1", MINUTE)


def test_addresses_of_one_network_of_ipv6_are_one() -> None:
    limit = RequestLimit(1)
    limit.count("2001:db8::1", 0)
    with pytest.raises(RateLimited):
        limit.count("2001:db8::2", 0)
    limit.count("2001:db8:0:1::1", 0)
