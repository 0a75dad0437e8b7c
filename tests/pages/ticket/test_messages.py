"""A message to a citizen's phone is asked for on the page of the number."""

from __future__ import annotations

import json
from typing import Final

import pytest
from playwright.sync_api import expect

from tests.hooks import receiver
from tests.pages.ticket.test_ticket_page import PHONE, Hall, ask, shot, state
from tests.web.browsers import BrowserMaker, Check, first_page
from tests.web.service import SMS_BODY, Service
from workers.context import jobs, queue, settings
from workers.queues import job_queue
from workers.worker import make_worker

_KEPT: Final = (jobs, queue, settings)
"""The connections that the process of a worker keeps."""


def work(service: Service, monkeypatch: pytest.MonkeyPatch, gateway: str) -> None:
    """Let a worker of the service check once, and send what is due."""
    for name, value in {
        "REDIS_URL": "",
        "QUEUE_DATA_DIR": str(service.settings.data_dir),
        "QUEUE_SMS_URL": gateway,
        "QUEUE_SMS_BODY": SMS_BODY,
        "QUEUE_WEBHOOK_HOSTS": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    for one in _KEPT:
        one.cache_clear()
    connection = jobs().connection
    job_queue(connection).enqueue("workers.jobs.reminders.check")
    make_worker(connection).work(burst=True, logging_level="CRITICAL")
    for one in _KEPT:
        one.cache_clear()


def test_a_citizen_wants_a_text_message_and_gets_it(
    service: Service,
    new_context: BrowserMaker,
    assert_accessible: Check,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hall = Hall(service)
    hall.ticket()
    mine = hall.ticket()
    hall.open()
    page = first_page(new_context(**PHONE))
    page.goto(mine["follow"]["address"])
    state(page).to_have_text("Du venter")
    remind, yes = page.locator("#remind"), page.get_by_role("button", name="Send mig en sms")
    shot(page, "message-offer-da")
    yes.click()
    number = page.get_by_label("Dit mobilnummer")
    expect(number).to_be_focused()
    number.fill("1234")
    page.keyboard.press("Enter")
    expect(remind.get_by_role("alert")).to_contain_text("Skriv otte tal")
    assert_accessible(page)
    shot(page, "message-wrong-da")
    number.fill("22 34 56 78")
    remind.get_by_label("Den første").select_option("1")
    yes.click()
    expect(remind).to_contain_text("Du må lukke siden")
    assert_accessible(page)
    shot(page, "message-on-da")
    page.reload()
    expect(remind).to_contain_text("Du må lukke siden")
    assert "22345678" not in page.content()
    with receiver() as gateway:
        work(service, monkeypatch, gateway.url)
        (near,) = [json.loads(body) for body in gateway.bodies]
        assert near["to"] == "+4522345678"
        assert near["text"].endswith(f"{mine['number']}: 1 person foran dig")
        page.get_by_role("button", name="Jeg vil alligevel ikke").click()
        expect(yes).to_be_visible()
        hall.call_next()
        work(service, monkeypatch, gateway.url)
        assert len(gateway.bodies) == 1


def test_a_second_press_does_nothing_twice_and_bad_input_is_refused(service: Service) -> None:
    hall = Hall(service)
    mine = hall.ticket()
    address = mine["follow"]["address"]
    wish = {"number": "22345678", "place": 2}
    answers = [ask(f"{address}/text-message", wish) for _ in range(2)]
    assert answers[0][0] == 200
    assert answers[0][2] == answers[1][2]
    assert json.loads(answers[0][2]) == {"reminder": {"channel": "text", "place": 2}}
    for wrong in ({"number": "1234", "place": 2}, {**wish, "place": 21}, {**wish, "place": -1}):
        assert ask(f"{address}/text-message", wrong)[0] == 422
    for _ in range(2):
        assert json.loads(ask(f"{address}/no-message", {})[2]) == {"reminder": None}
    ask(f"{address}/leave", {})
    assert ask(f"{address}/text-message", wish)[0] == 409
    assert ask(f"{service.url}/t/{'Z' * 16}/text-message", wish)[0] == 404
