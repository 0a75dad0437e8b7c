"""The playbook is written, previewed, approved, compared, searched and printed."""

from __future__ import annotations

from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.pages.playbook.entries import overdue, own_service, put_in_force
from tests.playbook.entries import text
from tests.web.browsers import BrowserMaker, Check, first_page
from tests.web.service import Service

HOSTILE: Final = (
    "1. <script>window.hacked = 1</script> <img src=x onerror='window.hacked = 1'>\n"
    "2. [x](javascript:window.hacked=1) ![x](https://elsewhere.example/a.png)\n"
    "3. [ring](tel:+4570121212) **fed**\n"
)


@pytest.fixture
def editor(service: Service, new_context: BrowserMaker) -> Page:
    """A supervisor's page."""
    context = new_context()
    service.log_in(context, "supervisor")
    return first_page(context)


def act(page: Page, name: str) -> None:
    """Press a button of the editor."""
    page.get_by_role("button", name=name).click()


def shelved(service: Service, own: dict[str, Any]) -> str:
    """A branch with this one service."""
    return service.branch(services=[own], counters=[], teams=[], goals=[])


def test_an_editor_previews_and_approves(
    service: Service, editor: Page, assert_accessible: Check
) -> None:
    own = own_service()
    shelved(service, own)
    editor.goto("/playbook")
    editor.get_by_role("link", name=own["name"]["en"]).click()
    act(editor, "Approve and put in force")
    expect(editor.get_by_role("alert")).to_contain_text("Nothing is saved yet")
    editor.get_by_label("Owner").fill("Borgerservice")
    editor.get_by_label("To be looked through by").fill("2999-01-01")
    english = editor.get_by_role("group", name="English")
    english.get_by_label("In a line").fill("A new thing")
    english.get_by_label("To bring").fill("Your old one\n\nA photo")
    english.get_by_label("What to do").fill(HOSTILE)
    english.get_by_label("Forms").fill("A form http://unsafe.example")
    act(editor, "Preview")
    expect(english.get_by_label("Forms")).to_have_attribute("aria-invalid", "true")
    assert_accessible(editor)
    english.get_by_label("Forms").fill("A form https://www.borger.dk/form")
    english.get_by_label("In a line").fill("A new thing " + "w" * 140)
    act(editor, "Preview")
    preview = editor.locator("#preview")
    assert preview.evaluate(
        "e => [...e.querySelectorAll('.card')].every(one => one.scrollWidth <= one.clientWidth)"
    )
    expect(preview.locator("li", has_text="<script>")).to_be_visible()
    expect(preview.get_by_role("link", name="ring")).to_have_attribute("rel", "noopener noreferrer")
    assert preview.locator("script, img").count() == 0
    assert editor.evaluate("() => window.hacked") is None
    assert_accessible(editor)
    act(editor, "Save as a draft")
    expect(editor.locator(".banner--good")).to_contain_text("The draft is saved")
    act(editor, "Approve and put in force")
    expect(editor.locator("h1")).to_have_text(own["name"]["en"])
    expect(editor.locator(".sheet__foot")).to_contain_text("Version 1")
    expect(editor.locator(".banner--good")).to_contain_text("Version 1 is in force now")
    assert_accessible(editor)


def test_the_changes_of_a_draft_are_shown_before_another_login_approves_it(
    service: Service, new_context: BrowserMaker, editor: Page, assert_accessible: Check
) -> None:
    own = own_service()
    shelved(service, own)
    put_in_force(service, own["id"], texts={"en": text(bring=["Your old one", "A photo"])})
    editor.goto(f"/playbook/{own['id']}")
    editor.get_by_role("link", name="Edit").click()
    english = editor.get_by_role("group", name="English")
    english.get_by_label("To bring").fill("Your old one\nThe fee")
    act(editor, "Save as a draft")
    # Another one approves it, and sees first what it changes.
    context = new_context()
    service.log_in(context, "admin")
    other = first_page(context)
    other.goto(f"/playbook/{own['id']}")
    other.get_by_role("link", name="what it changes").click()
    expect(other.get_by_text("This is a draft of")).to_be_visible()
    expect(other.locator(".diff__line")).to_have_text(
        ["Your old one", "Removed: A photo", "Added: The fee"]
    )
    assert_accessible(other)
    act(other, "Approve and put in force")
    expect(other.locator(".banner--good")).to_contain_text("Version 2 is in force now")
    editor.goto(f"/playbook/{own['id']}")
    editor.get_by_role("link", name="Versions").click()
    lines = editor.locator(".diff__line")
    expect(lines).to_have_text(["Your old one", "Removed: A photo", "Added: The fee"])
    assert_accessible(editor)
    editor.get_by_role("link", name="Version 1").click()
    act(editor, "Take it as a draft")
    expect(english.get_by_label("To bring")).to_have_value("Your old one\nA photo")
    expect(editor.locator(".banner--good")).to_contain_text("has not changed")


def test_an_overdue_entry_is_listed_and_seen_as_it_will_read(
    service: Service, editor: Page
) -> None:
    """Also before the next day is chosen."""
    own = own_service()
    branch = shelved(service, own)
    put_in_force(service, own["id"])
    overdue(service, own["id"])
    editor.goto(f"/playbook/{own['id']}/edit")
    act(editor, "Preview")
    expect(editor.locator("#preview")).to_contain_text("It changes nothing of what is in force")
    editor.goto("/playbook")
    assert service.api().post(f"/branches/{branch}/saved-visits", service=own["id"])["counted"]
    editor.reload()
    row = editor.get_by_role("row", name=own["name"]["en"])
    expect(row.get_by_role("cell").last).to_have_text("1")
    due = editor.get_by_role("region", name="To be looked through again")
    expect(due.get_by_role("link", name=own["name"]["en"])).to_be_visible()


def test_the_second_of_two_editors_loses_no_text(
    service: Service, new_context: BrowserMaker, editor: Page, assert_accessible: Check
) -> None:
    own = own_service()
    service.branch(services=[own], counters=[], teams=[], goals=[])
    put_in_force(service, own["id"])
    editor.goto(f"/playbook/{own['id']}/edit")
    put_in_force(service, own["id"], owner="Ydelse")
    editor.get_by_label("Owner").fill("Jobcenter")
    act(editor, "Save as a draft")
    expect(editor.get_by_role("alert")).to_contain_text("Your text is not lost")
    expect(editor.get_by_label("Owner")).to_have_value("Jobcenter")
    expect(editor.locator(".diff__line")).to_have_text(
        ["Only in what is saved: Ydelse", "Only in yours: Jobcenter"]
    )
    act(editor, "Save as a draft")
    expect(editor.locator(".banner--good")).to_contain_text("The draft is saved")
    # An irreversible action asks for confirmation.
    editor.get_by_text("Discard the draft").click()
    expect(editor.get_by_label("Owner")).to_have_value("Jobcenter")
    assert_accessible(editor)
    act(editor, "Yes, discard it")
    editor.goto(f"/playbook/{own['id']}/edit")
    expect(editor.get_by_label("Owner")).to_have_value("Ydelse")
    # A login of one branch reads, and cannot write.
    bound = new_context()
    service.log_in(bound, "supervisor", service.branch())
    page = first_page(bound)
    page.goto(f"/playbook/{own['id']}")
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)
    assert page.goto(f"/playbook/{own['id']}/edit").status == 403  # type: ignore[union-attr]  # a page was answered


def test_a_clerk_finds_reads_and_prints(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    own, other = own_service(), own_service("B")
    line = {"id": "l", "name": {"da": "Paslinjen"}, "telephone": "4410", "services": [own["id"]]}
    service.branch(services=[own, other], counters=[], teams=[], goals=[], lifelines=[line])
    put_in_force(service, own["id"], texts={"da": text(limits=f"Kun {own['id']} afgør")})
    put_in_force(service, other["id"])
    context = new_context(390, 844, "da")
    service.log_in(context, "clerk")
    page = first_page(context)
    page.goto("/playbook")
    page.get_by_label("Søg på et ord").fill(f"AFGØR {own['id']}")
    expect(page.locator("#entries > :visible")).to_have_count(1)
    expect(page.locator("#count")).to_have_text("1 opslag vises")
    expect(page.locator("#entries > :visible h2 mark")).to_have_count(0)  # its text has it alone
    assert_accessible(page)
    page.get_by_label("Søg på et ord").fill("findes ikke her")
    expect(page.locator("#none")).to_be_visible()
    page.goto(f"/playbook?q={own['id']} bogydelse")
    expect(page.locator("#entries > :visible h2 mark")).to_have_text("Bogydelse")
    page.locator("#entries > :visible").get_by_role("link").click()
    expect(page.locator(".sheet__bring li")).to_have_text("Gammelt pas")
    expect(page.locator(".sheet__lifelines")).to_contain_text("4410 Paslinjen")
    page.wait_for_load_state()  # its styles may come after its text
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)
    expect(page.get_by_role("link", name="Rediger")).to_have_count(0)
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.locator(".sheet__foot")).to_be_in_viewport(ratio=1)
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") == 1
