"""The words of letters about appointments: nine languages, what to bring, and no link that acts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from icalendar import Calendar

from queue_service.bookings.letter_store import StoredLetter
from queue_service.bookings.operations.letters import BegunLetter
from queue_service.bookings.rules.booking import BookingContact
from queue_service.bookings.rules.letters import LETTER_REASONS, BookingLetter, LetterReason
from queue_service.bookings.text.letters import HEADLINES, mail, message, when
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import clock_on
from queue_service.language.languages import LANGUAGES
from queue_service.language.wording import Wording
from queue_service.playbook.rules import EntryContent, Texts
from tests.desks import document

URL = "https://queue.example.dk"
SENDER = "noreply@example.dk"
PAGE = f"{URL}/booking/raadhuset/KMPRTW"
ENTRY = EntryContent(
    "Borgerservice",
    "2027-01-01",
    False,
    {"da": Texts("Pas", bring=("Dit gamle pas", "Et <foto>"))},
)
WORD = re.compile(r"[^\W\d_]+")


def context(reason: LetterReason = "booked", language: str = "da", **changes: Any) -> BegunLetter:
    config = document()
    config["services"][0]["private"] = changes.pop("private", False)
    config["street_address"] = changes.pop("street_address", None)
    branch = Branch.from_document("raadhuset", "1", config)
    starts = clock_on(branch, "2026-12-02", "09:30")
    known: dict[str, Any] = {"contact": BookingContact("mail", "a@example.dk")} | changes
    letter = BookingLetter(
        reason=reason, code="KMPRTW", service="pas", starts_at=starts, ends_at=starts + 900_000,
        language=language, sequence=1, at=5, until=clock_on(branch, "2026-12-01", "14:15"),
        **known,
    )  # fmt: skip
    return BegunLetter(branch, StoredLetter(letter.id, "", letter), letter, ENTRY)


def test_a_confirmation_says_when_where_and_what_to_bring() -> None:
    made = mail(context(), URL, SENDER)
    assert made.subject == "Rådhuset: Din tid"
    for part in (
        "Onsdag den 2. december 2026 kl. 9.30", "Pas", "Din kode: KMP RTW", "Tag med:",
        "- Dit gamle pas", PAGE,
    ):  # fmt: skip
        assert part in made.text
    assert "Et &lt;foto&gt;" in made.html
    assert f'href="{PAGE}"' in made.html


def test_a_citizen_who_booked_the_same_twice_on_a_date_reads_of_both() -> None:
    begun = context()
    other = begun.letter.booking._replace(
        code="BCDFGH", starts_at=begun.letter.starts_at + 3_600_000
    )
    for text in (mail(begun, URL, SENDER).text, message(begun, URL)):
        assert "BCD FGH" not in text
    twice = begun._replace(other=other)
    for text in (mail(twice, URL, SENDER).text, message(twice, URL)):
        assert "også bestilt kl. 10.30 samme dag til det samme (kode BCD FGH)" in text


@pytest.mark.parametrize("reason", LETTER_REASONS)
def test_a_letter_about_a_visit_to_come_has_the_street_address(reason: LetterReason) -> None:
    begun = context(reason, street_address="Torvet 1; 4300 Holbæk")
    made, said = mail(begun, URL, SENDER), message(begun, URL)
    comes = reason in ("booked", "moved", "reminder", "restored")
    for text in (made.text, made.html, said):
        assert ("Rådhuset, Torvet 1; 4300 Holbæk" in text) is comes
    for attached in made.attachments:
        (event,) = Calendar.from_ical(attached.content).walk("VEVENT")
        assert event["LOCATION"] == "Rådhuset, Torvet 1; 4300 Holbæk"
        assert event["ORGANIZER"].params["CN"] == "Rådhuset"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", LETTER_REASONS)
def test_every_letter_is_in_its_language(reason: LetterReason, language: str) -> None:
    made, text = (
        mail(context(reason, language), URL, SENDER),
        message(context(reason, language), URL),
    )
    headline = Wording(language)(HEADLINES[reason])
    assert language == "en" or headline != HEADLINES[reason]
    for each in (made.subject, made.text, text):
        assert headline in each
    direction = LANGUAGES[language].direction
    assert made.html.startswith(f'<div lang="{language}" dir="{direction}"')
    assert not re.search(r"\{\w*\}", made.text + text)
    # Both parts say the same.
    plain = re.sub(r"<[^>]+>", " ", made.html)
    words = WORD.findall(re.sub(r"https://\S+", "", made.text))
    assert [word for word in words if word not in plain] == []


@pytest.mark.parametrize("reason", LETTER_REASONS)
def test_its_one_link_leads_to_a_page(reason: LetterReason) -> None:
    found = set(re.findall(r"https?://\S+", mail(context(reason), URL, SENDER).text))
    assert found == {f"{URL}/book/raadhuset" if reason in ("cancelled", "called_off") else PAGE}
    assert set(re.findall(r'href="([^"]+)"', mail(context(reason), URL, SENDER).html)) == found
    assert set(re.findall(r"https?://\S+", message(context(reason), URL))) == found


@pytest.mark.parametrize("reason", LETTER_REASONS)
def test_without_a_public_address_there_is_no_link(reason: LetterReason) -> None:
    bare = context(reason)
    assert "http" not in mail(bare, "", SENDER).text + mail(bare, "", SENDER).html + message(
        bare, ""
    )


@pytest.mark.parametrize(
    ("reason", "way"),
    [
        ("booked", "Vil du flytte eller afbestille tiden, så kontakt os med din kode:"),
        ("reminder", "Vil du flytte eller afbestille tiden, så kontakt os med din kode:"),
        ("displaced", "Kontakt os med din kode for at få en anden tid:"),
        ("offered", "Kontakt os med din kode, og sig ja eller nej:"),
    ],
)
def test_without_a_link_a_letter_says_whom_to_contact(reason: LetterReason, way: str) -> None:
    bare = context(reason, street_address="Torvet 1, 4300 Holbæk")
    text = mail(bare, "", SENDER).text
    assert f"{way} Rådhuset, Torvet 1, 4300 Holbæk." in text
    assert "KMP RTW" in text
    for absent in ("telefon", "link", "på siden"):
        assert absent not in text
    assert way not in mail(bare, URL, SENDER).text
    if reason in ("displaced", "offered"):
        assert way in message(bare, "")


@pytest.mark.parametrize("reason", LETTER_REASONS)
def test_a_private_service_is_named_nowhere(reason: LetterReason) -> None:
    secret = context(reason, private=True)
    assert "gamle pas" not in mail(secret, URL, SENDER).text
    made, text = mail(secret, URL, SENDER), message(secret, URL)
    assert not re.search(r"\bPas\b", made.text + made.html + text)


def test_the_reminder_by_text_says_what_to_bring() -> None:
    said = message(context("reminder", contact=BookingContact("text", "+4522345678")), URL)
    assert said == (
        "Rådhuset: Din tid er i morgen: Onsdag den 2. december 2026 kl. 9.30. Din kode: KMP RTW. "
        f"Tag med: Dit gamle pas, Et <foto>. {PAGE}"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_displaced_time_is_named_once_within_its_sentence(language: str) -> None:
    made, text = (
        mail(context("displaced", language), URL, SENDER).text,
        message(context("displaced", language), URL),
    )
    say, branch = Wording(language), context().branch
    time = say.within_sentence(when(branch, context().letter.starts_at, say))
    sentence = say("We are sorry: we cannot keep your time {when}.", when=time)
    for each in (made, text):
        assert sentence in each
        assert each.count(time) == 1


def test_the_text_message_about_a_time_that_is_not_kept() -> None:
    assert message(context("displaced"), URL) == (
        "Rådhuset: Vælg en anden tid. Vi kan desværre ikke holde din tid onsdag den 2. december "
        f"2026 kl. 9.30. Brug linket til at vælge en anden tid. Din kode: KMP RTW. {PAGE}"
    )


def test_a_letter_says_who_has_cancelled() -> None:
    own, ours = mail(context("cancelled"), URL, SENDER), mail(context("called_off"), URL, SENDER)
    assert ours.subject == "Rådhuset: Kommunen har aflyst din tid"
    assert "Kommunen" not in own.text
    assert "ikke gøre mere" in own.text
    assert "ikke gøre mere" not in ours.text


def test_an_offer_says_until_when_it_is_kept() -> None:
    made = mail(context("offered"), URL, SENDER)
    assert "Den er din indtil kl. 14.15." in made.text
    # The code is not needed: the link has it.
    assert "Din kode" not in made.text


def test_a_letter_is_the_same_at_every_try() -> None:
    first = context()
    tried = first._replace(letter=first.letter.begun(7))
    assert mail(first, URL, SENDER) == mail(tried, URL, SENDER)
    assert mail(first, URL, SENDER).key != mail(context("moved"), URL, SENDER).key


@pytest.mark.parametrize(
    ("reason", "method"),
    [
        ("booked", "REQUEST"), ("moved", "REQUEST"), ("restored", "REQUEST"),
        ("cancelled", "CANCEL"),
        ("called_off", "CANCEL"), ("displaced", "CANCEL"),
    ],
)  # fmt: skip
def test_a_new_time_comes_with_a_calendar_file(reason: LetterReason, method: str) -> None:
    (file,) = mail(context(reason), URL, SENDER).attachments
    assert (file.media_type, file.parameters["method"]) == ("text/calendar", method)
    calendar = Calendar.from_ical(file.content)
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == method
    assert (event["UID"], event["SEQUENCE"]) == ("queue-service.raadhuset.KMPRTW", 1)
    assert (event["ORGANIZER"], event["ATTENDEE"]) == (f"mailto:{SENDER}", "mailto:a@example.dk")
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert event["STATUS"] == ("CANCELLED" if method == "CANCEL" else "CONFIRMED")


@pytest.mark.parametrize("reason", ["reminder", "offered"])
def test_other_letters_leave_the_calendar_as_it_is(reason: LetterReason) -> None:
    assert mail(context(reason), URL, SENDER).attachments == ()
