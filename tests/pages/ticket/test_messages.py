"""A message to a citizen's phone is asked for on the page of the number."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, Page, expect

from queue_service.reminders.rules import LONGEST_ENDPOINT
from queue_service.reminders.store import ReminderStore
from queue_service.store.redis_store import RedisStore
from tests.hooks import receiver
from tests.pages.ticket.test_ticket_page import PHONE, Hall, ask, shot, state
from tests.push_browser import PushBrowser
from tests.running import eventually
from tests.web.browsers import BrowserMaker, Check, first_page
from tests.web.service import MAIL_FROM, SMS_BODY, Service
from workers.context import jobs, queue, settings
from workers.queues import job_queue
from workers.worker import make_worker

_KEPT: Final = (jobs, queue, settings)
"""The connections that the process of a worker keeps."""


def work(service: Service, monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    """Let a worker of the service check once, and send what is due."""
    for name, value in {
        "REDIS_URL": "",
        "QUEUE_DATA_DIR": str(service.settings.data_dir),
        "QUEUE_WEBHOOK_HOSTS": "127.0.0.1",
        **more,
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
    page.route("**/text-message", lambda route: route.fulfill(status=429))
    number.fill("22 34 56 78")
    page.keyboard.press("Enter")
    expect(remind.get_by_role("alert")).to_contain_text("Det lykkedes ikke")
    page.unroute("**/text-message")
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
        environment = {"QUEUE_SMS_URL": gateway.url, "QUEUE_SMS_BODY": SMS_BODY}
        work(service, monkeypatch, **environment)
        (near,) = [json.loads(body) for body in gateway.bodies]
        assert near["to"] == "+4522345678"
        assert near["text"].endswith(f"{mine['number']}: 1 person foran dig")
        page.get_by_role("button", name="Jeg vil alligevel ikke").click()
        expect(yes).to_be_visible()
        hall.call_next()
        work(service, monkeypatch, **environment)
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


def test_a_subscription_is_kept_once_and_bad_input_leaves_no_trace(service: Service) -> None:
    hall = Hall(service)
    address = hall.ticket()["follow"]["address"]
    phone = PushBrowser("https://push.example.dk/send/phone-8").subscription
    wish = {**asdict(phone), "place": 2}
    long = "https://push.example.dk/".ljust(LONGEST_ENDPOINT, "x")
    none = json.loads(ask(f"{address}/no-message", {})[2])
    for wrong in (
        {"place": 21}, {"endpoint": "http://push.example.dk/"}, {"p256dh": "B" + "A" * 86},
        {"p256dh": phone.p256dh + "="}, {"auth": phone.auth[:-1]}, {"auth": f"{phone.auth[:-1]}="},
        {"endpoint": long + "x"}, {"expirationTime": None},
    ):  # fmt: skip
        assert ask(f"{address}/push-message", wish | wrong)[0] == 422
    assert json.loads(ask(f"{address}/no-message", {})[2]) == none == {"reminder": None}
    assert ask(f"{address}/push-message", wish | {"endpoint": long})[0] == 200
    answers = [ask(f"{address}/push-message", wish) for _ in range(2)]
    assert [json.loads(text) for _, _, text in answers] == [
        {"reminder": {"channel": "push", "place": 2}}
    ] * 2
    setup = json.loads(ask(f"{address}/messages?lang=en")[2])
    assert setup["texts"]["yes.push"] == "Message me on this phone"
    assert setup["country_codes"] == ["+45"]
    status, headers, script = ask(f"{service.url}/t/worker.js")
    assert (status, headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert "showNotification" in script
    ask(f"{address}/leave", {})
    assert ask(f"{address}/push-message", wish)[0] == 409
    unknown = f"{service.url}/t/{'Z' * 16}"
    assert ask(f"{unknown}/push-message", wish)[0] == ask(f"{unknown}/messages")[0] == 404


PUSH_OF_BROWSER: Final = """
  let permission = "denied";
  globalThis.allow = () => permission = "granted";
  Object.defineProperty(Notification, "permission", { get: () => permission });
  Notification.requestPermission = () => Promise.resolve(permission);
  PushManager.prototype.subscribe = (options) => {
    if (globalThis.refusal) return Promise.reject(new DOMException("", refusal));
    globalThis.subscribedWith = options;
    return Promise.resolve({ toJSON: () => (SUBSCRIPTION) });
  };
"""
"""In place of the browser's own: it would register at a push service on the internet, and without
windows it grants no notifications."""

NOTIFICATIONS_OF_BROWSER: Final = """() => {
  self.shown = [];
  self.opened = [];
  self.ended = 0;
  PushManager.prototype.getSubscription = () =>
    Promise.resolve({ unsubscribe: () => ended += 1 });
  ServiceWorkerRegistration.prototype.showNotification = (title, { body, lang, dir, tag }) => {
    shown.push([title, body, lang, dir, tag]);
    return Promise.resolve();
  };
  WindowClient.prototype.focus = function () {
    opened.push(this.url);
    return Promise.resolve(this);
  };
  Clients.prototype.openWindow = (url) => Promise.resolve(opened.push(url));
}"""

CLICK: Final = """async (last) => {
  const event = new Event("notificationclick");
  const done = new Promise((resolve) => {
    const notification = { close: () => opened.push("closed"), data: { last } };
    Object.assign(event, { notification, waitUntil: resolve });
  });
  self.dispatchEvent(event);
  await done;
  return opened.splice(0);
}"""


GONE: Final = "() => navigator.serviceWorker.getRegistration().then((found) => !found)"


def asking(page: Page) -> Locator:
    """The button that asks for messages on this phone."""
    return page.get_by_role("button", name="Giv besked på denne telefon")


def what_is_refused_is_explained(page: Page, assert_accessible: Check) -> None:
    """Without a connection, by the phone's settings, and by a browser without messages."""
    remind, ask = page.locator("#remind"), asking(page)
    page.context.set_offline(True)
    ask.click()
    expect(page.locator("#failed")).to_contain_text("Ingen forbindelse")
    page.context.set_offline(False)
    ask.click()
    expect(remind.get_by_role("alert")).to_contain_text("siger nej til beskeder")
    expect(page.locator("#failed")).to_be_hidden()
    expect(ask).to_be_focused()
    assert_accessible(page)
    shot(page, "push-denied-da")
    page.evaluate("[globalThis.manager, globalThis.PushManager] = [PushManager, undefined]")
    ask.click()
    expect(remind.get_by_role("alert")).to_contain_text("kan ikke få beskeder")
    page.evaluate("globalThis.PushManager = manager; allow()")
    ask.click()
    place = remind.get_by_label("Den første")
    expect(place).to_be_focused()
    place.select_option("2")
    assert_accessible(page)
    shot(page, "push-ask-da")
    page.context.set_offline(True)
    ask.click()
    expect(remind.get_by_role("alert")).to_contain_text("Ingen forbindelse")
    page.context.set_offline(False)
    for refusal, sentence in {
        "AbortError": "kan ikke få beskeder", "NotAllowedError": "siger nej til beskeder",
    }.items():  # fmt: skip
        page.evaluate(f"globalThis.refusal = '{refusal}'")
        ask.click()
        expect(remind.get_by_role("alert")).to_contain_text(sentence)


def messages_are_shown_and_opened(page: Page, service: Service, address: str) -> None:
    """Each message is a notification that opens the page; the last one ends the subscription."""
    (worker,) = page.context.service_workers
    worker.evaluate(NOTIFICATIONS_OF_BROWSER)
    for number, last in ((1, False), (2, True)):
        content = {"title": "A001", "body": f"Besked {number}", "lang": "da", "dir": "ltr"}
        deliver(page, service.url, content | {"last": last})
        eventually(lambda: bool(worker.evaluate("shown.length")))
        assert worker.evaluate("shown.splice(0)") == [[*content.values(), address]]
        assert worker.evaluate(CLICK, last) == ["closed", address]
    assert worker.evaluate("ended") == 1, "with the last message"


def no_message_is_promised_after_a_departure_or_a_call(
    page: Page, hall: Hall, visit_id: str
) -> None:
    """The page offers messages again, since what was asked for before is forgotten."""
    remind, ask = page.locator("#remind"), asking(page)
    page.evaluate("allow()")
    for back in ("left", "called"):
        ask.click()
        remind.locator("form button").click()
        expect(remind).to_contain_text("Du får en besked på telefonen")
        if back == "left":
            page.get_by_role("button", name="Jeg er gået").click()
            page.get_by_role("button", name="Ja, jeg er gået").click()
            page.get_by_role("button", name="Jeg er her stadig").click()
            page.wait_for_function(GONE)
        else:
            hall.open()
            hall.call_next()
            state(page).to_have_text("Det er din tur")
            hall.verb(visit_id, "requeue")
        expect(ask).to_be_visible()  # what was forgotten is promised no more


def test_a_citizen_wants_messages_on_the_phone(
    service: Service,
    new_context: BrowserMaker,
    assert_accessible: Check,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hall = Hall(service)
    mine = hall.ticket()
    work(service, monkeypatch, QUEUE_MAIL_FROM=MAIL_FROM, QUEUE_PUBLIC_URL=service.url)
    phone = PushBrowser("https://push.example.dk/send/phone-7").subscription
    context = new_context(**PHONE, fresh=True, service_workers="allow")
    made = {"endpoint": phone.endpoint, "keys": {"p256dh": phone.p256dh, "auth": phone.auth}}
    context.add_init_script(PUSH_OF_BROWSER.replace("SUBSCRIPTION", json.dumps(made)))
    page = context.new_page()
    page.goto(mine["follow"]["address"])
    remind = page.locator("#remind")
    ask = asking(page)
    what_is_refused_is_explained(page, assert_accessible)
    page.evaluate("globalThis.refusal = ''")
    ask.click()
    expect(remind).to_contain_text("Du får en besked på telefonen")
    assert_accessible(page)
    shot(page, "push-on-da")
    assert page.evaluate("subscribedWith.userVisibleOnly")
    kept = ReminderStore(RedisStore(service.client))
    found = kept.get(hall.branch, mine["id"])
    assert found is not None
    assert (found.channel, found.place, found.to) == ("push", 2, phone.stored())
    known = kept.push_keys()
    assert known is not None
    assert page.evaluate("subscribedWith.applicationServerKey") == known.public
    messages_are_shown_and_opened(page, service, mine["follow"]["address"])
    page.wait_for_function(GONE)
    page.reload()
    expect(remind).to_contain_text("Du får en besked på telefonen")
    assert "push.example" not in page.content()
    page.get_by_role("button", name="Jeg vil alligevel ikke").click()
    expect(ask).to_be_visible()
    assert kept.get(hall.branch, mine["id"]) is None
    no_message_is_promised_after_a_departure_or_a_call(page, hall, mine["id"])


def deliver(page: Page, origin: str, content: dict[str, Any]) -> None:
    """Have the browser give the worker of the page a push message."""
    line = page.context.new_cdp_session(page)
    found: list[str] = []
    line.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    line.send("ServiceWorker.enable")
    page.wait_for_function("() => navigator.serviceWorker.ready.then(Boolean)")
    message = {"origin": origin, "registrationId": found[0], "data": json.dumps(content)}
    line.send("ServiceWorker.deliverPushMessage", message)
