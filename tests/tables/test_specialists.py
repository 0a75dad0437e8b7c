"""The tables of calls, referrals and saved visits, and that pages show the same."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from dashboards.lifelines.view import LifelineView
from queue_service.booking_days.rules import read_booking_day
from queue_service.booking_figures.operations import BookingFigures
from queue_service.branches.rules.lifelines import Lifeline
from queue_service.contacts.operations import Contacts
from queue_service.contacts.rules import ContactCount
from queue_service.days.rules.period import between
from queue_service.exports.make import make
from queue_service.exports.order import new_order
from queue_service.feedback.rules import LATER, FeedbackCount
from queue_service.history.operations.history import Past, past
from queue_service.lifeline.operations.figures import LifelineFigures
from queue_service.lifeline.rules import CallCount as Call
from queue_service.playbook.operations import SavedVisits
from queue_service.playbook.rules import Saved
from queue_service.reception.operations import ReceptionFigures
from queue_service.reception.rules import figures, monthly
from queue_service.referrals.operations.figures import ReferralFigures
from queue_service.referrals.rules import ReferralCount as Referral
from queue_service.satisfaction.operations import Feedback
from queue_service.tables.build import OTHER_TABLES, TITLES, TableId, table
from queue_service.tables.model import HIDDEN
from queue_service.tables.subjects.specialists import OtherCounts
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
ANSWERS = [
    FeedbackCount(FIRST, hour, service, team, question, rating, n)
    for hour, service, team in (("09", "pas", "citizen"), (LATER, "", ""))
    for question, rating, n in (("", 0, 12), ("help", 5, 12), ("task", 4, 9))
]
PASSPORTS = Lifeline("pas", {"da": "Pas", "en": "Passports"}, "4410", ("pas",), 60, 0.8)

BOOKINGS: dict[str, str | int] = {
    "booked|pas|web|7": 6, "booked|pas|web|8": 3, "booked|gone|desk|0": 2, "moved|pas|phone|0": 1,
    "cancelled|pas|web|0": 2, "arrived|pas|web|0": 7, "missed|pas|web|0": 3,
    "free|pas": 2, "free|gone": -1,
}  # fmt: skip
PHONE = ("pas", "phone", "information", "counter", "")


@pytest.fixture
def more(seen: Past) -> OtherCounts:
    """Ten calls, six referrals of a service and four of another, three saved visits."""
    b = seen.branch
    lines = ("gone", "pas")
    calls = [Call(FIRST, "09", line, "pas", f, n) for line in lines for f, n in CALLS.items()]
    sent = [Referral(FIRST, "hall", b.id, "pas", "decision", f, n) for f, n in REFERRED.items()]
    sent.append(Referral(FIRST, "hall", b.id, "pas", "technical", "solvable", 3))
    received = [Referral(FIRST, b.id, "bib", "turist", "technical", "sent", 4)]
    names = {service.id: service.name for service in b.services.values()}
    saved = [Saved(FIRST, hour, "pas", n) for hour, n in (("09", 1), ("10", 2))]
    return OtherCounts(
        LifelineFigures(b, (PASSPORTS,), FIRST, LAST, tuple(calls)),
        ReferralFigures(b, names, MONTH, MONTH, LAST, (tuple(sent),), (tuple(received),)),
        SavedVisits(b, FIRST, LAST, tuple(saved)),
        Contacts(
            b, FIRST, LAST, tuple(ContactCount(FIRST, h, *PHONE, 2) for h in ("09", "10")), (), LAST
        ),
        ReceptionFigures(b, MONTH, MONTH, LAST, monthly([figures({FIRST: RECEPTION})])),
        Feedback(b, MONTH, LAST, {}, {}, (ANSWERS,), MONTH, 0, 0),
        BookingFigures(b, between(FIRST, LAST), {FIRST: read_booking_day(FIRST, BOOKINGS)}),
    )


@pytest.mark.parametrize("wanted", sorted(OTHER_TABLES))
def test_each_is_whole_in_both_languages(seen: Past, more: OtherCounts, wanted: TableId) -> None:
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


def test_calls_and_referrals_equal_the_figures_of_their_page(seen: Past, more: OtherCounts) -> None:
    view = LifelineView(more.calls, more.referrals, Writing("en"))
    made = table(seen, "lifelines", "en", more)
    assert made.keys == ("pas", "gone")
    assert [card.name for card in view.lifelines()] == ["Passports", "gone"]
    passports, line = made.by_key()["pas"], view.lifelines()[0]
    assert (passports["lifeline"], passports["calls"], passports["calls_missed"]) == (
        line.name, int(line.calls), int(line.missed)
    )  # fmt: skip
    assert (passports["calls_share"], line.share) == (0.8, "80.0%")
    assert (passports["calls_target"], passports["answer_p50"], line.median) == (0.8, 12, "12 s")
    referred = table(seen, "referrals", "en", more).by_key()
    sent, shown = referred["sent-pas"], view.referred()[0]
    assert [dict(shown.by_key()[key].items() - row.items()) for key, row in referred.items()] == [
        {}, {},
    ]  # fmt: skip
    assert (sent["solvable"], sent["solvable_share"], sent["acceptance_p50"]) == (3, 0.5, 3)
    assert (sent["returned_sent_on"], sent["returned_resolved"], sent["returned_dropped"]) == (
        1, 1, 0
    )  # fmt: skip
    # Fewer than five are left out in both.
    assert referred["received-turist"]["referrals_sent"] == HIDDEN
    month = table(seen, "referral_months", "en", more).by_key()[FIRST[:7]]
    assert month.items() >= {key: sent[key] for key in ("referrals_sent", "solvable")}.items()


def test_an_hour_with_few_calls_has_its_number_alone(seen: Past, more: OtherCounts) -> None:
    few, next_smallest = (
        [Call(FIRST, hour, "pas", "pas", fact, n) for fact in ("answered", "judged", "within")]
        for hour, n in (("10", 4), ("11", 6))
    )
    calls = replace(more.calls, cells=(*more.calls.cells, *few, *next_smallest))
    made = table(seen, "lifeline_hours", "en", replace(more, calls=calls)).by_key()
    assert (made["09"]["calls"], made["09"]["calls_share"], made["09"]["answer_p50"]) == (
        20, 0.8, 12,
    )  # fmt: skip
    assert made["10"]["calls"] == 4
    assert made["11"]["calls"] == 6
    for hour in ("10", "11"):  # by itself 10 would be the total less the others
        row = made[hour].items()
        assert {value for name, value in row if name not in ("hour", "calls")} == {HIDDEN}


def test_answers_are_listed_by_service_and_hour_with_slips_last(
    seen: Past, more: OtherCounts
) -> None:
    made = table(seen, "satisfaction_services", "en", more)
    assert made.keys == ("pas", "none")
    assert made.by_key()["pas"] == {
        "service": "Pas", "answered": 12, "help:answers": 12, "help:very_satisfied_share": 1.0,
        "help:answers_low": pytest.approx(0.758, abs=0.001), "help:answers_high": 1.0,
        "task:answers": HIDDEN, "task:very_satisfied_share": HIDDEN, "task:answers_low": HIDDEN,
        "task:answers_high": HIDDEN,
    }  # fmt: skip
    assert made.rows[1][0] == "Service not known"
    assert table(seen, "satisfaction_teams", "en", more).keys == ("citizen", "none")
    hours = table(seen, "satisfaction_hours", "en", more)
    assert [row[0] for row in hours.rows] == ["09–10", "Answered later, by the slip"]


def test_saved_visits_are_counted_by_date_and_service(seen: Past, more: OtherCounts) -> None:
    made = table(seen, "saved", "da", more)
    assert made.rows == ((FIRST, "Pas", more.saved.total),)


def test_the_figures_of_notes_and_of_calls_for_help(seen: Past, more: OtherCounts) -> None:
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
    for content in OTHER_TABLES:
        given = {"content": content, "from": FIRST, "to": LAST, "format": "csv", "language": "en"}
        file = make(weeks.queue, new_order(weeks.branch, (weeks.branch,), given))
        lines = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))
        columns = table_columns(weeks, content)
        assert lines[0] == [heading for heading, _ in columns]
        reported = {cell for line in lines for cell in line}
        assert {definition for _, definition in columns} <= reported


def table_columns(weeks: Desk, content: str) -> list[tuple[str, str]]:
    wanted = next(known for known in TITLES if known == content)
    made = table(past(weeks.queue, weeks.branch, between(FIRST, LAST)), wanted, "en")
    return [(column.heading, column.definition) for column in made.columns]


def test_contacts_are_counted_by_date_service_channel_and_kind(
    seen: Past, more: OtherCounts
) -> None:
    made = table(seen, "contacts", "en", more)
    assert made.rows == ((FIRST, "Pas", "Telephone", "Information", 4),)
