"""Refusals to a phone: too many actions, numbers abroad, services that its page does not offer."""

from __future__ import annotations

import json
from typing import Any, Final

from queue_service.pages.ticket.seen import ACTIONS_PER_MINUTE
from tests.pages.ticket.test_ticket_page import SERVICES, Hall, ask
from tests.web.service import Service

HIDDEN: Final = [
    {"id": "krise", "name": {"da": "Krise", "en": "Crisis"}, "prefix": "C", "private": True},
    {"id": "tvivl", "name": {"da": "I tvivl", "en": "In doubt"}, "prefix": "D"},
]


def status(address: str, action: str, **body: Any) -> int:
    return ask(f"{address}/{action}", body)[0]


def test_a_phone_does_a_limited_number_of_things_in_a_minute(service: Service) -> None:
    hall = Hall(service)
    mine, other = (hall.ticket()["follow"]["address"] for _ in range(2))
    actions = ("leave", "return", "no-message")
    done = 0
    while (last := status(mine, actions[done % 3])) == 200:
        done += 1
        assert done <= 2 * ACTIONS_PER_MINUTE  # another minute may have begun meanwhile
    assert done >= ACTIONS_PER_MINUTE
    assert last == 429
    assert ask(f"{mine}/now")[0] == 200
    assert status(other, "leave") == 200


def test_a_text_message_goes_to_allowed_countries(service: Service) -> None:
    address = Hall(service).ticket()["follow"]["address"]
    wish = {"number": "+46701234567", "place": 1}
    assert status(address, "text-message", **wish) == 422
    assert json.loads(ask(f"{address}/no-message", {})[2]) == {"reminder": None}
    assert status(address, "text-message", **wish | {"number": "22345678"}) == 200


def test_a_phone_adds_what_its_page_offers(service: Service) -> None:
    hall = Hall(service)
    hall.branch = service.branch(
        services=[*SERVICES, *HIDDEN], unsure_service="tvivl", teams=[], goals=[],
        counters=[{"id": "3", "name": "Skranke 3", "services": ["*"]}],
    )  # fmt: skip
    address = hall.ticket()["follow"]["address"]
    assert status(address, "errands", service="koerekort") == 200
    for hidden in ("krise", "tvivl", "ukendt"):
        assert status(address, "errands", service=hidden) == 404
