"""The history of a branch's configuration: changes in words, and putting an earlier one back."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis

from queue_service.access.rules.caller import Caller
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.history import history, restore
from queue_service.configuration.operations import get_branch, put_branch
from queue_service.configuration.rules.difference import FieldDifference, differences
from queue_service.configuration.text import difference_words
from queue_service.errors import InUse, Invalid, NotFound, PreconditionFailed
from queue_service.language.wording import Wording
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import issuing
from tests.desks import CLERK, document
from tests.web.web_app import LIBRARY, WebApp, send, text_of

HALL = "raadhuset"
ADMIN = Caller("acc_1", "admin", kind="account", name="chef")
CLOSED = [{"date": "2026-12-01", "hours": [], "note": {"da": "Kursus"}}]


def words(before: dict[str, Any], after: dict[str, Any], language: str = "en") -> list[list[str]]:
    say = Wording(language)
    return [
        [*filter(None, difference_words(each, before, after, say))]
        for each in differences(before, after)
    ]


def test_differences_are_found_by_ids_and_dates() -> None:
    before = {"services": [{"id": "a", "n": 1}, {"id": "b", "n": 2}], "name": "x", "same": [1]}
    after = {"services": [{"id": "b", "n": 3}, {"id": "a", "n": 1}], "name": "y", "same": [1]}
    assert differences(before, after) == [
        FieldDifference(("services", "b", "n"), 2, 3),
        FieldDifference(("services", "order"), ["a", "b"], ["b", "a"]),
        FieldDifference(("name",), "x", "y"),
    ]
    assert differences({}, {"dates": [{"date": "2026-12-01"}]}) == [
        FieldDifference(("dates", "2026-12-01"), None, {"date": "2026-12-01"})
    ]
    assert differences(before, before) == []


def test_a_long_value_is_cut_in_the_log_and_nowhere_else() -> None:
    text = FieldDifference(("name",), "a" * 78, "b" * 79).in_words()
    assert text == f'name: "{"a" * 78}" → "{"b" * 78}…'


def test_differences_are_shown_in_words() -> None:
    old = document()
    new = document(
        name="Byens hus",
        hours_exceptions=CLOSED,
        opening_hours={"wed": [["10:00", "17:00"]], "thu": [["09:00", "12:00"]]},
        retention_days=30,
        no_show_after_seconds=120,
        services=[{**one, "active": one["id"] != "pas"} for one in old["services"]],
    )
    assert words(old, new) == [
        ["Name", "Rådhuset", "Byens hus"],
        ["Opening hours", "Wednesday", "9:00–17:00", "10:00–17:00"],
        ["Opening hours", "Thursday", "–", "9:00–12:00"],
        ["Other days", "Tuesday, 1 December 2026", "–", "closed, Kursus"],
        ["Services", "Pas", "Active", "yes", "no"],
        ["Services", "Nedlagt", "Active", "no", "yes"],
        ["Ask whether the citizen came", "5 min", "2 min"],
        ["Days that visits are kept", "90", "30"],
    ]
    assert words(old, new, "da")[1] == ["Åbningstider", "Onsdag", "9.00–17.00", "10.00–17.00"]


def test_a_change_of_appointments_is_shown_by_their_service() -> None:
    offer = {"service": "pas", "week": {"mon": [["09:00", "12:00"]]}}
    old = document(bookings={"offers": [offer]})
    new = document(
        bookings={
            "offers": [
                {**offer, "week": {"mon": [["09:00", "11:00"]]}, "walk_in_percent": 30},
                {"service": "turist", "week": {}, "length_minutes": 20},
            ],
            "late_seconds": 600,
        }
    )
    assert words(old, new) == [
        ["Appointments", "Pas", "When it can be booked, Monday", "9:00–12:00", "9:00–11:00"],
        ["Appointments", "Pas", "Percent for walk-ins", "0", "30"],
        ["Appointments", "Turist", "–", "20 min"],
        ["Appointments", "Latest", "15 min", "10 min"],
    ]
    assert words(document(), old) == [["Appointments", "–", "pas"]]


def test_each_change_has_its_author_and_its_difference(queue: Queue) -> None:
    put_branch(queue, HALL, document())
    put_branch(queue, HALL, document(hours_exceptions=CLOSED), by=ADMIN)
    latest, first = history(queue, HALL).changes
    assert latest.revision.entry is not None
    assert latest.revision.entry.name == "chef"
    assert [each.path for each in latest.differences] == [("hours_exceptions", "2026-12-01")]
    assert (first.before, first.differences) == (None, ())


def test_a_configuration_in_force_is_put_again_without_a_trace(queue: Queue) -> None:
    first = put_branch(queue, HALL, document()).branch
    changed = document(retention_days=30)
    put_branch(queue, HALL, changed, if_match=first.edition)
    again = put_branch(queue, HALL, changed, if_match=first.edition)
    assert again.unchanged
    assert len(history(queue, HALL).changes) == 2
    with pytest.raises(PreconditionFailed):
        put_branch(queue, HALL, document(retention_days=31), if_match=first.edition)


@pytest.mark.parametrize("count", [1, 2, 5, 6])
def test_pages_of_the_history_have_every_change_once(queue: Queue, count: int) -> None:
    for number in range(5):
        put_branch(queue, HALL, document(retention_days=10 + number))
    found, before = [], None
    while True:
        page = history(queue, HALL, before, count)
        found += [each.revision.document["retention_days"] for each in page.changes]
        assert len(page.changes) <= count
        assert all(each.differences for each in page.changes if each.before)
        before = page.before
        if before is None:
            break
    assert found == [14, 13, 12, 11, 10]


def test_an_earlier_configuration_is_put_back_as_a_new_change(queue: Queue) -> None:
    put_branch(queue, HALL, document())
    put_branch(queue, HALL, document(retention_days=30))
    first = history(queue, HALL).changes[-1].revision
    edition = get_branch(queue, HALL).edition
    with pytest.raises(PreconditionFailed):
        restore(queue, HALL, first.place, if_match="another", by=ADMIN)
    restore(queue, HALL, first.place, if_match=edition, by=ADMIN)
    assert get_branch(queue, HALL).document["retention_days"] == 90
    changes = history(queue, HALL).changes
    assert len(changes) == 3
    assert changes[0].revision.entry is not None
    assert changes[0].revision.entry.action == "configuration.restored"
    with pytest.raises(NotFound):
        restore(queue, HALL, "1-1", if_match=None, by=ADMIN)


def test_a_configuration_that_no_longer_fits_is_refused_and_changes_nothing(
    queue: Queue, redis_client: Redis
) -> None:
    whole = document()
    desks = [{"id": "1", "name": "Skranke 1", "services": ["*"]}]
    without = document(services=whole["services"][1:], counters=desks)
    put_branch(queue, HALL, without)
    put_branch(queue, HALL, document())
    issuing.issue(queue, Command(HALL, CLERK), "pas", channel="desk")
    oldest = history(queue, HALL).changes[-1].revision
    with pytest.raises(InUse):
        restore(queue, HALL, oldest.place, if_match=None, by=ADMIN)
    # A version that allowed what this one does not.
    unfit: Any = {"revision": "x", "document": '{"name": "A", "services": 1}', "entry": ""}
    place = str(redis_client.xadd(BranchKeys(HALL).revisions, unfit))
    with pytest.raises(Invalid):
        restore(queue, HALL, place, if_match=None, by=ADMIN)
    assert queue.get(BranchStore).current(HALL).document == document()


def test_a_branch_of_a_version_without_history_begins_with_what_was_in_force(
    queue: Queue, redis_client: Redis
) -> None:
    put_branch(queue, HALL, document())
    redis_client.delete(BranchKeys(HALL).revisions)
    put_branch(queue, HALL, document(retention_days=30), by=ADMIN)
    latest, first = history(queue, HALL).changes
    assert [each.path for each in latest.differences] == [("retention_days",)]
    assert first.revision.entry is None


def test_the_page_shows_the_change_and_puts_it_back(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    queue: Queue = web_app.app.extensions["queue"]
    found = dict(get_branch(queue, LIBRARY).document)
    put_branch(queue, LIBRARY, {**found, "hours_exceptions": CLOSED}, by=ADMIN)
    path = f"/admin/branches/{LIBRARY}/history"
    page = admin_client.get(f"{path}?lang=da")
    assert "Særlige dage · Tirsdag den 1. december 2026" in text_of(page)
    assert "lukket, Kursus" in text_of(page)
    assert "· chef" in text_of(page)
    first = history(queue, LIBRARY).changes[-1].revision
    stale = send(admin_client, f"{path}/{first.place}", seen="another")
    assert stale.status_code == 412
    edition = get_branch(queue, LIBRARY).edition
    assert send(admin_client, f"{path}/{first.place}", seen=edition).status_code == 303
    assert get_branch(queue, LIBRARY).document == found
    assert send(admin_client, f"{path}/1-1", seen=edition).status_code == 404
    assert send(admin_client, f"{path}/x", seen=edition).status_code == 404
    local = web_app.staff("lokal", "admin", "raadhuset")
    assert local.get(path).status_code == 403
