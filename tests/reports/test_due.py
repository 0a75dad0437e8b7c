"""Reports are made once, the morning after, and sent once to each who asked for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from redis import Redis

from queue_service.access.operations import accounts
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import Account
from queue_service.access.store import AccessStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import Invalid, NotFound
from queue_service.reports import operations as reports
from queue_service.reports.render import pdf_lacks
from queue_service.reports.store import ReportStore
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect_jobs
from tests.desks import Desk, document
from tests.mailbox import Mailbox, mail_server
from tests.tables.weeks import DAY_SECONDS, fortnight, one_visit
from workers import context
from workers.jobs import reports as jobs
from workers.jobs.reports import ask_for_letters
from workers.worker import make_worker


def at(text: str) -> int:
    """An instant by Copenhagen's clock, in ms."""
    return round(
        datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Copenhagen")).timestamp()
        * 1000
    )


MONDAY = at("2026-11-30T06:00")


@pytest.fixture
def live(queue: Queue) -> Desk:
    """A branch that is no historic one, with a visit in each of two weeks behind it."""
    put_branch(queue, "raadhuset", document())
    return two_days(Desk(queue))


@pytest.fixture
def busy(queue: Queue) -> Desk:
    """The same with a fortnight behind it, so that there is something to find."""
    put_branch(queue, "raadhuset", document())
    return fortnight(Desk(queue), busy=6)


def two_days(desk: Desk) -> Desk:
    """A visit on a Wednesday, and one a week later."""
    for day in (0, 7):
        desk.seconds = day * DAY_SECONDS
        one_visit(desk, 300)
    return desk


def test_a_week_is_made_on_monday_morning_and_once(live: Desk) -> None:
    assert reports.make_due(live.queue, at("2026-11-30T04:59")) == []
    assert reports.make_due(live.queue, at("2026-11-30T05:00")) == [
        ("raadhuset", "week-2026-11-23")
    ]
    assert reports.make_due(live.queue, at("2026-11-30T05:15")) == []
    assert reports.make_due(live.queue, at("2026-12-01T05:00")) == [
        ("raadhuset", "month-2026-11-01")
    ]


def test_missed_reports_are_made_later(live: Desk) -> None:
    made = reports.make_due(live.queue, at("2026-12-10T14:00"))
    assert made == [("raadhuset", "week-2026-11-30"), ("raadhuset", "month-2026-11-01")]


def test_a_historic_branch_waits_for_a_hand(desk: Desk) -> None:
    two_days(desk)
    assert reports.make_due(desk.queue, at("2026-12-10T14:00")) == []
    reports.make(desk.queue, desk.branch, "week", "2026-12-02")
    assert [one.id for one in reports.stored_reports(desk.queue, desk.branch)] == [
        "week-2026-11-30"
    ]


def test_a_week_that_is_not_over_is_refused(live: Desk) -> None:
    with pytest.raises(Invalid, match="Choose a week or month that is over"):
        reports.make(live.queue, live.branch, "week", "2199-01-01")


@pytest.mark.parametrize("day", ["0001-01-15", "9998-12-15"])
def test_a_month_beyond_the_calendar_is_refused(desk: Desk, day: str) -> None:
    with pytest.raises(Invalid, match="from 1900 to 2200"):
        reports.require_over(desk.queue, desk.branch, "month", day)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A real mail server."""
    with mail_server() as server:
        yield server


@pytest.fixture
def worker(
    box: Mailbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], None]]:
    """Runs what has been asked for, with the mail server set up."""
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    monkeypatch.setenv("QUEUE_SMTP_URL", box.url)
    monkeypatch.setenv("QUEUE_MAIL_FROM", "Borgerservice <noreply@example.dk>")
    monkeypatch.setenv("QUEUE_PUBLIC_URL", "https://queue.example.dk")
    connection: Redis = connect_jobs(settings)
    pdf_lacks()  # loads the library once, and not again in the process of each job
    forget_context()
    yield lambda: (make_worker(connection).work(burst=True, logging_level="CRITICAL"), None)[1]
    forget_context()


def forget_context() -> None:
    """A worker's cached values belong to one test's settings here."""
    for kept in (context.queue, context.settings, context.jobs):
        kept.cache_clear()


@pytest.fixture
def supervisor(queue: Queue) -> Account:
    """A supervisor who may see the branch."""
    store = queue.get(AccessStore)
    return accounts.add_account(store, "leder", "a long password", "supervisor", None, now=1)


def subscribed(live: Desk, owner: Account, address: str, *kinds: str) -> str:
    caller = Caller(owner.id, "supervisor")
    return reports.subscribe(live.queue, live.branch, caller, address, kinds, "da").id


def test_a_letter_is_due_to_each_reader_who_may_see_the_branch(
    live: Desk, supervisor: Account
) -> None:
    reader = subscribed(live, supervisor, "leder@example.dk", "week")
    subscribed(live, supervisor, "chef@example.dk", "month")
    reports.make_due(live.queue, MONDAY)
    assert reports.letters_due(live.queue, MONDAY) == [("raadhuset", "week-2026-11-23", reader)]
    assert reports.unsent(live.queue, live.branch) == {reader: "due"}
    accounts.remove_account(live.queue.get(AccessStore), supervisor.name)
    assert reports.letters_due(live.queue, MONDAY) == []
    assert reports.readers_of(live.queue, live.branch) == []


def test_a_reader_who_is_forgotten_gets_no_letter(live: Desk, supervisor: Account) -> None:
    reader = subscribed(live, supervisor, "leder@example.dk", "week")
    reports.make_due(live.queue, MONDAY)
    assert reports.unsubscribe(live.queue, live.branch, reader)
    assert not reports.unsubscribe(live.queue, live.branch, reader)
    assert reports.letters_due(live.queue, MONDAY) == []


def test_a_report_that_is_kept_is_read_and_another_is_not(live: Desk) -> None:
    reports.make_due(live.queue, MONDAY)
    assert reports.read(live.queue, live.branch, "week-2026-11-23").id == "week-2026-11-23"
    with pytest.raises(NotFound):
        reports.read(live.queue, live.branch, "week-2026-11-16")


@pytest.mark.parametrize(
    ("wanted", "may"),
    [
        ("week-2025-01-06", True),
        ("week-2025-01-07", False),
        ("month-2025-01-01", True),
        ("year-2025-01-01", False),
        ("week-then", False),
    ],
)
def test_an_id_is_one_of_a_week_or_month_from_its_first_day(
    desk: Desk, wanted: str, *, may: bool
) -> None:
    assert reports.may_come(desk.queue, desk.branch, wanted) is may


@pytest.mark.usefixtures("pango")
def test_a_report_is_mailed_with_its_findings_its_pdf_and_a_way_out(
    busy: Desk, supervisor: Account, box: Mailbox, worker: Callable[[], None]
) -> None:
    reader = subscribed(busy, supervisor, "leder@example.dk", "week")
    subscribed(busy, supervisor, "chef@example.dk", "month")
    ((_, made),) = reports.make_due(busy.queue, MONDAY)
    for _ in range(2):
        ask_for_letters(MONDAY)
        worker()
    (letter,) = box.letters
    assert letter["To"] == "leder@example.dk"
    assert letter["Subject"].startswith("Rådhuset: Ugerapport, Uge 48")
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # a letter has both
    html = letter.get_body(("html",)).get_content()  # type: ignore[union-attr]  # a letter has both
    for body in (text, html):
        assert "Det vigtigste" in body
        assert "Klaret på under 6 min" in body
        assert "Den er også vedhæftet som PDF." in body
        assert f"https://queue.example.dk/dashboards/raadhuset/reports/{made}" in body
        assert f"https://queue.example.dk/reports/raadhuset/stop/{reader}" in body
    stop = f"<https://queue.example.dk/reports/raadhuset/stop/{reader}>"
    assert dict(letter.raw_items())["List-Unsubscribe"] == stop
    (attached,) = letter.iter_attachments()
    assert attached.get_filename() == "raadhuset_week-2026-11-23.pdf"
    assert attached.get_content().startswith(b"%PDF-")


def test_a_login_without_access_to_the_branch_gets_nothing(
    live: Desk, supervisor: Account, box: Mailbox, worker: Callable[[], None]
) -> None:
    subscribed(live, supervisor, "leder@example.dk", "week")
    accounts.remove_account(live.queue.get(AccessStore), supervisor.name)
    reports.make_due(live.queue, MONDAY)
    ask_for_letters(MONDAY)
    worker()
    assert box.letters == []
    assert live.queue.get(ReportStore).readers(live.branch) == []


def test_a_refused_address_is_not_tried_again_and_never_logged(
    live: Desk,
    supervisor: Account,
    box: Mailbox,
    worker: Callable[[], None],
    capfd: pytest.CaptureFixture[str],
) -> None:
    reader = subscribed(live, supervisor, "gone@example.dk", "week")
    box.answers.append("550 no such user gone@example.dk")
    reports.make_due(live.queue, MONDAY)
    ask_for_letters(MONDAY)
    worker()
    assert box.letters == []
    assert reports.unsent(live.queue, live.branch) == {reader: "refused"}
    assert reports.letters_due(live.queue, MONDAY) == []
    out, err = capfd.readouterr()
    assert not re.search("gone@", out + err)


def test_a_letter_is_sent_although_the_worker_died_when_the_report_was_kept(
    live: Desk, supervisor: Account, box: Mailbox, worker: Callable[[], None]
) -> None:
    subscribed(live, supervisor, "leder@example.dk", "week")
    reports.make_due(live.queue, MONDAY)
    later = at("2026-12-01T06:00")
    reports.make_due(live.queue, later)
    subscribed(live, supervisor, "ny@example.dk", "week")  # asks for those to come
    ask_for_letters(later)
    worker()
    assert [letter["To"] for letter in box.letters] == ["leder@example.dk"]


@pytest.mark.nightly
def test_a_mail_survives_a_long_outage_of_the_mail_server_and_is_listed_meanwhile(
    live: Desk,
    supervisor: Account,
    box: Mailbox,
    worker: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "LETTER_DELAYS", (0,))
    monkeypatch.setattr(jobs, "_FORGOTTEN_SECONDS", 0)
    reader = subscribed(live, supervisor, "leder@example.dk", "week")
    box.answers += ["421 come back later"] * 2
    reports.make_due(live.queue, MONDAY)
    ask_for_letters(MONDAY)
    worker()
    assert box.letters == []
    assert reports.unsent(live.queue, live.branch) == {reader: "due"}
    ask_for_letters(at("2026-12-03T06:00"))
    worker()
    assert [letter["To"] for letter in box.letters] == ["leder@example.dk"]
    assert reports.unsent(live.queue, live.branch) == {}
    assert reports.letters_due(live.queue, MONDAY) == []


def test_an_address_cannot_be_taken_over_by_another_login(live: Desk, supervisor: Account) -> None:
    subscribed(live, supervisor, "leder@example.dk", "week")
    with pytest.raises(Invalid, match="Somebody else asked for that address"):
        reports.subscribe(
            live.queue, live.branch, Caller("x", "supervisor"), "LEDER@example.dk", ["week"], "da"
        )


def test_a_full_list_can_still_be_changed(
    live: Desk, supervisor: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST_READERS", 1)
    subscribed(live, supervisor, "leder@example.dk", "week")
    subscribed(live, supervisor, "leder@example.dk", "month")
    assert [r.kinds for r in reports.readers_of(live.queue, live.branch)] == [("month",)]
    with pytest.raises(Invalid, match="remove one first"):
        subscribed(live, supervisor, "chef@example.dk", "week")


def test_the_same_address_is_kept_once_and_a_wrong_one_is_reported(
    live: Desk, supervisor: Account
) -> None:
    first = subscribed(live, supervisor, "leder@example.dk", "week")
    assert subscribed(live, supervisor, "Leder@example.dk", "week", "month") == first
    (reader,) = reports.readers_of(live.queue, live.branch)
    assert (reader.kinds, reader.hint) == (("week", "month"), "L…@example.dk")
    with pytest.raises(Invalid):
        subscribed(live, supervisor, "not an address", "week")
    with pytest.raises(Invalid):
        subscribed(live, supervisor, "leder@example.dk")
