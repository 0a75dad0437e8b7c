"""A letter arrives whole, its server is used safely, and failures are one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from queue_service.notify.mail import (
    Attachment,
    Letter,
    Mailer,
    MailRefused,
    MailUnavailable,
    make_mailer,
)
from queue_service.runtime.settings import Settings
from tests.certificates import make_certificate, trusting
from tests.mailbox import NAME, PASSWORD, Mailbox, mail_server

SENDER = "Borgerservice Ærø <noreply@example.dk>"
LOGIN = f"{NAME}:{quote(PASSWORD, safe='')}"
LETTER = Letter(
    to="leder@example.dk",
    subject="Målet er i fare på Rådhuset",
    text="Kun 12 af 30 er behandlet på under 6 minutter.\n",
    html="<p>Kun <b>12 af 30</b> er behandlet på under 6 minutter.</p>\n",
    language="da",
    key="alert-1",
)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def test_a_letter_arrives_as_text_and_html_in_its_language(box: Mailbox) -> None:
    mailer = make_mailer(Settings(smtp_url=box.url, mail_from=SENDER))
    assert mailer is not None
    mailer.send(LETTER)
    (got,) = box.letters
    assert (got["To"], got["From"], got["Subject"]) == (LETTER.to, SENDER, LETTER.subject)
    assert (part(got, "plain"), part(got, "html")) == (LETTER.text, LETTER.html)
    assert got["Content-Language"] == "da"
    assert got["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "subject",
    [
        "Rådhuset: Du må have en ny tid: En kollega er væk",
        "Borgerservice på Nørrebro, Østerbro og Ærø: Din tid er flyttet til på onsdag",
        "Ратуша: Ваш час не можемо зберегти: працівник відсутній",
        "Report of a library whose name is rather long: the week from Monday to Sunday, 2026",
    ],
)
def test_a_long_subject_arrives_as_it_was_written(box: Mailbox, subject: str) -> None:
    Mailer(box.url, SENDER).send(replace(LETTER, subject=subject))
    (got,) = box.letters
    assert got["Subject"] == subject


def test_the_same_letter_sent_again_is_known_by_its_message_id(box: Mailbox) -> None:
    mailer = Mailer(box.url, SENDER)
    for letter in (LETTER, LETTER, replace(LETTER, key="alert-2"), replace(LETTER, to="a@b.dk")):
        mailer.send(letter)
    ids = [letter["Message-ID"] for letter in box.letters]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_a_mailbox_can_end_it_with_one_press_at_an_address_that_stays_whole(box: Mailbox) -> None:
    address = f"https://queue.example.dk/reports/raadhuset/stop/{'aZ-_' * 12}"
    for where in (address, "http://queue.example.dk/stop/1", ""):
        Mailer(box.url, SENDER).send(replace(LETTER, unsubscribe=where))
    with_it, *without = (dict(letter.raw_items()) for letter in box.letters)
    assert with_it["List-Unsubscribe"] == f"<{address}>", "as it is, neither folded nor encoded"
    assert with_it["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not any("List-Unsubscribe" in headers for headers in without), "only with https"


def test_files_go_with_it(box: Mailbox) -> None:
    report = Attachment("uge 47.pdf", "application/pdf", b"%PDF-1.7 \xff")
    Mailer(box.url, SENDER).send(replace(LETTER, attachments=(report,)))
    (file,) = box.letters[0].iter_attachments()
    assert file.get_filename() == "uge 47.pdf"
    assert file.get_content() == report.content


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_encryption_is_used_where_offered_and_the_name_and_password_with_it(
    certificate: Path,
) -> None:
    with mail_server(certificate, insists=True) as box:
        url = box.url.replace("smtp://", f"smtp://{LOGIN}@")
        Mailer(url, SENDER, trusting(certificate)).send(LETTER)
        assert len(box.letters) == 1
        assert box.logins == [NAME]
        Mailer(url.replace("smtp:", "starttls:"), SENDER, trusting(certificate)).check()
        assert len(box.letters) == 1


def test_a_certificate_that_is_not_known_is_not_spoken_to(certificate: Path) -> None:
    with mail_server(certificate) as box:
        with pytest.raises(MailUnavailable, match="SSLCertVerificationError"):
            Mailer(box.url, SENDER).send(LETTER)
        assert box.letters == []


def test_starttls_is_insisted_on(box: Mailbox) -> None:
    with pytest.raises(MailRefused, match="lacks what"):
        Mailer(box.url.replace("smtp:", "starttls:"), SENDER).send(LETTER)
    assert box.letters == []


def test_no_password_goes_to_another_machine_in_the_clear(box: Mailbox) -> None:
    Mailer(box.url.replace("//", f"//{LOGIN}@"), SENDER).send(LETTER)
    assert box.logins == [NAME]
    with mail_server(address="127.0.0.2") as other:
        with pytest.raises(MailRefused, match="no password is sent"):
            Mailer(other.url.replace("//", f"//{LOGIN}@"), SENDER).send(LETTER)
        assert (other.logins, other.letters) == ([], [])


def test_a_wrong_password_is_refused_without_repeating_it(box: Mailbox) -> None:
    with pytest.raises(MailRefused) as refused:
        Mailer(box.url.replace("//", "//post:wrong-one@"), SENDER).check()
    assert "wrong-one" not in str(refused.value)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("451 Try again", MailUnavailable), ("554 No", MailRefused), ("550 Who?", MailRefused)],
)
def test_a_refused_recipient_is_reported_without_the_address(
    box: Mailbox, answer: str, kind: type[Exception]
) -> None:
    box.answers.append(f"{answer} <leder@example.dk>")
    with pytest.raises(kind) as reported:
        Mailer(box.url, SENDER).send(LETTER)
    assert "leder" not in str(reported.value)
    assert box.letters == []


def test_a_server_that_is_away_is_worth_another_try() -> None:
    with pytest.raises(MailUnavailable, match=r"^127.0.0.1:1 cannot be reached"):
        Mailer("smtp://127.0.0.1:1", SENDER).send(LETTER)


def test_no_header_can_be_smuggled_in() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        Mailer("smtp://127.0.0.1:1", SENDER).send(replace(LETTER, subject="a\nBcc: b@c.dk"))


def test_without_a_mail_server_there_is_no_mailer() -> None:
    assert make_mailer(Settings()) is None
