"""The counter's keys: one press does one thing, and a key does the same wherever it works."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web.counter_desk import KEYS, Desk, DeskMaker, desk, new_desk

__all__ = ["desk", "new_desk"]


@pytest.mark.parametrize("state", ["called", "serving"])
def test_the_digit_that_answers_a_question_is_no_outcome_too(desk: Desk, state: str) -> None:
    [visit] = desk.issue("pas")
    desk.press("Space")
    desk.page.locator(".ticket--called").wait_for()
    if state == "serving":
        desk.press("Space")
        desk.page.locator(".ticket--serving").wait_for()
    desk.press("m")
    expect(desk.dialog()).to_contain_text("Close Counter 1")
    desk.press("3")
    expect(desk.page.locator("#stage-trouble")).to_contain_text("First finish A001")
    assert desk.visit(visit)["state"] == state


def test_a_digit_without_a_choice_does_nothing_behind_the_question(desk: Desk) -> None:
    [visit] = desk.issue("pas")
    desk.serve_first()
    desk.press("m")
    desk.dialog().get_by_role("heading").first.click()  # where nothing takes the focus
    desk.press("5")
    desk.press("3")
    expect(desk.page.locator("#stage-trouble")).to_contain_text("First finish A001")
    assert desk.visit(visit)["state"] == "serving"
