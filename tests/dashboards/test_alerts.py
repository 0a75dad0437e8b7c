"""The page of alerts and the board's strip, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from queue_service.access.rules.caller import Caller
from queue_service.alerts.operations import alerts, deliveries, subscriptions
from queue_service.alerts.operations.subscriptions import SubscriptionRequest
from queue_service.alerts.store import AlertStore
from tests.dashboards.conftest import DayMaker
from tests.dashboards.day import Day
from tests.dashboards.pages import assert_fits_everywhere
from tests.web.browsers import SIZES, BrowserMaker, Check, first_page
from tests.web.service import Refused, Service

Visit = Callable[..., Page]
ALL = ("goal", "wait", "unattended")
OTHER = Caller("acc_other", "supervisor")


@pytest.fixture
def visit(service: Service, new_context: BrowserMaker) -> Visit:
    """Opens a branch's page of alerts as somebody new: ``visit(day, width, height, lang=…)``."""

    def open_page(day: Day, *size: int, lang: str = "en", role: str = "supervisor") -> Page:
        context = new_context(*size, lang=lang)
        service.log_in(context, role)
        page = first_page(context)
        page.goto(f"/dashboards/{day.branch}/alerts")
        return page

    return open_page


@pytest.fixture
def alarmed(busy: Day) -> Day:
    """A branch with a goal at risk and a long wait, which somebody wants on the board."""
    subscriptions.subscribe(busy.queue, busy.branch, OTHER, SubscriptionRequest(ALL, "board"))
    look(busy)
    return busy


def look(day: Day) -> None:
    """Run the periodic job as of ten minutes ago, and now."""
    for minutes_ago in (10, 0):
        alerts.check_branch(day.queue, day.command(minutes_ago))


def states(day: Day) -> dict[str, bool]:
    """The kinds of open alerts, and whether they are acknowledged."""
    found = alerts.open_alerts(day.queue, day.branch)
    return {a.alert.cause.kind: a.alert.acknowledged_at is not None for a in found}


def test_an_empty_page_says_what_it_is_for(visit: Visit, new_day: DayMaker) -> None:
    page = visit(new_day())
    expect(page.locator("#open .alerts__calm-words")).to_have_text("Nobody is watching")
    expect(page.locator("#open")).to_contain_text("Nobody has subscribed yet")
    expect(page.locator("#open")).not_to_contain_text("Nothing is open")
    expect(page.locator("#mine")).to_contain_text("You have none here yet")
    expect(page.get_by_text("Who did is kept nowhere")).to_be_visible()


def test_a_supervisor_subscribes_and_leaves_again_by_keyboard(
    visit: Visit, new_day: DayMaker
) -> None:
    day = new_day()
    page = visit(day)
    page.get_by_label("a goal is at risk").focus()
    page.keyboard.press("Space")
    page.get_by_role("spinbutton", name="Minutes").fill("20")
    page.get_by_label("On the board").focus()
    page.keyboard.press("Space")
    page.locator(".subscribe__form button").focus()
    page.keyboard.press("Enter")
    row = page.locator("#mine .alerts__row")
    expect(row).to_contain_text(
        "When somebody has waited 20 minutes, or nobody is at the counter, "
        "or a kiosk gives far more numbers than usual."
    )
    page.get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)


def test_a_webhooks_secret_is_shown_once(visit: Visit, new_day: DayMaker) -> None:
    day = new_day()
    page = visit(day)
    page.get_by_label("Webhook").check()
    page.get_by_label("Address", exact=True).fill("https://example.dk/hook")
    page.locator(".subscribe__form button").click()
    secret = page.get_by_label("Secret").input_value()
    assert secret.startswith("whsec_")
    page.goto(f"/dashboards/{day.branch}/alerts")
    assert secret not in page.content()
    expect(page.locator("#mine")).to_contain_text("https://example.dk/hook")
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_text("A test is on its way")).to_be_visible()
    assert [d.event for _, d in deliveries.waiting(day.queue) if _ == day.branch] == ["test"]


def test_an_invalid_value_is_reported_and_kept_in_the_form(visit: Visit, new_day: DayMaker) -> None:
    page = visit(new_day(), lang="da")
    page.get_by_label("Webhook").check()
    page.get_by_label("Adresse", exact=True).fill("http://10.0.0.1/hook")
    page.locator(".subscribe__form button").click()
    expect(page.get_by_role("alert")).to_have_text(
        re.compile("Brug en adresse, der begynder med https://")
    )
    expect(page.get_by_label("Adresse", exact=True)).to_have_value("http://10.0.0.1/hook")


def test_without_a_mail_server_the_page_offers_no_mail(visit: Visit, new_day: DayMaker) -> None:
    page = visit(new_day())
    expect(page.get_by_label("By e-mail")).to_be_disabled()
    expect(page.get_by_text("No mail server is set up here")).to_be_visible()


def test_an_alert_is_acknowledged_on_its_page(visit: Visit, alarmed: Day) -> None:
    page = visit(alarmed)
    expect(page.locator("#open")).to_contain_text("A counter that takes it is free: call the next.")
    wait = page.locator(".alert", has_text="Somebody has waited 25 min")
    expect(wait).to_contain_text("For Passport. 3 are waiting in all.")
    wait.get_by_role("button").click()
    expect(wait).to_contain_text("Somebody sees to it since")
    expect(wait.get_by_role("button")).to_have_count(0)
    assert states(alarmed) == {"goal": False, "wait": True}


def test_an_undelivered_message_is_shown_and_tried_again(visit: Visit, alarmed: Day) -> None:
    wish = SubscriptionRequest(("goal",), "webhook", target="https://example.dk/secret-path")
    subscriptions.subscribe(alarmed.queue, alarmed.branch, OTHER, wish)
    look(alarmed)
    (letter,) = alarmed.queue.get(AlertStore).deliveries(alarmed.branch)
    deliveries.give_up(alarmed.queue, alarmed.branch, letter.id, "example.dk answered 503.")
    page = visit(alarmed)
    letters = page.locator("#letters")
    for part in ("Goal at risk: Handled in under 6 min", "To example.dk", "answered 503."):
        expect(letters).to_contain_text(part)
    assert "secret-path" not in page.content()
    letters.get_by_role("button", name="Try again").click()
    expect(page.locator("#letters")).to_have_count(0)


def test_the_board_shows_it_and_one_press_there_is_enough(
    service: Service, new_context: BrowserMaker, alarmed: Day
) -> None:
    context = new_context()
    service.log_in(context, "supervisor")
    page = first_page(context)
    page.goto(f"/dashboards/{alarmed.branch}")
    strip = page.get_by_role("region", name="Alerts")
    expect(strip.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("link", name="Alerts 2 now")).to_be_visible()
    strip.get_by_role("button", name="I see to it Goal at risk").click()
    goal = strip.locator("li", has_text="Goal at risk: Handled in under 6 min")
    expect(goal).to_contain_text("Somebody sees to it")
    assert states(alarmed) == {"goal": True, "wait": False}


def test_services_without_demand_are_only_counted_on_the_board(
    service: Service, new_context: BrowserMaker, busy: Day
) -> None:
    wish = SubscriptionRequest(ALL, "mail", target="leder@example.dk")
    subscriptions.subscribe(busy.queue, busy.branch, OTHER, wish)
    look(busy)
    context = new_context()
    service.log_in(context, "supervisor")
    page = first_page(context)
    page.goto(f"/dashboards/{busy.branch}")
    expect(page.get_by_role("link", name="Alerts 2 now")).to_be_visible()
    expect(page.locator("#alerts")).to_be_hidden()


def test_the_api_lists_and_acknowledges_alerts(service: Service, alarmed: Day) -> None:
    api = service.api("supervisor", alarmed.branch)
    path = f"/branches/{alarmed.branch}/alerts"
    reported = {alert["kind"]: alert for alert in api.get(path)["open"]}
    assert (reported["goal"]["judged"], reported["goal"]["within"]) == (14, 4)
    assert reported["wait"]["acknowledged_at"] is None
    for _ in range(2):
        seen = api.post(f"{path}/{reported['wait']['id']}/acknowledge")
    assert seen["acknowledged_at"].endswith("Z")
    with pytest.raises(Refused) as refused:
        api.post(f"{path}/0123456789abcdef/acknowledge")
    assert refused.value.problem["code"] == "not_found"
    for role in ("clerk", "display", "kiosk"):
        with pytest.raises(Refused) as refused:
            service.api(role).get(path)
        assert refused.value.status == 403


def test_only_an_administrator_sees_that_others_have_subscribed(
    visit: Visit, new_day: DayMaker
) -> None:
    day = new_day()
    wish = SubscriptionRequest(("wait",), "mail", target="leder@example.dk")
    subscriptions.subscribe(day.queue, day.branch, OTHER, wish)
    seen = visit(day)
    assert "example.dk" not in seen.locator("main .alerts__others, #mine").inner_text()
    expect(seen.locator("#open")).to_contain_text("Others are notified as soon as something is")
    page = visit(day, role="admin")
    expect(page.locator(".alerts__others")).to_contain_text("l…@example.dk")
    assert "leder@" not in page.content()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".alerts__others")).to_have_count(0)


def test_everybody_can_use_it_at_every_size(
    visit: Visit, alarmed: Day, assert_accessible: Check
) -> None:
    page = visit(alarmed, *SIZES["phone"], lang="da")
    page.locator(".subscribe [value=webhook]").check()
    assert_fits_everywhere(page, assert_accessible)
    page.locator("summary", has_text="Sider").click()
    page.get_by_role("link", name="Nu", exact=True).click()
    expect(page.locator(".board-alert")).to_have_count(2)
    assert_fits_everywhere(page, assert_accessible)
