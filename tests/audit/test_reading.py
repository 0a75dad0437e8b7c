"""The logs of all branches are read as one, page by page, and expire."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis

from queue_service.access.operations import accounts
from queue_service.access.rules.caller import Caller, Grant
from queue_service.audit import operations
from queue_service.audit.operations import expire, page, search_of
from queue_service.audit.store import Position, Search, position_from_text
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.contract.actions import ACTIONS
from queue_service.errors import Forbidden, Invalid
from queue_service.store.audit_log import AuditEntry, log_key
from queue_service.store.keys import BranchKeys
from tests.desks import document
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp, log_in, send, text_of

ADMIN = Caller("acc_1", "admin", kind="account", name="chef")
EVERY = frozenset(ACTIONS)
DAY_MS = 24 * 3600 * 1000


def note(redis: Redis, tag: str, id_: str, **changes: Any) -> None:
    """An entry at an instant of the test's own."""
    fields = {
        "action": "account.added", "result": "done", "kind": "machine", "by": "operator",
        "name": "", "role": "admin", "address": "",
    }  # fmt: skip
    redis.xadd(log_key(tag), {"entry": AuditEntry(**{**fields, **changes}).text()}, id=id_)


def read_all(queue: Queue, search: Search, limit: int) -> list[str]:
    """The places of all entries, by pages of so many."""
    found: list[str] = []
    before: Position | None = None
    while True:
        one = page(queue, search, before, limit)
        assert len(one.entries) <= limit
        found += [each.position.text() for each in one.entries]
        before = one.before
        if before is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 3, 250])
def test_pages_have_every_entry_once_in_one_order(
    queue: Queue, redis_client: Redis, limit: int
) -> None:
    put_branch(queue, "a", document())
    put_branch(queue, "b", document())
    for tag in ("a", "b"):
        redis_client.delete(log_key(tag))
    for number in range(120):
        note(redis_client, "a", f"{1000 + number}-0")
    for tag, ids in {"b": ("1000-0", "1001-1"), "access": ("1000-0", "1119-0")}.items():
        for id_ in ids:
            note(redis_client, tag, id_)
    found = read_all(queue, Search(0, 5000), limit)
    assert len(found) == len(set(found)) == 124
    places = [position_from_text(text) for text in found]
    assert places == sorted(places, reverse=True)  # type: ignore[type-var]  # none is missing
    assert found[:2] == ["1119-0@access", "1119-0@a"] or found[:2] == ["1119-0@a", "1119-0@access"]


def test_a_search_is_from_its_first_instant_to_before_its_end(
    queue: Queue, redis_client: Redis
) -> None:
    for id_ in ("999-9", "1000-0", "1999-9", "2000-0"):
        note(redis_client, "access", id_)
    found = read_all(queue, Search(1000, 2000), 10)
    assert found == ["1999-9@access", "1000-0@access"]


def test_a_search_by_branch_action_and_name(queue: Queue, redis_client: Redis) -> None:
    put_branch(queue, "a", document())
    redis_client.delete(log_key("a"))
    note(redis_client, "access", "1-0", branch="a", target="skranke")
    note(redis_client, "access", "2-0", branch=None, name="Skranke", kind="account")
    note(redis_client, "a", "3-0", branch="a", action="configuration.changed")
    note(redis_client, "webhooks", "4-0", branch="b", action="webhook.added")
    assert read_all(queue, Search(0, 9, EVERY, "a"), 9) == ["3-0@a", "1-0@access"]
    assert read_all(queue, Search(0, 9, EVERY, None, "skranke"), 9) == ["2-0@access", "1-0@access"]
    for part in ("skr", "sk"):
        assert read_all(queue, Search(0, 9, EVERY, None, part), 9) == ["2-0@access", "1-0@access"]
    assert not read_all(queue, Search(0, 9, EVERY, None, "kranke"), 9)
    note(redis_client, "a", "5-0", action="configuration.changed", target="skranker")
    assert read_all(queue, Search(5, 9, EVERY, None, "skranker"), 9) == ["5-0@a"]
    assert not read_all(queue, Search(5, 9, EVERY, None, "skr"), 9), "a part of it, no name"
    changed = frozenset({"configuration.changed", "webhook.added"})
    assert read_all(queue, Search(0, 5, changed), 9) == ["4-0@webhooks", "3-0@a"]


def test_a_page_ends_after_so_many_entries_that_do_not_fit(
    queue: Queue, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "SCANNED", 3)
    for number in range(7):
        note(redis_client, "access", f"{number + 1}-0", name="x" if number == 0 else "y")
    search = Search(0, 99, EVERY, None, "x")
    first = page(queue, search, None, 10)
    assert (first.entries, first.before) == ((), Position(5, 0, "access"))
    assert read_all(queue, search, 10) == ["1-0@access"]


def test_dates_are_those_of_the_branch(queue: Queue) -> None:
    put_branch(queue, "a", document(timezone="Europe/Copenhagen"))
    found = search_of(queue, ADMIN, "2026-11-24", "2026-11-24", EVERY, "a", "")
    assert (found.first, found.end) == (1_795_474_800_000, 1_795_474_800_000 + DAY_MS)
    # The day on which the clock goes back has an hour more.
    longer = search_of(queue, ADMIN, "2026-10-25", "2026-10-25", EVERY, "a", "")
    assert longer.end - longer.first == DAY_MS + 3_600_000
    with pytest.raises(Invalid):
        search_of(queue, ADMIN, "2026-11-25", "2026-11-24", EVERY, "a", "")


def test_an_administrator_of_one_branch_reads_its_entries_alone(queue: Queue) -> None:
    put_branch(queue, "a", document())
    put_branch(queue, "b", document())
    local = Caller("acc_2", "admin", "a", kind="account", name="lokal")
    own = search_of(queue, local, None, None, EVERY, None, "")
    assert [each.entry.branch for each in page(queue, own, None, 9).entries] == ["a"]
    with pytest.raises(Forbidden):
        search_of(queue, local, None, None, EVERY, "b", "")
    put_branch(queue, "c", document())
    several = replace(local, more=(Grant("admin", "b"),))
    both = search_of(queue, several, None, None, EVERY, None, "")
    assert {each.entry.branch for each in page(queue, both, None, 9).entries} == {"a", "b"}
    everywhere = replace(local, more=(Grant("admin", None),))
    whole = search_of(queue, everywhere, None, None, EVERY, None, "")
    assert {each.entry.branch for each in page(queue, whole, None, 9).entries} == {"a", "b", "c"}


def test_entries_expire_after_their_days_and_the_configuration_in_force_does_not(
    queue: Queue, redis_client: Redis
) -> None:
    put_branch(queue, "a", document())
    redis_client.delete(log_key("a"))
    now = 400 * DAY_MS
    note(redis_client, "a", f"{now - 365 * DAY_MS - 1}-0", branch="a")
    note(redis_client, "a", f"{now - 365 * DAY_MS}-0", branch="a")
    expire(queue, 365, now)
    assert read_all(queue, Search(0, now), 9) == [f"{now - 365 * DAY_MS}-0@a"]
    expire(queue, 30, queue.store.time() + 10_000 * DAY_MS)
    assert redis_client.xlen(BranchKeys("a").revisions) == 1


def test_a_damaged_entry_hides_no_other(queue: Queue, redis_client: Redis) -> None:
    redis_client.xadd(log_key("access"), {"entry": "{"}, id="1-0")
    redis_client.xadd(log_key("access"), {"other": "x"}, id="2-0")
    note(redis_client, "access", "3-0")
    assert read_all(queue, Search(0, 9), 9) == ["3-0@access"]


def test_the_call_answers_pages_and_refuses_what_it_did_not_say(web_app: WebApp) -> None:
    client, header = web_app.app.test_client(), web_app.bearer("admin")
    first = client.get("/api/v1/audit?limit=2", headers=header).get_json()
    # Both may be of the same millisecond, and entries of one are in the order of their streams.
    assert {entry["action"] for entry in first["entries"]} == {"token.made", "branch.added"}
    (actor,) = (e["actor"] for e in first["entries"] if e["action"] == "token.made")
    assert actor == {"kind": "machine", "id": "operator", "name": "", "role": "admin"}
    rest = client.get(f"/api/v1/audit?before={first['next']}", headers=header).get_json()
    assert ([entry["branch"] for entry in rest["entries"]], rest["next"]) == ([LIBRARY], None)
    for wrong in ("before=x", "limit=0", "limit=501", "limit=x", "action=visit.*", "from=2026"):
        refused = client.get(f"/api/v1/audit?{wrong}", headers=header)
        assert (refused.status_code, refused.get_json()["code"]) == (422, "invalid"), wrong
    for fine in ("limit=1", "limit=500", "action=branch.*", "name=chef&branch=" + LIBRARY):
        assert client.get(f"/api/v1/audit?{fine}", headers=header).status_code == 200, fine
    local = web_app.bearer("admin", TOWN_HALL)
    own = client.get("/api/v1/audit", headers=local).get_json()["entries"]
    assert {entry["branch"] for entry in own} == {TOWN_HALL}
    assert client.get(f"/api/v1/audit?branch={LIBRARY}", headers=local).status_code == 403


def test_files_have_all_that_the_page_finds_and_are_recorded(admin_client: FlaskClient) -> None:
    send(admin_client, "/admin/people", name="ny", password="", role="clerk", branch=LIBRARY)
    csv = admin_client.get("/admin/audit/file?format=csv&action=account.added").text
    lines = csv.removeprefix("\ufeff").splitlines()
    assert lines[0].startswith('"id","at","action"')
    assert [line.split(",")[2] for line in lines[1:]] == ['"account.added"'] * 2
    found = admin_client.get("/admin/audit/file?format=jsonl&action=export.audit").text.splitlines()
    assert ["audit" in line and '"csv"' in line for line in found][-1]
    assert admin_client.get("/admin/audit/file?format=xml").status_code == 422


def test_the_page_has_its_empty_state_and_keeps_the_filter(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    nothing = admin_client.get("/admin/audit?from=2001-01-01&to=2001-01-02&lang=da")
    assert "Der er intet i loggen, der passer" in text_of(nothing)
    assert 'value="2001-01-01"' in nothing.text
    for wrong in ("from=x", "action=visit.*", "from=2026-11-25&to=2026-11-24"):
        assert admin_client.get(f"/admin/audit?{wrong}").status_code == 422, wrong
    for _ in range(60):
        web_app.token("clerk", LIBRARY)
    first = admin_client.get("/admin/audit")
    assert first.text.count('<td class="number">') == 50
    earlier = first.text.partition("/admin/audit?before=")[2].partition('"')[0]
    second = admin_client.get(f"/admin/audit?before={earlier}")
    assert second.text.count('<td class="number">') > 10


def test_an_administrator_of_one_branch_who_works_in_another_reads_the_first_alone(
    web_app: WebApp,
) -> None:
    browser = web_app.staff("begge", "admin", TOWN_HALL)
    accounts.add_grant(web_app.store, "begge", "clerk", LIBRARY)
    assert log_in(browser, "begge").status_code == 303
    assert browser.get("/admin/audit").status_code == 200
    assert browser.get(f"/admin/audit?branch={LIBRARY}").status_code == 403
    found = browser.get("/admin/audit/file?format=jsonl").text.splitlines()
    assert {json.loads(line)["branch"] for line in found} == {TOWN_HALL}
