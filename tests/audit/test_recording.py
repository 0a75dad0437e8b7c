"""Each deed of the administration leaves its entry, with its author and the address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis

from queue_service.access.rules.caller import PERIODIC, Caller
from queue_service.audit.store import AuditReader, Search
from queue_service.cli import main
from queue_service.closing.operations.day_end import close_day
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.contract.actions import ACTIONS
from queue_service.interventions import operations as interventions
from queue_service.interventions.rules import Wanted
from queue_service.runtime.settings import Settings
from queue_service.store.audit_log import (
    CREDENTIALS,
    WEBHOOKS,
    AuditEntry,
    AuditLog,
    entry_from_text,
    log_key,
    refusals_key,
    totals_key,
)
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import issuing
from tests.desks import CLERK, Desk, document
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp, csrf, log_in, send, text_of

ADMIN = Caller("acc_1", "admin", None, "s", kind="account", name="chef", address="10.1.2.3")
ALL = Search(0, 9_999_999_999_999)


def queue_of(web_app: WebApp) -> Queue:
    queue: Queue = web_app.app.extensions["queue"]
    return queue


def entries(queue: Queue) -> list[AuditEntry]:
    """All of them, the oldest first."""
    return [found.entry for found in queue.get(AuditReader).latest(ALL, None)][::-1]


def actions(queue: Queue) -> list[str]:
    return [entry.action for entry in entries(queue)]


def test_an_administrator_finds_who_closed_the_branch(admin_client: FlaskClient) -> None:
    path = f"/api/v1/branches/{LIBRARY}/interventions"
    header = {"X-CSRF-Token": csrf(admin_client)["csrf_token"]}
    closed = {"kind": "carry_over"}
    assert admin_client.post(path, json=closed, headers=header).status_code == 201
    page = admin_client.get(f"/admin/audit?branch={LIBRARY}&action=intervention.*&lang=da").text
    assert "Luk for i dag" in page.partition("<tbody>")[2]
    assert page.count('<td class="number">') == 1
    row = page.partition('<td class="number">')[2]
    assert "chef" in row
    assert "127.0.0.1" in row


def test_logins_and_refusals_are_recorded_without_the_name_of_no_account(
    web_app: WebApp, visitor: FlaskClient
) -> None:
    web_app.account("skranke", "clerk", LIBRARY)
    log_in(visitor, "skranke", "wrong")
    log_in(visitor, "my secret password", "wrong")
    log_in(visitor, "skranke")
    assert visitor.get("/admin/people").status_code == 403
    assert visitor.get("/admin/people").status_code == 403
    send(visitor, "/logout")
    found = entries(queue_of(web_app))[-5:]
    assert [entry.action for entry in found] == [
        "sign_in.refused", "sign_in.refused", "sign_in.accepted", "access.refused", "sign_in.ended",
    ]  # fmt: skip
    known, unknown, accepted, refused, _ = found
    assert (known.target, known.branch, known.name, known.kind) == (
        "skranke", LIBRARY, "", "unknown",
    )  # fmt: skip
    assert (unknown.target, unknown.branch) == ("", None)
    assert "secret" not in unknown.text()
    assert (accepted.name, accepted.role, accepted.address) == ("skranke", "clerk", "127.0.0.1")
    assert (refused.target, refused.result) == ("/admin/people", "refused")


def test_a_login_that_has_to_wait_is_listed_once(web_app: WebApp, visitor: FlaskClient) -> None:
    web_app.account("skranke", "clerk", LIBRARY)
    tries = [log_in(visitor, "skranke", "wrong").status_code for _ in range(8)]
    assert tries == [401] * 5 + [429] * 3
    queue = queue_of(web_app)
    assert actions(queue).count("sign_in.refused") == 5
    assert actions(queue).count("sign_in.slowed") == 1
    assert queue.get(AuditReader).totals()["sign_in.slowed"] == 3


def test_the_administration_is_recorded(web_app: WebApp, admin_client: FlaskClient) -> None:
    queue = queue_of(web_app)
    before = len(entries(queue))
    send(admin_client, "/admin/people", name="ny", password="", role="clerk", branch=LIBRARY)
    send(admin_client, "/admin/people/ny", role="supervisor", branch=LIBRARY)
    send(admin_client, "/admin/people/ny/password", password="")
    send(admin_client, "/admin/people/ny/remove")
    send(admin_client, "/admin/screens/token", role="clerk", branch=LIBRARY, label="program")
    (token,) = web_app.store.tokens()
    send(admin_client, f"/admin/screens/{token.id}/revoke")
    send(admin_client, "/admin/screens/link", role="kiosk", branch=LIBRARY, label="door")
    web_app.screen("kiosk")
    (screen,) = web_app.store.tokens()
    send(
        admin_client, f"/admin/screens/{screen.id}/printer", host="127.0.0.1", port="1", paper="80"
    )
    send(admin_client, f"/admin/screens/{screen.id}/revoke")
    send(admin_client, "/admin/new", name="Nyt", branch="nyt")
    send(admin_client, "/admin/branches/nyt/remove")
    hook = {"name": "BI", "url": "https://bi.example.dk/key", "events": ["visit.*"], "active": "1"}
    send(admin_client, "/admin/webhooks", **hook, branch=LIBRARY)
    admin_client.get(
        f"/dashboards/{LIBRARY}/exports/file?content=days&from=2026-11-02&to=2026-11-03"
    )
    found = entries(queue)[before:]
    assert [entry.action for entry in found if entry.kind != "machine"] == [
        "account.added", "account.changed", "account.password_set", "account.removed",
        "token.made", "token.revoked", "screen.link_made", "screen.set_up",
        "screen.printer_chosen", "screen.revoked", "screen.printer_removed",
        "branch.added", "branch.removed", "webhook.added", "export.fetched",
    ]  # fmt: skip
    by = {(entry.name, entry.address) for entry in found if entry.kind == "account"}
    assert by == {("chef", "127.0.0.1")}
    texts = " ".join(entry.text() for entry in found)
    assert "https://bi.example.dk/key" not in texts
    assert "bi.example.dk" in texts


def test_a_change_of_the_configuration_says_what_changed(queue: Queue) -> None:
    put_branch(queue, "raadhuset", document(), by=ADMIN)
    put_branch(queue, "raadhuset", document(), by=ADMIN)
    closed = [{"date": "2026-12-01", "hours": [], "note": {"da": "Kursus"}}]
    put_branch(queue, "raadhuset", document(hours_exceptions=closed), by=ADMIN)
    added, changed = entries(queue)
    assert (added.action, changed.action) == ("branch.added", "configuration.changed")
    assert changed.target == "hours_exceptions"
    assert changed.details["changes"] == (
        'hours_exceptions 2026-12-01: none → {"date": "2026-12-01", "hours": [],'
        ' "note": {"da": "Kursus"}}'
    )


def test_an_intervention_is_recorded_once_for_a_repeated_request(live: Desk) -> None:
    asked = live.command("once")._replace(caller=ADMIN, at=None)
    wanted = Wanted(kind="pause_service", until=None, services=("pas",))
    begun = interventions.begin(live.queue, asked, wanted)
    assert interventions.begin(live.queue, asked, wanted).replayed
    interventions.end(live.queue, Command(live.branch, ADMIN), begun.one.id)
    found = [entry for entry in entries(live.queue) if entry.name == "chef"]
    assert [(entry.action, entry.target) for entry in found] == [
        ("intervention.begun", "pause_service"), ("intervention.ended", "pause_service"),
    ]  # fmt: skip
    assert found[0].details == {"until": "day", "services": "pas"}


def test_nothing_of_a_visit_is_recorded(live: Desk) -> None:
    before = entries(live.queue)
    live.open()
    issuing.issue(live.queue, Command(live.branch, CLERK), "pas")
    live.next()
    assert entries(live.queue) == before


def test_a_lost_reply_adds_no_second_entry(redis_client: Redis, queue: Queue) -> None:
    entry = AuditEntry("account.added", "done", "machine", "operator", "", "admin", "")
    for _ in range(2):
        queue.get(AuditLog).change(entry, CREDENTIALS, "SET", "queue:{access}:x", ["1"])
    other = AuditEntry("account.added", "done", "machine", "operator", "", "admin", "")
    queue.get(AuditLog).add(other)
    assert [found.id for found in entries(queue)] == [entry.id, other.id]
    assert redis_client.hgetall(totals_key(CREDENTIALS)) == {"account.added": "2"}


def test_refusals_are_listed_up_to_sixty_a_minute_and_all_counted(
    queue: Queue, redis_client: Redis
) -> None:
    def refuse(number: int) -> None:
        entry = AuditEntry("access.refused", "refused", "account", f"acc_{number}", "", "", "")
        queue.get(AuditLog).refusal(entry, once_for=f"digest-{number}")

    def listed() -> int:
        length: Any = redis_client.xlen(log_key(CREDENTIALS))
        return int(length)

    refuse(0)
    # The script compares the minute of the clock, which may end in the middle of this test.
    minute: Any = redis_client.hgetall(refusals_key(CREDENTIALS))
    redis_client.hset(refusals_key(CREDENTIALS), "listed", 59)
    refuse(1)
    refuse(2)
    after: Any = redis_client.hgetall(refusals_key(CREDENTIALS))
    assert listed() == 2 if after["minute"] == minute["minute"] else listed() in (2, 3)
    assert queue.get(AuditReader).totals()["access.refused"] == 3
    redis_client.hset(refusals_key(CREDENTIALS), "minute", "1")
    before = listed()
    refuse(3)
    assert listed() == before + 1


def test_an_entry_is_stored_as_these_fields_alone() -> None:
    entry = AuditEntry("sign_in.ended", "done", "account", "a", "b", "c", "d")
    again = entry_from_text(entry.text())
    assert again == entry
    assert set(AuditEntry.__dataclass_fields__) == {
        "action", "result", "kind", "by", "name", "role", "address", "branch", "target", "details",
        "id",
    }  # fmt: skip


def test_no_action_is_about_a_visit_or_the_work_at_a_counter() -> None:
    groups = {action.partition(".")[0] for action in ACTIONS}
    assert groups == {
        "sign_in", "access", "account", "passkey", "token", "screen", "branch", "configuration",
        "intervention", "booking", "export", "webhook", "backup",
    }  # fmt: skip


def test_the_log_of_a_removed_branch_is_kept(
    web_app: WebApp, admin_client: FlaskClient, redis_client: Redis
) -> None:
    send(admin_client, "/admin/new", name="Nyt", branch="nyt")
    send(admin_client, "/admin/branches/nyt/remove")
    queue = queue_of(web_app)
    assert not redis_client.exists(BranchKeys("nyt").config)
    kept = [entry.action for entry in entries(queue) if entry.branch == "nyt"]
    assert kept == ["branch.added", "branch.removed"]
    queue.get(AuditReader).forget(queue.store.time() + 1000)
    assert entries(queue) == []
    assert "nyt" not in queue.get(AuditReader).tags()


def test_a_token_names_its_branch(web_app: WebApp) -> None:
    web_app.token("clerk", TOWN_HALL)
    # Of two entries of one millisecond in two streams either may be the last.
    (made,) = [each for each in entries(queue_of(web_app)) if each.action == "token.made"]
    assert (made.branch, made.by) == (TOWN_HALL, "operator")


@pytest.mark.parametrize(("refusals", "shown"), [(29, False), (30, True)])
def test_many_refusals_within_an_hour_are_shown_on_the_start_page(
    web_app: WebApp, admin_client: FlaskClient, refusals: int, shown: bool
) -> None:
    queue = queue_of(web_app)
    now = queue.store.time()
    client: Redis = queue.store.client
    text = AuditEntry("sign_in.refused", "refused", "unknown", "", "", "", "").text()
    client.xadd(log_key(WEBHOOKS), {"entry": text}, id=f"{now - 3_600_001}-0")  # too long ago
    for number in range(refusals):
        client.xadd(log_key(WEBHOOKS), {"entry": text}, id=f"{now - 3_000_000}-{number}")
    page = text_of(admin_client.get("/admin?lang=da"))
    assert (f"{refusals} login eller forespørgsler er blevet afvist" in page) is shown


def test_a_day_closed_by_hand_is_recorded_once_and_one_closed_by_the_service_is_not(
    live: Desk,
) -> None:
    asked = live.command("once")._replace(caller=ADMIN, at=None)
    close_day(live.queue, asked)
    assert close_day(live.queue, asked).replayed
    close_day(live.queue, Command(live.branch, PERIODIC))
    found = [entry for entry in entries(live.queue) if entry.action == "branch.day_closed"]
    assert [(entry.name, entry.branch) for entry in found] == [("chef", live.branch)]


def test_a_backup_of_the_service_is_recorded_and_of_another_store_is_not(
    queue: Queue, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    assert main(["backup", str(tmp_path / "empty")]) == 0
    assert main(["backup", "--new-key", str(tmp_path / "key")]) == 0
    assert entries(queue) == [], "no branch, so it may be the store of jobs"
    put_branch(queue, "raadhuset", document())
    assert main(["backup", str(tmp_path / "nightly")]) == 0
    made = entries(queue)[-1]
    assert (made.action, made.target, made.kind) == ("backup.made", "nightly", "machine")
    assert str(tmp_path) not in made.text(), "the folder is nobody's concern"


def test_a_login_that_is_ended_from_another_browser_is_recorded(web_app: WebApp) -> None:
    first, second = web_app.staff("skranke", "clerk", LIBRARY), web_app.app.test_client()
    assert log_in(second, "skranke").status_code == 303
    before = actions(queue_of(web_app)).count("sign_in.ended")
    assert send(second, "/logins/end").status_code == 303
    assert first.get("/").status_code == 303
    assert actions(queue_of(web_app)).count("sign_in.ended") == before + 1
