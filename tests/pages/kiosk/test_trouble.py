"""The kiosk when no number can be given: it says so, says what to do, and comes back by itself."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Route, expect

from tests.pages.kiosk.screen import (
    NUMBER,
    RESTED_MS,
    Kiosk,
    change,
    choose,
    in_time,
    number,
    open_counter,
    shown,
    waiting,
)
from tests.web.browsers import Check, with_its_modules
from tests.web.service import ALWAYS, Service

CLOSED_WITH = with_its_modules("""async (notes) => {
  const { drawClosed } = await import('/static/pages/kiosk/hours.js');
  const days = [{ date: '2026-11-25', spans: [], note: null }];
  drawClosed({ timezone: 'UTC', next_opening: null, days }, 0, notes);
  return [...document.querySelectorAll('#closed-note > span')].map((one) => one.textContent);
}""")
"""In the page: what the closed screen says besides, each by itself."""

STOPPED_UNTIL = with_its_modules("""async (times) => {
  const { stopNote } = await import('/static/pages/kiosk/screens.js');
  const { setup } = await import('/static/pages/kiosk/setup.js');
  const { serverClock } = await import('/static/js/server-clock.js');
  const at = (time) => Date.parse(`2026-11-25T${time}:00+01:00`);
  const spans = [[at('09:00'), at('12:00')], [at('13:00'), at('16:00')]];
  const days = [{ date: '2026-11-25', spans, note: null }];
  Object.assign(setup(), { timezone: 'Europe/Copenhagen', days, next_opening: at('13:00') });
  serverClock.set(at('10:00'));
  const said = (kind, time) => {
    const ends_at = new Date(at(time)).toISOString();
    const stop = { kind, ends_at, full: true, services: ['pas'] };
    return stopNote({ state: { interventions: [stop] } }, 'pas');
  };
  return times.map((time) => ['cap_service', 'pause_service'].map((kind) => said(kind, time)));
}""")
"""In the page, at 10 on a day of 9-12 and 13-16: what a button says of a cap and of a pause."""

IN_OWN_HOURS = with_its_modules("""async () => {
  const { stopNote, stopTrouble } = await import('/static/pages/kiosk/screens.js');
  const { setup } = await import('/static/pages/kiosk/setup.js');
  const { serverClock } = await import('/static/js/server-clock.js');
  const at = (time, day = 25) => Date.parse(`2026-11-${day}T${time}:00+01:00`);
  const days = [25, 26].map((day) => ({
    date: `2026-11-${day}`, spans: [[at('09:00', day), at('17:00', day)]], note: null,
  }));
  const next = { next_opening: at('09:00', 26), timezone: 'Europe/Copenhagen' };
  const pas = [25, 26].map((day) => [at('10:00', day), at('14:00', day)]);
  Object.assign(setup(), next, { days, service_hours: { pas } });
  const kiosk = { state: { interventions: [] } };
  const said = () => [stopNote(kiosk, 'pas'), stopTrouble(kiosk, 'pas')?.kind ?? ''];
  const found = [['09:59'], ['10:00'], ['13:59'], ['14:00'], ['14:00', 26]].map((time) => {
    serverClock.set(at(...time));
    return said();
  });
  return [...found, [stopNote(kiosk, 'turist'), '']];
}""")
"""In the page: what the button of a service with hours from 10 to 14 says, and a touch, at their
boundaries and after the last that is known."""


def test_a_lost_answer_is_asked_for_again_not_taken_twice(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    branch = service.branch()
    page = kiosk(branch, own_clock=True)
    keys: list[str | None] = []

    def lose_the_answer(route: Route) -> None:
        keys.append(route.request.headers.get("idempotency-key"))
        route.fetch()
        route.abort()

    page.route("**/visits*", lose_the_answer)
    choose(page, "pas")
    in_time(page, shown(page), "Tryk på det samme igen.")
    expect(page.locator("#trouble-what")).to_have_text("Vi ved ikke, om dit nummer blev lavet.")
    expect(page.locator("#trouble-again")).to_be_enabled()
    assert_accessible(page)
    page.unroute("**/visits*")
    page.locator("#trouble-again").click()

    assert NUMBER.match(number(page))
    assert len(set(keys)) == 1
    assert waiting(service, branch) == 1

    # The clock is set forward while an answer is lost: it asks to press again, too.
    page.locator("#ticket-done").click()
    page.clock.run_for(RESTED_MS)

    def set_the_clock_forward(route: Route) -> None:
        page.evaluate("() => { const real = Date.now; Date.now = () => real() + 3_600_000; }")
        route.abort()

    page.route("**/visits?*", lambda route: route.abort())
    page.route("**/visits?*", set_the_clock_forward, times=1)  # the last one named comes first
    choose(page, "pas")
    in_time(page, shown(page), "Tryk på det samme igen.")
    page.unroute("**/visits?*")
    page.locator("#trouble-again").click()
    assert NUMBER.match(number(page))
    assert page.evaluate(CLOSED_WITH, ["Gem dit nummer.", "Storm"]) == ["Gem dit nummer.", "Storm"]
    said = page.evaluate(STOPPED_UNTIL, ["11:00", "12:00", "12:30", "14:00", "16:00"])
    again = [f"Igen fra kl. {time}" for time in ("11.00", "13.00", "13.00", "14.00")]
    assert said == [[each, each] for each in (*again, "Ikke flere i dag")]
    assert page.evaluate(IN_OWN_HOURS) == [
        ["Åbner i dag kl. 10.00", "paused"],
        ["", ""],
        ["", ""],
        ["Åbner i morgen kl. 10.00", "full"],
        ["Ikke flere i dag", "spent"],
        ["", ""],
    ]


def test_a_closed_branch_says_when_it_opens_and_opens_by_itself(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    branch = service.branch()
    never: dict[str, list[list[str]]] = {day: [] for day in ALWAYS}
    service.api().post(f"/branches/{branch}/visits", service="pas")
    change(service, branch, opening_hours=never)
    page = kiosk(branch)
    expect(page.locator("#closed-note")).to_have_text("Har du et nummer? Tal med personalet.")
    open_counter(service, branch)
    expect(page.locator("#closed-note")).to_contain_text("Du bliver kaldt.")
    expect(shown(page)).to_have_text("Vi har lukket i dag")
    expect(page.locator("#closed-next")).to_have_text("Spørg kommunen, hvornår vi åbner igen.")
    expect(page.locator("#closed-table")).to_be_hidden()  # seven times "closed" is no information
    expect(page.locator("#unsure")).to_be_hidden()
    assert_accessible(page)

    change(service, branch, opening_hours=ALWAYS)

    expect(shown(page)).to_have_text("Hvad kan vi hjælpe dig med?")
    choose(page, "pas")
    number(page)


def test_a_change_of_the_branch_reaches_an_open_kiosk(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    page = kiosk(branch)
    expect(page.locator("[data-service=pas]")).to_be_enabled()

    services = [
        {"id": "pas", "name": {"da": "Rejsepas"}, "prefix": "A"},
        {"id": "korekort", "name": {"da": "Kørekort"}, "prefix": "B", "active": False},
        {"id": "hund", "name": {"da": "Hundetegn"}, "prefix": "H"},
    ]
    parts: dict[str, Any] = {"counters": [], "teams": [], "goals": [], "unsure_service": "hund"}
    change(service, branch, name="Nyt navn", services=services, **parts)

    expect(page.locator(".service")).to_have_text(["Rejsepas"], timeout=10_000)
    expect(page.locator("#branch-name")).to_have_text("Nyt navn")
    expect(page.locator("#unsure")).to_contain_text("Hundetegn – eller i tvivl? Tag nummer her")


def test_without_the_store_it_says_what_to_do_and_recovers(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    page = kiosk(service.branch(), own_clock=True)
    expect(page.locator("[data-service=pas]")).to_be_enabled()

    with service.store_away():
        choose(page, "pas")
        expect(page.locator(".moment")).to_have_text("Vent et øjeblik …", timeout=1000)
        expect(page.locator(".moment")).to_be_visible(timeout=1000)
        # It is shown within three seconds; the rest is for a busy machine.
        expect(shown(page)).to_have_text("Tryk på det samme igen.", timeout=4500)
        expect(page.locator(".moment")).to_be_hidden()
        page.clock.fast_forward(26_000)  # after which it asks no more to press the same
        expect(page.locator("#trouble-what")).to_have_text(
            "Nummersystemet virker ikke lige nu.", timeout=20_000
        )
        expect(shown(page)).to_have_text("Gå hen til personalet")
        expect(page.locator("#trouble-actions")).to_be_hidden()
        assert_accessible(page)

    expect(shown(page)).to_have_text("Hvad kan vi hjælpe dig med?", timeout=12_000)
    choose(page, "pas")
    number(page)


def test_without_the_network_it_says_so_and_recovers(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    page, without = (
        kiosk(service.branch(paper_numbers=on), own_clock=True) for on in (True, False)
    )
    for one in (page, without):
        expect(one.locator("[data-service=pas]")).to_be_enabled()
        one.context.set_offline(True)
        expect(shown(one)).to_have_text("Gå hen til personalet", timeout=30_000)
    expect(page.locator("#trouble-what")).to_have_text("Du kan ikke tage et nummer her lige nu.")

    # It lasts: where there are numbers on paper, and nowhere else, the kiosk speaks of them.
    for one in (page, without):
        one.clock.fast_forward(31_000)
    expect(shown(page)).to_have_text("Få et nummer på papir hos personalet")
    expect(page.locator("#trouble-lead")).to_have_text("Personalet råber dit nummer op.")
    expect(shown(without)).to_have_text("Gå hen til personalet")
    page.get_by_role("button", name="English").first.click()
    expect(shown(page)).to_have_text("Get a number on paper from the staff")
    assert_accessible(page)
    page.context.set_offline(False)

    expect(shown(page)).to_have_text("What can we help you with?", timeout=30_000)


def test_going_back_keeps_the_language_and_too_many_numbers_have_to_wait(
    service: Service, kiosk: Kiosk
) -> None:
    branch = service.branch()
    acts = f"/branches/{branch}/interventions"
    service.api("supervisor", branch).post(acts, kind="pause_service", service="pas")
    page = kiosk(branch)
    page.get_by_role("button", name="English").first.click()
    choose(page, "pas")
    expect(page.locator("#trouble-what")).to_contain_text("Passport")
    page.get_by_role("button", name="Back to the start").click()
    expect(shown(page)).to_have_text("What can we help you with?")
    page.get_by_role("button", name="Dansk").first.click()

    def refuse(route: Route) -> None:
        route.fulfill(
            status=429,
            headers={"Retry-After": "20", "Content-Type": "application/problem+json"},
            body='{"code": "rate_limited", "status": 429}',
        )

    page.route("**/visits*", refuse)
    choose(page, "korekort")

    expect(shown(page)).to_have_text("Vent lidt")
    expect(page.locator("#timer-text")).to_contain_text("Tilbage til start om")


def test_an_undo_with_a_lost_response_shows_its_state_until_the_end_is_known(
    service: Service, kiosk: Kiosk
) -> None:
    branch = service.branch()
    open_counter(service, branch)
    page = kiosk(branch, own_clock=True)
    for called, said in ((False, "{} er slettet."), (True, "{} gælder stadig.")):
        page.clock.run_for(RESTED_MS)
        choose(page, "pas")
        mine = number(page)
        page.route("**/abandon*", lambda route: route.abort())
        page.locator("#ticket-undo").click()
        in_time(page, page.locator("#home-note"), mine)
        page.context.set_offline(True)
        expect(page.locator("#trouble-undo")).to_contain_text(mine, timeout=20_000)
        if called:
            service.api("clerk", branch).post(f"/branches/{branch}/counters/1/call-next")
        page.unroute("**/abandon*")
        page.context.set_offline(False)
        in_time(page, page.locator("#home-note"), said.format(mine))
        assert waiting(service, branch) == 0


def test_the_screen_of_a_removed_branch_says_so_and_asks_no_more(
    service: Service, kiosk: Kiosk, assert_accessible: Check
) -> None:
    branch = service.branch()
    page = kiosk(branch)
    expect(page.locator(".service").first).to_be_enabled()
    service.api().call("DELETE", f"/branches/{branch}")
    expect(page.locator("#trouble-what")).to_have_text(
        "Denne skærm er ikke i brug længere.", timeout=20_000
    )
    expect(shown(page)).to_have_text("Gå hen til personalet")
    expect(page.locator("#trouble-itself")).to_be_hidden()
    assert_accessible(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install()
    page.evaluate("dispatchEvent(new Event('offline'))")
    page.clock.run_for(60_000)
    assert asked == []
