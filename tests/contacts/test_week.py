"""A count week: inquiries and contacts by channel, task and kind, and each branch's share."""

from __future__ import annotations

import io
import zipfile
from random import Random
from typing import Any

import pytest

from dashboards.contacts.view import ContactsView
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.contacts.api import shares_json
from queue_service.contacts.contract import SharesAnswer
from queue_service.contacts.operations import count_contact
from queue_service.contacts.rules import Contact
from queue_service.contacts.week import Task, count_week, publishable
from queue_service.counters.operations import counters
from queue_service.days.operations import day_text
from queue_service.days.rules.period import between
from queue_service.days.rules.summary import stored_channels
from queue_service.days.store import DayStore
from queue_service.exports.make import make
from queue_service.exports.order import new_order
from queue_service.history.operations.history import past
from queue_service.store.keys import BranchKeys
from queue_service.tables.comparisons.branches import branches_table
from queue_service.tables.model import HIDDEN
from queue_service.tables.subjects.contacts import week_tables
from queue_service.tables.writing import Writing
from queue_service.visits.operations import issuing, visits
from tests.desks import CLERK, MORNING, Desk, document

DATE = "2026-11-25"
DAY = between(DATE, DATE)
PAS = Task("desk", "pas", "transaction")


@pytest.fixture
def queue(desk: Desk) -> Queue:
    """Two branches that count and one that is for practice."""
    for branch, more in (("hall", {}), ("library", {}), ("try", {"practice": True})):
        config = document(**more)
        config["services"][0] |= {"kle": "23.05.00", "kind": "transaction"}
        put_branch(desk.queue, branch, config)
        counters.open_counter(desk.queue, Command(branch, CLERK, at=MORNING), "1")
    return desk.queue


def served(queue: Queue, branch: str, n: int, **how: Any) -> None:
    """So many inquiries, one after the other."""
    for number in range(n):
        at = Command(branch, CLERK, at=MORNING + number * 60_000)
        visit = issuing.serve(queue, at, "1", "pas", **how).visit
        visits.complete(queue, at._replace(at=MORNING + number * 60_000 + 1), visit.id, "resolved")


def passed(queue: Queue, branch: str, n: int, contact: Contact) -> None:
    """So many contacts without a ticket."""
    for _ in range(n):
        count_contact(queue, Command(branch, CLERK, at=MORNING), contact)


def week(queue: Queue) -> Any:
    """The day's contacts of all branches."""
    branches = [queue.get(BranchStore).get(one) for one in ("hall", "library", "try")]
    return count_week(queue, branches, DAY)


def test_on_the_page_rows_of_too_few_are_named_below_the_table(queue: Queue) -> None:
    served(queue, "hall", 6)
    passed(queue, "hall", 3, Contact("turist", "written"))
    view = ContactsView(week(queue), (), Writing("en"))
    assert HIDDEN in {row[-1] for row in week_tables(view.week, "en")[2].rows}
    found = view.tasks()
    assert [row[:2] for row in found.table.rows] == [("In person", "23.05.00")]
    assert found.left_out == "Written · – · Turist · Not stated"
    (name, of_branch), *_ = view.of_branches()
    assert (name, of_branch.left_out) == ("Rådhuset", found.left_out)


def test_inquiries_and_contacts_are_next_to_each_other(queue: Queue) -> None:
    served(queue, "hall", 6)
    served(queue, "library", 5, channel="phone")
    passed(queue, "library", 7, Contact("pas"))
    passed(queue, "try", 9, Contact("pas"))
    found = week(queue)
    assert found.counts == {
        "inquiries": {(PAS, "hall"): 6, (PAS._replace(channel="phone"), "library"): 5},
        "contacts": {(PAS, "library"): 7},
    }
    assert found.tasks == [PAS, PAS._replace(channel="phone")]
    assert found.sum_of(["library"]) == (12, 18)
    assert found.sum_of(["library", "hall"]) == (18, 18)
    SharesAnswer.model_validate(shares_json(found))
    assert shares_json(found) == {
        "from": DATE,
        "to": DATE,
        "branches": [
            {"branch": "hall", "name": "Rådhuset", "inquiries": 6, "contacts": 0,
             "all_contacts": 6, "share": 6 / 18},
            {"branch": "library", "name": "Rådhuset", "inquiries": 5, "contacts": 7,
             "all_contacts": 12, "share": 12 / 18},
        ],
        "total": {"inquiries": 11, "contacts": 7, "all_contacts": 18},
    }  # fmt: skip
    shares, channels, tasks, branches = week_tables(found, "en")
    assert shares.keys == ("hall", "library"), "practice is in no sum"
    assert [row[1:] for row in shares.rows] == [(6, 0, 6, 6 / 18), (5, 7, 12, 12 / 18)]
    assert shares.total == ("Total", 11, 7, 18, 1.0)
    assert dict(zip(channels.keys, (row[3] for row in channels.rows), strict=True)) == {
        "desk": 13, "phone": 5, "written": 0, "online": 0,
    }  # fmt: skip
    assert tasks.rows[0][:5] == ("In person", "23.05.00", "Pas", "Transaction", 6)
    assert len(branches.rows) == 3
    # Each branch has its own rows, also next to one of the same name.
    assert [one.table.keys for _, one in ContactsView(found, (), Writing("en")).of_branches()] == [
        branches.keys[:1], branches.keys[1:],
    ]  # fmt: skip
    rows = side_by_side(queue, "hall", "library", "try")
    assert [rows["try"][each] for each in CONTACTS] == [None] * 3
    assert rows["library"]["contacts"] == 7
    assert (rows["library"]["all_contacts"], rows["library"]["contacts_share"]) == (12, 12 / 18)


CONTACTS = ("contacts", "all_contacts", "contacts_share")


def side_by_side(queue: Queue, *branches: str) -> Any:
    """The history's table of branches, by branch."""
    pasts = [past(queue, one, DAY) for one in branches]
    return branches_table(pasts, week(queue), "en").by_key()


@pytest.mark.parametrize("n", [4, 5])
def test_the_historys_branches_leave_out_what_the_count_week_leaves_out(
    queue: Queue, n: int
) -> None:
    for branch, contacts in (("hall", n), ("library", 7)):
        served(queue, branch, 6)
        passed(queue, branch, contacts, Contact("pas"))
    found = week(queue)
    shares = week_tables(found, "en")[0].by_key()
    rows = side_by_side(queue, "hall", "library")
    for branch in ("hall", "library"):
        reported = [rows[branch][each] for each in CONTACTS]
        kept = [shares[branch][each] for each in ("contacts", "all_contacts", "all_contacts_share")]
        assert reported == kept
        assert (reported == [HIDDEN] * 3) is (n < 5)


def test_the_days_summary_keeps_the_channel(queue: Queue) -> None:
    served(queue, "hall", 5)
    served(queue, "hall", 6, channel="phone")
    found = week(queue)
    from_visits = found.counts["inquiries"]
    branch, days = queue.get(BranchStore).get("hall"), queue.get(DayStore)
    assert next(iter(days.summaries("hall", [DATE])))[1] is None
    text = _text(queue, branch)
    assert stored_channels(text) == {("desk", "pas"): 5, ("phone", "pas"): 6}
    queue.store.client.set(BranchKeys("hall").final(DATE), text)
    queue.store.client.delete(*(BranchKeys("hall").index(DATE),))
    assert week(queue).counts["inquiries"] == from_visits


def test_a_day_from_before_channels_were_kept(queue: Queue) -> None:
    served(queue, "hall", 5)
    waited_alone = Command("hall", CLERK, at=MORNING)  # for a service without a served visit
    issued = issuing.issue(queue, waited_alone, "turist", channel="desk").visit
    visits.abandon(queue, waited_alone._replace(at=MORNING + 1), issued.id)
    # Neither the channels nor what later versions wrote after them.
    older = "\n".join(_text(queue, queue.get(BranchStore).get("hall")).split("\n")[:6])
    assert stored_channels(older) is None
    queue.store.client.set(BranchKeys("hall").final(DATE), older)
    assert week(queue).counts["inquiries"] == {(PAS._replace(channel=""), "hall"): 5}


def _text(queue: Queue, branch: Any) -> str:
    return day_text(queue, branch, DATE, MORNING)


@pytest.mark.parametrize("n", [4, 5])
def test_a_small_group_is_left_out(n: int) -> None:
    task, other = PAS, PAS._replace(service="turist")
    reported = publishable({(task, "hall"): n, (other, "hall"): 50, (other, "library"): 60})
    hides = n < 5
    assert (reported.cells[task, "hall"] is None) == (reported.tasks[task] is None) == hides
    assert (reported.tasks[other] is None) == hides, "else the channel's sum would tell it"
    assert reported.channels == {"desk": 110 + n}
    assert reported.total == 110 + n


@pytest.mark.parametrize(("n", "reported"), [(4, False), (5, True)])
def test_a_channels_sum_is_reported_if_its_tasks_hide_each_other(n: int, reported: bool) -> None:
    found = publishable({(PAS, "hall"): 1, (PAS._replace(service="turist"), "hall"): n})
    assert set(found.tasks.values()) == {None}
    assert found.channels == {"desk": n + 1 if reported else None}


def test_a_channel_of_few_alone_is_not_had_from_the_total() -> None:
    few = PAS._replace(channel="written")
    reported = publishable(
        {(PAS, "hall"): 50, (few, "hall"): 3, (PAS._replace(channel="phone"), "hall"): 20}
    )
    assert reported.channels == {"desk": 50, "written": None, "phone": None}
    assert reported.total == 73


def test_channels_do_not_reveal_a_total_that_is_left_out() -> None:
    few = {(PAS._replace(service=f"s{n}"), "hall"): n for n in (1, 2, 3)}
    alone = publishable({**few, (PAS._replace(service="s4"), "hall"): 3})
    assert (alone.total, alone.channels) == (None, {PAS.channel: None})
    enough = publishable({(PAS, "hall"): 6, (PAS._replace(service="s4"), "hall"): 3})
    assert (enough.total, enough.channels) == (9, {PAS.channel: 9})


def test_it_comes_as_files(queue: Queue) -> None:
    served(queue, "hall", 6)
    passed(queue, "library", 7, Contact("turist", "phone"))
    values = {"content": "count-week", "from": DATE, "to": DATE, "language": "da"}
    branches = ("hall", "library")
    csv = make(queue, new_order("hall", branches, {**values, "format": "csv"}))
    assert csv.name == "branches_count-week_2026-11-25_2026-11-25.zip"
    with zipfile.ZipFile(io.BytesIO(csv.content)) as archive:
        assert archive.namelist() == [
            "contact-shares.csv", "contact-channels.csv", "contact-tasks.csv",
            "contact-branches.csv",
        ]  # fmt: skip
        lines = archive.read("contact-tasks.csv").decode("utf-8-sig").splitlines()
    assert lines[1].startswith('"Personligt","23.05.00","Pas","Ekspedition","6","0","6"')
    assert lines[2].startswith('"Telefon","","Turist","Ikke oplyst","0","7","7"')
    xlsx = make(queue, new_order("hall", branches, {**values, "format": "xlsx"}))
    assert xlsx.name.endswith(".xlsx")
    assert xlsx.content[:2] == b"PK"
    nobody = make(queue, new_order("try", (), {**values, "format": "xlsx"}))
    assert nobody.content[:2] == b"PK", "also on the page of a practice branch"


def test_a_tasks_total_that_is_left_out_is_not_the_sum_of_its_cells() -> None:
    """Online 52, of which 43; without the six of one town hall the rest would be three."""
    information, transaction = (
        Task("online", "id", kind) for kind in ("information", "transaction")
    )
    passports = Task("online", "pas", "information")
    reported = publishable(
        {
            (passports, "hall"): 20,
            (passports, "bib"): 23,
            (information, "hall"): 6,
            (transaction, "hall"): 3,
            (passports._replace(channel="desk"), "hall"): 1,
            (information._replace(channel="desk"), "hall"): 5,
        }
    )
    assert (reported.channels["online"], reported.tasks[passports]) == (52, 43)
    assert {reported.cells[task, "hall"] for task in (information, transaction)} == {None}


def test_neither_a_channel_nor_a_task_is_one_left_out_by_itself() -> None:
    """Weeks of three branches: what is left out of a sum that is shown is never one part alone."""
    random = Random(3)  # noqa: S311 - figures, not secrets
    for _ in range(60):
        counts = {
            (Task(channel, service, "information"), branch): n
            for channel, weight in (("desk", 60), ("phone", 18), ("online", 6), ("written", 3))
            for service in "abcdefgh"
            for branch in "123"
            if (n := int(random.expovariate(1 / weight)))
        }
        reported = publishable(counts)
        for task, of_task in reported.tasks.items():
            cells = [reported.cells[key] for key in counts if key[0] == task]
            assert cells.count(None) != (0 if of_task is None else 1), task
        for channel, whole in reported.channels.items():
            tasks = [reported.tasks[task] for task in reported.tasks if task.channel == channel]
            assert whole is None or tasks.count(None) != 1, channel
