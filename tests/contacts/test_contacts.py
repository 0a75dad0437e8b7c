"""Contacts without a ticket: each counted once in its hour, taken back as long as it can be."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.access.rules.caller import IdempotencyKey
from queue_service.branches.contract.config import parse_config
from queue_service.command import Command
from queue_service.configuration.operations import put_branch
from queue_service.contacts.operations import contacts, count_contact, undo_contact
from queue_service.contacts.rules import UNDO_WITHIN_MS, Contact, contacts_in
from queue_service.contacts.store import ContactStore
from queue_service.counters.operations import counters
from queue_service.errors import BranchNotFound, Invalid, NotFound
from queue_service.history.operations.statistics import statistics
from queue_service.store.keys import BranchKeys
from tests.desks import CLERK, MORNING, Desk, document

DATE = "2026-11-25"
HOUR_MS = 3_600_000


def command(ms: int = 0, key: str = "") -> Command:
    """A clerk's command so many ms after nine."""
    idempotency = IdempotencyKey(CLERK.id, key, "same") if key else None
    return Command("raadhuset", CLERK, idempotency, MORNING + ms)


def stored(desk: Desk, date: str = DATE) -> dict[str, str]:
    """The stored counts of a date's contacts."""
    return dict(desk.queue.get(ContactStore).days("raadhuset", [date]).get(date, {}))


def test_a_contact_is_a_count_by_the_hour(desk: Desk) -> None:
    count_contact(desk.queue, command(HOUR_MS - 1), Contact("pas"))
    count_contact(desk.queue, command(HOUR_MS), Contact("pas", "phone", "information"))
    assert stored(desk) == {"09|pas|desk||counter|": "1", "10|pas|phone|information|counter|": "1"}
    assert contacts_in(stored(desk)) == 2


def test_it_is_counted_once_if_the_reply_is_lost_and_it_is_sent_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = desk.queue.store.run

    def again(*sent: Any) -> Any:
        run(*sent)
        return run(*sent)

    monkeypatch.setattr(desk.queue.store, "run", again)
    count_contact(desk.queue, command(), Contact("pas", "phone"))
    assert [*stored(desk).values()] == ["1"]


def test_its_counter_and_team_are_counted_by_the_day_alone(desk: Desk) -> None:
    counters.open_counter(desk.queue, command(), "1", "library")
    count_contact(desk.queue, command(1), Contact("pas"), "1")
    count_contact(desk.queue, command(2), Contact("pas"), "3")
    cells = {name: n for name, n in stored(desk).items() if name.startswith("0")}
    assert cells == {"09|pas|desk||counter|": "2"}
    assert {n: v for n, v in stored(desk).items() if n not in cells} == {
        "counter|1": "1", "team|library": "1", "counter|3": "1",
    }  # fmt: skip


def test_at_a_paused_counter_its_team_is_the_one_that_paused_it(desk: Desk) -> None:
    counters.open_counter(desk.queue, command(), "1", "library")
    counters.pause_counter(desk.queue, command(1), "1", "lunch")
    count_contact(desk.queue, command(2), Contact("pas"), "1")
    counters.open_counter(desk.queue, command(3), "2")
    counters.pause_counter(desk.queue, command(4), "2", "lunch")
    count_contact(desk.queue, command(5), Contact("pas"), "2")  # it had no team
    counters.close_counter(desk.queue, command(6), "1")
    count_contact(desk.queue, command(7), Contact("pas"), "1")
    worked = {name: n for name, n in stored(desk).items() if name.startswith(("counter", "team"))}
    assert worked == {"counter|1": "2", "team|library": "1", "counter|2": "1"}


def test_no_stored_count_falls_when_one_is_taken_back(desk: Desk) -> None:
    done = count_contact(desk.queue, command(), Contact("pas"), "1")
    assert not undo_contact(desk.queue, command(key="u"), done.id)
    assert undo_contact(desk.queue, command(key="u"), done.id), "a repeat"
    assert stored(desk) == {
        "09|pas|desk||counter|": "1", "09|pas|desk||counter||back": "1",
        "counter|1": "1", "counter|1|back": "1",
    }  # fmt: skip
    found = contacts(desk.queue, "raadhuset", DATE, DATE)
    assert (found.total, found.cells, found.worked) == (0, (), ())
    totals = desk.queue.store.client.hgetall(BranchKeys("raadhuset").totals)
    assert totals == {"contact|pas|desk": "1", "contact_back|pas|desk": "1"}


def test_it_can_be_taken_back_for_two_minutes(desk: Desk) -> None:
    done = count_contact(desk.queue, command(), Contact("pas"))
    key = BranchKeys("raadhuset").contact(done.id)
    assert 0 < desk.queue.store.client.pttl(key) <= UNDO_WITHIN_MS
    desk.queue.store.client.delete(key)
    with pytest.raises(NotFound):
        undo_contact(desk.queue, command(), done.id)
    assert contacts(desk.queue, "raadhuset", DATE, DATE).total == 1


def test_a_contact_counts_on_the_branchs_date(desk: Desk) -> None:
    fifteen_hours = 15 * HOUR_MS
    count_contact(desk.queue, command(fifteen_hours - 1), Contact("pas"))
    count_contact(desk.queue, command(fifteen_hours), Contact("pas"))
    assert list(stored(desk)) == ["23|pas|desk||counter|"]
    assert list(stored(desk, "2026-11-26")) == ["00|pas|desk||counter|"]


def test_statistics_have_contacts_next_to_the_inquiries(desk: Desk) -> None:
    counters.open_counter(desk.queue, command(), "1", "library")
    count_contact(desk.queue, command(), Contact("pas"), "1")
    count_contact(desk.queue, command(HOUR_MS), Contact("turist"))
    for by, rows in (
        ("day", {DATE: 2}),
        ("hour", {"09": 1, "10": 1}),
        ("service", {"pas": 1, "turist": 1}),
        ("team", {}),
        ("counter", {}),
    ):
        found = statistics(desk.queue, "raadhuset", "2026-11-23", "2026-11-29", by)  # type: ignore[arg-type]  # a literal, by the parameters
        assert {line.key: line.contacts for line in found.rows} == rows
        assert (found.total.contacts, found.total.inquiries) == (2, 0)
    for n in range(5):
        count_contact(desk.queue, command(24 * HOUR_MS + n), Contact("pas"), "1")
    (line,) = statistics(desk.queue, "raadhuset", "2026-11-23", "2026-11-29", "counter").rows
    assert (line.key, line.contacts) == ("1", 6)


def test_nothing_is_counted_where_there_is_no_branch(desk: Desk) -> None:
    with pytest.raises(BranchNotFound):
        count_contact(desk.queue, command()._replace(branch="nowhere"), Contact("pas"))
    with pytest.raises(BranchNotFound):
        undo_contact(desk.queue, command()._replace(branch="nowhere"), "x")


def test_a_kind_that_was_not_sent_is_the_kind_of_the_service(desk: Desk) -> None:
    count_contact(desk.queue, command(), Contact("pas"))
    count_contact(desk.queue, command(), Contact("pas", kind="information"))
    config = document(historic=True)
    assert contacts(desk.queue, "raadhuset", DATE, DATE).rows("kind") == {"": 1, "information": 1}
    config["services"][0]["kind"] = "transaction"
    put_branch(desk.queue, "raadhuset", config)
    assert contacts(desk.queue, "raadhuset", DATE, DATE).rows("kind") == {
        "information": 1, "transaction": 1,
    }  # fmt: skip


@pytest.mark.parametrize("kle", ["23", "23.05", "23.05.00"])
def test_a_services_number_in_the_taxonomy(kle: str) -> None:
    config = document()
    config["services"][0] |= {"kle": kle, "kind": "information"}
    assert parse_config(config)["services"][0]["kle"] == kle
    assert "kle" not in parse_config(config)["services"][1], "what is not configured is left out"


@pytest.mark.parametrize("kle", ["", "2", "23.5", "23.05.00.00", "23-05-00", "K 23", "23.05."])
def test_an_invalid_kle_number(kle: str) -> None:
    config = document()
    config["services"][0]["kle"] = kle
    with pytest.raises(Invalid) as refused:
        parse_config(config)
    faults = refused.value.extra["errors"]
    assert isinstance(faults, list)
    assert [fault["field"] for fault in faults] == ["services[0].kle"]
