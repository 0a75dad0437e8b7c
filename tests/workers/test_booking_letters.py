"""Letters about appointments reach a mailbox and a telephone once: real jobs, real servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import pytest
from redis import Redis

from queue_service.bookings.earlier_store import EarlierStore
from queue_service.bookings.keys import BookingKeys
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations import earlier, letters
from queue_service.bookings.operations.blocking import Block, block_places
from queue_service.bookings.operations.slots import free_slots
from queue_service.bookings.rules.booking import KEPT_MS, Booking, BookingContact
from queue_service.bookings.rules.letters import RETRY_SECONDS, TRY_MS, LetterReason, letter_field
from queue_service.bookings.text.letters import HEADLINES
from queue_service.branches.rules.dates_and_hours import clock_on, moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.language.wording import Wording
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect_jobs
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from tests.desks import CLERK, document
from tests.hooks import Receiver, receiver
from tests.mailbox import Mailbox, mail_server
from tests.web.service import ALWAYS, SMS_BODY
from workers.queues import job_queue
from workers.worker import make_worker

BRANCH = "raadhuset"
MAIL = BookingContact("mail", "borger@example.dk")
TEXT = BookingContact("text", "+4522345678")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
URL = "https://queue.example.dk"


def subject(reason: LetterReason) -> str:
    """The first line of a letter in Danish."""
    return f"Rådhuset: {Wording('da')(HEADLINES[reason])}"


@dataclass
class Office:
    """A branch whose times can be booked, a mail server, a gateway, and the worker."""

    queue: Queue
    client: Any
    jobs: Redis
    mail: Mailbox
    gateway: Receiver

    @property
    def command(self) -> Command:
        return Command(BRANCH, CLERK)

    def times(self) -> list[int]:
        """The free times from the day after tomorrow on: the test may run at any hour."""
        branch, now = self.queue.get(BranchStore).get(BRANCH), self.queue.store.time()
        after = moment(branch, moment(branch, now).day_ends).day_ends
        slots = free_slots(self.queue, branch, "pas", now)
        return [slot.starts_at for slot in slots if slot.starts_at >= after]

    def book(self, contact: BookingContact | None = MAIL, n: int = 0, **wishes: Any) -> Booking:
        return bookings.book(
            self.queue, self.command, "pas", self.times()[n], contact=contact, **wishes
        ).booking

    def work(self) -> None:
        """Let the periodic job and all that it asks for run."""
        job_queue(self.jobs).enqueue("workers.jobs.booking_letters.check")
        make_worker(self.jobs).work(burst=True, logging_level="CRITICAL")

    @property
    def waiting(self) -> dict[str, Any]:
        """The letters that wait, by their id."""
        found = self.client.hgetall(BookingKeys(BRANCH).letters)
        return {name: json.loads(raw) for name, raw in found.items()}

    def later(self, **changes: int) -> None:
        """As if the letters that wait had been changed so."""
        for name, letter in self.waiting.items():
            text = json.dumps({**letter, **changes}, separators=(",", ":"))
            self.client.hset(BookingKeys(BRANCH).letters, name, text)

    @property
    def subjects(self) -> list[str]:
        return [str(letter["Subject"]) for letter in self.mail.letters]

    @property
    def texts(self) -> list[str]:
        return [json.loads(body)["text"] for body in self.gateway.bodies]

    def counted(self, channel: Any, outcome: Any) -> int:
        return int(self.client.hget(BranchKeys(BRANCH).totals, letter_field(channel, outcome)) or 0)


@pytest.fixture
def office(
    redis_client: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    queue = Queue(RedisStore(redis_client))
    week = {day: [["08:00", "20:00"]] for day in DAYS}
    put_branch(
        queue,
        BRANCH,
        document(
            opening_hours=ALWAYS,
            bookings={"offers": [{"service": "pas", "week": week, "notice_minutes": 0}]},
        ),
    )
    with receiver() as gateway, mail_server() as mail:
        for name, value in {
            "REDIS_URL": settings.redis_url or "",
            "QUEUE_SMS_URL": gateway.url,
            "QUEUE_SMS_BODY": SMS_BODY,
            "QUEUE_WEBHOOK_HOSTS": "127.0.0.1",
            "QUEUE_SMTP_URL": mail.url,
            "QUEUE_MAIL_FROM": "Rådhuset <noreply@example.dk>",
            "QUEUE_PUBLIC_URL": URL,
        }.items():
            monkeypatch.setenv(name, value)
        yield Office(queue, redis_client, connect_jobs(settings), mail, gateway)


def test_each_change_is_one_letter_with_its_calendar_file(office: Office) -> None:
    mine = office.book()
    for _ in range(2):
        office.work()
    bookings.move(office.queue, office.command, mine.code, office.times()[3])
    office.work()
    bookings.cancel(office.queue, office.command, mine.code)
    for _ in range(2):
        office.work()
    assert office.subjects == [subject("booked"), subject("moved"), subject("cancelled")]
    for letter, method, sequence in zip(
        office.mail.letters, ("REQUEST", "REQUEST", "CANCEL"), (0, 1, 2), strict=True
    ):
        (file,) = letter.iter_attachments()
        assert (file.get_content_type(), file.get_param("method")) == ("text/calendar", method)
        assert f"SEQUENCE:{sequence}\r\n" in file.get_payload(decode=True).decode()  # type: ignore[union-attr]  # bytes
        assert letter.get_body(("html",))
        assert letter.get_body(("plain",))
    assert office.waiting == {}
    assert office.counted("mail", "sent") == 3
    # The address is nowhere once the letter about the end is sent.
    assert b"borger@example.dk" not in dumped(office.client)


def dumped(client: Any) -> bytes:
    """The branch's part of the store, as text."""
    keys = list(client.scan_iter(f"{BranchKeys(BRANCH).prefix}*"))
    read = {"string": client.get, "hash": client.hgetall, "stream": client.xrange}
    return repr([read.get(client.type(key), str)(key) for key in keys]).encode()


def test_a_later_change_overtakes_a_letter_that_waits(office: Office) -> None:
    mine = office.book(TEXT)
    bookings.move(office.queue, office.command, mine.code, office.times()[3])
    bookings.cancel(office.queue, office.command, mine.code)
    assert len(office.waiting) == 3
    office.work()
    assert len(office.texts) == 1
    assert office.texts[0].startswith(f"{subject('cancelled')}: ")
    assert office.texts[0].endswith(f"{URL}/book/{BRANCH}")


def test_a_second_letter_of_a_date_names_the_first_booking(office: Office) -> None:
    office.book()
    office.work()
    office.book(TEXT, n=1)  # somebody else
    a_day = 12 * 4
    office.book(n=a_day)
    office.work()
    office.book(n=2)
    office.work()
    office.book(n=3)  # for many
    office.work()
    asked = ["Har du kun brug for én tid?" in body(letter) for letter in office.mail.letters]
    assert asked == [False, False, True, False]
    assert "Har du kun brug for én tid?" not in "".join(office.texts)


def body(letter: EmailMessage) -> str:
    """The plain text of a mail, in one line."""
    found = letter.get_body(("plain",))
    assert found is not None
    return " ".join(str(found.get_content()).split())


def test_without_a_contact_nothing_is_sent(office: Office) -> None:
    mine = office.book(None)
    bookings.cancel(office.queue, office.command, mine.code)
    office.work()
    assert office.waiting == {}
    assert office.subjects == office.texts == []


def test_a_server_that_is_away_is_tried_again_and_given_up_in_the_end(office: Office) -> None:
    office.book()
    for tries in range(1, len(RETRY_SECONDS) + 1):
        office.mail.answers.append("451 Later")
        office.work()
        (letter,) = office.waiting.values()
        assert (letter["tries"], letter["begun_at"]) == (tries, 0)
        office.work()  # its pause is not over
        assert office.waiting == dict.fromkeys(office.waiting, letter)
        office.later(next_at=0)
    office.mail.answers.append("451 Later")
    office.work()
    assert office.waiting == {}
    assert (office.counted("mail", "sent"), office.counted("mail", "failed")) == (0, 1)


def test_a_refused_address_is_not_tried_again(office: Office) -> None:
    office.book()
    office.mail.answers.append("550 No such mailbox")
    office.work()
    assert office.waiting == {}
    assert office.counted("mail", "failed") == 1


def test_a_number_abroad_gets_no_message(office: Office) -> None:
    office.book(BookingContact("text", "+4670123456"))
    office.work()
    assert office.texts == []
    assert office.counted("text", "failed") == 1


def test_a_text_is_sent_again_only_if_it_is_known_not_to_have_arrived(office: Office) -> None:
    office.book(TEXT)
    office.gateway.answers.append(503)
    office.work()
    office.later(next_at=0)
    office.work()
    assert len(office.texts) == 2  # refused, then taken
    assert office.counted("text", "sent") == 1


@pytest.mark.parametrize("contact", [MAIL, TEXT])
def test_a_worker_killed_in_a_try_sends_a_mail_again_and_a_text_never(
    office: Office, contact: BookingContact
) -> None:
    office.book(contact)
    (due,) = letters.due_letters(office.queue)
    assert letters.begin(office.queue, due) is not None
    assert letters.begin(office.queue, due) is None  # another worker
    office.work()
    assert office.subjects == office.texts == []
    office.later(begun_at=office.queue.store.time() - TRY_MS)
    office.work()
    assert office.waiting == {}
    assert len(office.subjects) == (1 if contact is MAIL else 0)
    assert office.texts == []


def test_a_mail_that_is_sent_twice_has_one_id(office: Office) -> None:
    office.book()
    kept = office.client.hgetall(BookingKeys(BRANCH).letters)
    office.work()
    office.client.hset(BookingKeys(BRANCH).letters, mapping=kept)
    office.work()
    first, second = office.mail.letters
    assert first["Message-ID"] == second["Message-ID"]


def test_a_reminder_goes_out_once_the_day_before(office: Office) -> None:
    mine = office.book()
    office.work()
    branch = office.queue.get(BranchStore).get(BRANCH)
    before = moment(branch, moment(branch, mine.starts_at).day_begins - 1).date
    for clock, waiting in (("09:59", 0), ("10:00", 1), ("11:00", 1)):
        letters.remind(office.queue, clock_on(branch, before, clock))
        assert len(office.waiting) == waiting


def test_an_offer_is_a_letter_and_lost_with_its_end(office: Office) -> None:
    first, mine = office.book(None), office.book(n=7, earlier=True)
    office.work()
    bookings.cancel(office.queue, office.command, first.code)
    (kept,) = office.queue.get(EarlierStore).kept(BRANCH)
    now = kept.until - KEPT_MS  # in the morning, if it is night
    earlier.offer_next(office.queue, BRANCH, now)
    found = bookings.find(office.queue, BRANCH, mine.code)
    assert found.offered is not None
    assert [letter["reason"] for letter in office.waiting.values()] == ["offered"]
    (due,) = letters.due_letters(office.queue, now)
    assert letters.begin(office.queue, due, found.offered.until) is None
    assert office.waiting == {}


def test_a_displaced_citizen_is_informed_once_until_the_time_is_moved(office: Office) -> None:
    mine = office.book()
    office.work()
    branch = office.queue.get(BranchStore).get(BRANCH)
    block = Block("pas", moment(branch, mine.starts_at).date, "00:00", "24:00", 1)
    for _ in range(2):
        block_places(office.queue, office.command, block, letters=True)
        office.work()
    assert office.subjects[1:] == [subject("displaced")]
    found = bookings.find(office.queue, BRANCH, mine.code)
    assert (found.state, found.displaced_at is None) == ("booked", False)
    # There is no reminder of a time that is not kept.
    before = moment(branch, moment(branch, mine.starts_at).day_begins - 1).date
    letters.remind(office.queue, clock_on(branch, before, "12:00"))
    assert office.waiting == {}
    free = [time for time in office.times() if time > mine.ends_at + 86_400_000]
    bookings.move(office.queue, office.command, mine.code, free[0])
    assert bookings.find(office.queue, BRANCH, mine.code).displaced_at is None
