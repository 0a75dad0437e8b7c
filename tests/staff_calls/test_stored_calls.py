"""The stored form of calls: what an earlier version wrote is read and goes on."""

from __future__ import annotations

import json

import pytest

from queue_service.lifeline.keys import LifelineKeys
from queue_service.lifeline.operations.current_call import expire
from queue_service.lifeline.rules import RINGS_MS, LifelineCall
from queue_service.lifeline.store import LifelineStore
from queue_service.reception.rules import OPEN_SECONDS, HelpCall
from queue_service.staff_calls.rules import Call
from tests.desks import MORNING, Desk

DATE = "2026-11-25"
LIFELINE = (
    '{"id":"c","lifeline":"pas","branch":"bib","counter":"1","number":"A001","service":"pas",'
    f'"visit":"v","rang_at":{MORNING},"within_ms":60000,"date":"{DATE}","hour":"09",'
    '"state":"ringing","place":null,"taken_at":null,"ended_at":null,"stamp":"",'
    '"acknowledged_at":null}'
)
HELP = (
    f'{{"id":"kc","kiosk":"k","place":"By the door","language":"da","date":"{DATE}",'
    f'"called_at":{MORNING},"state":"open","taken_at":null,"ended_at":null}}'
)
"""As 0.4.0 wrote them."""


@pytest.mark.parametrize(
    ("kind", "text", "waits_ms", "unanswered"),
    [(LifelineCall, LIFELINE, RINGS_MS, "missed"),
     (HelpCall, HELP, OPEN_SECONDS * 1000, "unanswered")],
)  # fmt: skip
def test_a_call_of_the_last_release_is_read_with_each_of_its_fields(
    kind: type[Call], text: str, waits_ms: int, unanswered: str
) -> None:
    call = kind.from_json(text)
    assert json.loads(call.to_json()) == json.loads(text)
    assert (call.is_open, call.began_at, call.result) == (True, MORNING, None)
    assert call.at(MORNING + waits_ms - 1) is call
    assert call.at(MORNING + waits_ms).result == unanswered


def test_one_that_rang_when_the_service_was_updated_is_missed_in_its_time(desk: Desk) -> None:
    k, client = LifelineKeys(desk.branch), desk.queue.store.client
    client.set(k.call("c"), LIFELINE)
    client.zadd(k.open_calls, {"c": MORNING})
    expire(desk.queue, MORNING + RINGS_MS)
    assert [c.state for c in desk.queue.get(LifelineStore).missed_calls(desk.branch)] == ["missed"]
    assert desk.queue.get(LifelineStore).open_calls(desk.branch) == []
