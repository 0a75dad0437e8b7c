"""The pages of reports, as a supervisor and a reader use them."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from queue_service.access.rules.caller import Caller
from queue_service.command import Queue
from queue_service.reports import operations as reports
from queue_service.reports.render import pdf_lacks
from queue_service.reports.store import ReportStore
from queue_service.store.redis_store import RedisStore
from tests.desks import Desk
from tests.tables.weeks import fortnight
from tests.web.browsers import BrowserMaker, Check, each_size, first_page, fits
from tests.web.service import Service

SERVICES = [
    {"id": "pas", "name": {"da": "Pas", "en": "Passport"}, "prefix": "A"},
    {"id": "korekort", "name": {"da": "Kørekort", "en": "Driving licence"}, "prefix": "B"},
    {"id": "turist", "name": {"da": "Turist", "en": "Visitor"}, "prefix": "C"},
]
COUNTERS = [{"id": c, "name": f"Skranke {c}", "services": ["*"]} for c in ("1", "3")]
TEAMS = [{"id": t, "name": {"da": t}, "services": ["*"]} for t in ("library", "citizen")]
Opener = Callable[..., Page]


@pytest.fixture
def past(service: Service) -> Desk:
    """A historic branch with a fortnight behind it."""
    branch = service.branch(
        historic=True, services=SERVICES, counters=COUNTERS, teams=TEAMS, languages=["da", "en"]
    )
    return fortnight(Desk(Queue(RedisStore(service.client)), branch), busy=8)


@pytest.fixture
def open_reports(service: Service, new_context: BrowserMaker) -> Opener:
    """Opens a page of a branch's reports as a supervisor."""

    def go(desk: Desk, path: str = "", *size: int, lang: str = "en") -> Page:
        context = new_context(*size, lang=lang)
        service.log_in(context, "supervisor")
        page = first_page(context)
        page.goto(f"/dashboards/{desk.branch}/reports{path}")
        return page

    return go


def made(desk: Desk) -> str:
    """A report that is there already."""
    return reports.make(desk.queue, desk.branch, "week", "2026-11-30").id


def test_a_report_is_made_by_hand_and_read(
    past: Desk, open_reports: Opener, work: Callable[[], int]
) -> None:
    page = open_reports(past)
    expect(page.get_by_text("There is none yet.")).to_contain_text(
        "are over already you can make below"
    )
    # A branch of replayed days proposes its own last week, whatever day it is now.
    expect(page.get_by_label("A date in it")).to_have_value("2026-11-30")
    page.get_by_label("A date in it").fill("2026-11-25")
    page.get_by_role("button", name="Make the report").click()
    expect(page.get_by_role("heading", name="The report is being made")).to_be_visible()
    work()
    expect(page.get_by_role("heading", name="Weekly report")).to_be_visible()
    expect(page.get_by_text("Week 48, 23–29 Nov 2026")).to_be_visible()
    expect(page.get_by_role("row", name="Passport")).to_be_visible()
    page.get_by_role("link", name="All reports").click()
    expect(page.get_by_role("link", name="Week 48")).to_be_visible()


@pytest.mark.parametrize(
    ("report", "made", "status"),
    [
        ("week-2026-11-23", "²", 404),
        ("week-2026-11-23", "9" * 50, 404),
        ("week-2026-11-23", "1", 404),
        ("week-2026-11-24", "now", 404),
        ("xx", "now", 404),
        ("week-2026-11-23", "now", 202),
    ],
)
def test_only_a_report_that_may_still_come_is_waited_for(
    past: Desk, open_reports: Opener, report: str, made: str, status: int
) -> None:
    page = open_reports(past)
    since = str(past.queue.store.time() // 5000) if made == "now" else made
    address = f"/dashboards/{past.branch}/reports/{report}"
    assert page.request.get(address, params={"made": since}).status == status


@pytest.mark.usefixtures("pango")
def test_its_pdf_waits_among_the_files(
    past: Desk, open_reports: Opener, work: Callable[[], int]
) -> None:
    pdf_lacks()  # loads the library here, and not again in the process of the job
    page = open_reports(past, f"/{made(past)}")
    page.get_by_role("button", name="As PDF").click()
    expect(page.get_by_role("progressbar", name="Weekly report")).to_be_visible()
    work()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download Weekly report").click()
    assert download.value.suggested_filename.endswith("2026-12-06.pdf")
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def test_a_figure_leads_to_its_definition(past: Desk, open_reports: Opener) -> None:
    page = open_reports(past, f"/{made(past)}")
    page.get_by_role("link", name="Waiting time of those called, mean").first.click()
    expect(page.locator("#def-waiting_mean")).to_be_in_viewport()


def test_an_address_is_added_its_faults_are_reported_and_it_is_removed(
    past: Desk, open_reports: Opener
) -> None:
    page = open_reports(past)
    page.get_by_label("Work e-mail address").fill("leder@example")
    page.get_by_role("button", name="Send them to this address").click()
    expect(page.get_by_role("alert")).to_contain_text("e-mail address")
    page.get_by_label("Work e-mail address").fill("leder@example.dk")
    page.get_by_role("button", name="Send them to this address").click()
    reader = page.get_by_role("listitem").filter(has_text="leder@example.dk")
    expect(reader).to_contain_text(re.compile(r"Week.* · English\s"))
    page.get_by_role("button", name="Remove l…@example.dk").click()
    expect(page.get_by_text("Nobody gets them by e-mail yet.")).to_be_visible()


def test_a_letters_link_ends_it_without_a_login_and_only_when_pressed(
    past: Desk, service: Service, new_context: BrowserMaker
) -> None:
    caller = Caller("leder", "supervisor")
    reader = reports.subscribe(past.queue, past.branch, caller, "a@example.dk", ["week"], "da")
    page = first_page(new_context(lang="da"))
    page.goto(f"/reports/{past.branch}/stop/{reader.id}")
    store = past.queue.get(ReportStore)
    assert store.reader(past.branch, reader.id) is not None
    page.get_by_role("button", name="Stop med at få dem").click()
    expect(page.get_by_role("heading", name="Du får ikke flere rapporter")).to_be_visible()
    assert store.reader(past.branch, reader.id) is None
    foreign = Request(  # noqa: S310 - our own service
        f"{service.url}/reports/{past.branch}/stop/{reader.id}",
        method="POST",
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    with pytest.raises(OSError, match="403"):
        urlopen(foreign, timeout=10)  # noqa: S310 - our own service


def test_a_mailboxs_one_press_ends_it_for_that_reader_alone(past: Desk, service: Service) -> None:
    caller = Caller("leder", "supervisor")
    one, other = (
        reports.subscribe(past.queue, past.branch, caller, f"{name}@example.dk", ["week"], "da")
        for name in "ab"
    )
    address = f"{service.url}/reports/{past.branch}/stop/{one.id}"
    for _ in range(2):  # a provider may ask twice
        with urlopen(address, b"List-Unsubscribe=One-Click", timeout=10) as answer:  # noqa: S310 - our own service
            assert (answer.status, answer.url) == (200, address)
    assert past.queue.get(ReportStore).readers(past.branch) == [other]


@pytest.mark.parametrize(("path", "lang"), [("", "en"), ("/report", "da")])
def test_anybody_can_read_it(
    past: Desk, open_reports: Opener, assert_accessible: Check, path: str, lang: str
) -> None:
    report = made(past)
    page = open_reports(past, path and f"/{report}", lang=lang)
    for size in each_size(page):
        assert fits(page)
        assert_accessible(page, contrast=size == "desk")
