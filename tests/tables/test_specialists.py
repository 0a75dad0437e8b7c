"""The tables of calls, referrals and saved visits, and that pages tell the same."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from dashboards.lifelines.view import LifelineView
from queue_service.branches.rules.lifelines import Lifeline
from queue_service.contacts.operations import Contacts
from queue_service.contacts.rules import ContactCount
from queue_service.days.rules.period import between
from queue_service.exports.make import make
from queue_service.exports.order import new_order
from queue_service.history.operations.history import Past, past
from queue_service.lifeline.operations import LifelineFigures
from queue_service.lifeline.rules import CallCount as Call
from queue_service.playbook.operations import SavedVisits
from queue_service.playbook.rules import Saved
from queue_service.reception.operations import ReceptionFigures
from queue_service.reception.rules import figures, monthly
from queue_service.referrals.operations import ReferralFigures
from queue_service.referrals.rules import ReferralCount as Referral
from queue_service.tables.build import BESIDE, TITLES, TableId, table
from queue_service.tables.model import HIDDEN
from queue_service.tables.specialists import Beside
from queue_service.tables.writing import Writing
from tests.desks import Desk
from tests.tables.weeks import FIRST, LAST

CALLS = {"answered": 9, "missed": 1, "judged": 10, "within": 8, "s12": 5, "s70": 4}
REFERRED = {"sent": 6, "accepted": 5, "h2": 5, "returned": 2, "sent_on": 1, "resolved": 1}
RECEPTION = {
    "need|seat": "6", "need|interpreter": "4", "first|agreed_time": "5", "help|answered": "4",
    "help|unanswered": "1", "help|withdrawn": "2", "help|judged": "5", "help|within": "3",
    "help|s12": "4",
}  # fmt: skip
MONTH = between(FIRST, LAST)
PASSPORTS = Lifeline("pas", {"da": "Pas", "en": "Passports"}, "4410", ("pas",), 60, 0.8)

PHONE = ("pas", "phone", "information", "counter", "")


@pytest.fixture
def more(seen: Past) -> Beside:
    """Ten calls, six referrals of a service and four of another, three saved visits."""
    b = seen.branch
    lines = ("gone", "pas")
    calls = [Call(FIRST, "09", line, "pas", f, n) for line in lines for f, n in CALLS.items()]
    sent = [Referral(FIRST, "hall", b.id, "pas", "decision", f, n) for f, n in REFERRED.items()]
    sent.append(Referral(FIRST, "hall", b.id, "pas", "technical", "solvable", 3))
    received = [Referral(FIRST, b.id, "bib", "turist", "technical", "sent", 4)]
    names = {service.id: service.name for service in b.services.values()}
    saved = [Saved(FIRST, hour, "pas", n) for hour, n in (("09", 1), ("10", 2))]
    return Beside(
        LifelineFigures(b, (PASSPORTS,), FIRST, LAST, tuple(calls)),
        ReferralFigures(b, names, MONTH, MONTH, LAST, (tuple(sent),), (tuple(received),)),
        SavedVisits(b, FIRST, LAST, tuple(saved)),
        Contacts(
            b, FIRST, LAST, tuple(ContactCount(FIRST, h, *PHONE, 2) for h in ("09", "10")), (), LAST
        ),
        ReceptionFigures(b, MONTH, MONTH, LAST, monthly([figures({FIRST: RECEPTION})])),
    )


@pytest.mark.parametrize("wanted", sorted(BESIDE))
def test_each_is_whole_in_both_languages(seen: Past, more: Beside, wanted: TableId) -> None:
    english, danish = (table(seen, wanted, language, more) for language in ("en", "da"))
    for made in (english, danish):
        assert made.rows
        assert {len(row) for row in made.rows} == {len(made.columns)}
        assert all(column.definition and column.name for column in made.columns)
        assert len({column.heading for column in made.columns}) == len(made.columns)
    assert danish.keys == english.keys
    assert danish.title != english.title
    # Without anything counted there are no rows.
    assert table(seen, wanted, "en").rows == ()


def test_calls_and_referrals_are_what_their_page_tells(seen: Past, more: Beside) -> None:
    view = LifelineView(more.calls, more.referrals, Writing("en"))
    made = table(seen, "lifelines", "en", more)
    assert made.keys == ("pas", "gone")
    passports, line = made.by_key()["pas"], view.lifelines()[0]
    assert (passports["lifeline"], passports["calls"], passports["calls_missed"]) == (
        line.name, int(line.calls), int(line.missed)
    )  # fmt: skip
    assert (passports["calls_share"], line.share) == (0.8, "80.0%")
    assert (passports["calls_target"], passports["answer_p50"], line.median) == (0.8, 12, "12 s")
    referred = table(seen, "referrals", "en", more).by_key()
    sent, told = referred["sent-pas"], view.sent()[0]
    assert [sent[f"referrals_{fact}"] for fact in ("sent", "accepted", "returned")] == [
        int(told.sent), int(told.accepted), int(told.returned)
    ]  # fmt: skip
    assert (sent["solvable"], sent["solvable_share"], told.solvable) == (3, 0.5, "3 (50.0%)")
    assert (sent["acceptance_p50"], told.hours) == (2, "under 3 h")
    assert (sent["returned_sent_on"], sent["returned_resolved"], sent["returned_dropped"]) == (
        1, 1, 0
    )  # fmt: skip
    # Fewer than five are left out in both.
    assert {referred["received-turist"]["referrals_sent"], view.received()[0].sent} == {HIDDEN}


def test_saved_visits_stand_by_date_and_service(seen: Past, more: Beside) -> None:
    made = table(seen, "saved", "da", more)
    assert made.rows == ((FIRST, "Pas", more.saved.total),)


def test_what_was_noted_and_calls_for_help(seen: Past, more: Beside) -> None:
    made = table(seen, "noted", "en", more)
    assert made.rows == (
        ("Need", "A seat", 6),
        ("Need", "Interpreter", HIDDEN),
        ("Ahead in the queue", "A time was agreed", 5),
    )
    (row,) = table(seen, "help", "en", more).by_key().values()
    assert (row["help_calls"], row["help_judged"], row["help_within"], row["help_share"]) == (
        7, 5, 3, 0.6,
    )  # fmt: skip
    four = figures({FIRST: {"help|answered": "4", "help|judged": "4"}})
    few = replace(more.reception, total=monthly([four]))
    hidden = table(seen, "help", "en", replace(more, reception=few)).rows[0]
    assert set(hidden) == {HIDDEN}


def test_a_file_has_them_with_their_definitions(weeks: Desk) -> None:
    for content in BESIDE:
        given = {"content": content, "from": FIRST, "to": LAST, "format": "csv", "language": "en"}
        file = make(weeks.queue, new_order(weeks.branch, (weeks.branch,), given))
        lines = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))
        columns = table_columns(weeks, content)
        assert lines[0] == [heading for heading, _ in columns]
        told = {cell for line in lines for cell in line}
        assert {definition for _, definition in columns} <= told


def table_columns(weeks: Desk, content: str) -> list[tuple[str, str]]:
    wanted = next(known for known in TITLES if known == content)
    made = table(past(weeks.queue, weeks.branch, between(FIRST, LAST)), wanted, "en")
    return [(column.heading, column.definition) for column in made.columns]


def test_contacts_stand_by_date_service_channel_and_kind(seen: Past, more: Beside) -> None:
    made = table(seen, "contacts", "en", more)
    assert made.rows == ((FIRST, "Pas", "Telephone", "Information", 4),)
