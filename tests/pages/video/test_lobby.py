"""The screens that a clerk serves, chosen and opened: no conversation, and so no camera."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.pages.playbook.entries import own_service
from tests.pages.video.conftest import SCREEN, Booth
from tests.web.browsers import BrowserMaker, first_page


def test_the_team_that_is_proposed_can_serve_the_chosen_screens(lobby: Booth) -> None:
    clerk, service = lobby.clerk, lobby.service
    one, other = own_service("T"), own_service("U")
    teams = [
        {"id": "first", "name": {"en": "First"}, "services": [other["id"]]},
        {"id": "second", "name": {"en": "Second"}, "services": ["*"]},
    ]
    screens = [SCREEN | {"services": [one["id"]]}]
    hall = service.branch(counters=screens, services=[one, other], teams=teams, goals=[])
    lobby.issue(hall, service=one["id"])
    clerk.goto("/remote")
    row = clerk.locator(".pick__screen", has=clerk.locator(f"input[value='{hall}/screen-1']"))
    expect(row).to_contain_text("Closed")
    expect(row).to_contain_text("1 waiting")
    row.locator("input").check()
    team, words = clerk.locator(f"#team-{hall}"), clerk.locator(f"#pick-warnings-{hall}")
    expect(team).to_have_value("second")
    expect(words).to_contain_text(f"Screen 1 takes: {one['name']['en']}")
    team.select_option("first")
    expect(words).to_contain_text("First takes nothing at Screen 1. Choose another team.")
    clerk.locator("#pick button").click()
    expect(clerk.locator("#stage-title")).to_contain_text("Nobody")
    expect(clerk.locator(".screens")).to_contain_text("First")
    # Another team counts at once, also if the screen is open.
    clerk.get_by_role("button", name="Other screens").click()
    team.select_option("second")
    expect(words).to_contain_text("It changes from First to Second")
    clerk.locator("#pick button").click()
    expect(clerk.locator("#stage-title")).to_contain_text("1 person")
    assert lobby.api.get(f"/branches/{hall}/counters/screen-1")["team"] == "second"
    # A visit waits at a screen that was closed elsewhere: the page shows what to do.
    lobby.api.post(f"/branches/{hall}/counters/screen-1/close")
    expect(clerk.locator(".stage__lead")).to_have_text("Open a screen below to call them.")


def test_a_single_screen_is_already_chosen(lobby: Booth) -> None:
    lobby.service.log_in(lobby.desk, "clerk", lobby.branch)
    clerk = lobby.clerk
    clerk.goto("/remote")
    tick = clerk.locator(f"input[value='{lobby.branch}/screen-1']")
    expect(tick).to_be_checked()
    tick.uncheck()
    expect(tick).not_to_be_checked()
    clerk.locator("#pick button").click()
    expect(clerk.locator("#pick [role=alert]")).to_contain_text("screen")


def test_a_screen_that_is_not_enrolled_for_the_booth_cannot_connect(
    lobby: Booth, new_context: BrowserMaker
) -> None:
    context = new_context(1280, 800)
    lobby.service.enrol(context, "kiosk", lobby.branch)
    hall = first_page(context)
    lobby.serve_the_screen()
    lobby.issue()
    expect(lobby.clerk.locator("#stage-title")).to_contain_text("1 person")
    lobby.clerk.keyboard.press("Space")
    expect(lobby.screen.locator("#begin")).to_be_visible()
    hall.goto(f"/screen/{lobby.branch}/screen-1")
    expect(hall.locator("#idle-lead")).to_contain_text("ikke sat op til båsen")
    expect(hall.locator("#begin")).to_be_hidden()
