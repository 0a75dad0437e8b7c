"""An archived branch: out of use everywhere, with its figures, and put into use again."""

from __future__ import annotations

import pytest
from redis import Redis

from queue_service.access.rules.caller import Caller
from queue_service.alerts.operations.alerts import check, open_alerts, past_alerts
from queue_service.alerts.operations.subscriptions import SubscriptionRequest, subscribe
from queue_service.alerts.rules.alerts import Alert, AlertStep, OpenAlerts
from queue_service.alerts.rules.causes import AlertCause, Cause
from queue_service.alerts.store import AlertStore
from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.branches.store import BranchStore
from queue_service.cli import main
from queue_service.closing.operations.periodic import live_branches
from queue_service.command import Command, Queue
from queue_service.configuration.archiving import archive, unarchive
from queue_service.configuration.history import history, restore
from queue_service.configuration.holidays import configured_here
from queue_service.configuration.operations import get_branch, list_branches, put_branch
from queue_service.counters.operations import counters
from queue_service.counters.store import CounterStore
from queue_service.errors import BranchArchived, BranchNotFound, InUse
from queue_service.lifeline.operations.reachable import lifelines_for
from queue_service.public.operations import PublicBranches
from queue_service.runtime.settings import Settings
from queue_service.visits.operations import calling, issuing, visits
from tests.desks import CLERK, KIOSK, document
from tests.web.roles import Roles
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp, send, text_of

HALL = "raadhuset"
ADMIN = Caller("acc_1", "admin", kind="account", name="chef")
ALWAYS = {day: [["00:00", "24:00"]] for day in WEEKDAYS}


@pytest.fixture
def hall(queue: Queue) -> Queue:
    put_branch(queue, HALL, document(opening_hours=ALWAYS, public_page=True))
    return queue


def served(queue: Queue) -> None:
    """One citizen, from the ticket to the end."""
    visit = issuing.issue(queue, Command(HALL, KIOSK), "pas").visit
    counters.open_counter(queue, Command(HALL, CLERK), "1", None)
    calling.call_next(queue, Command(HALL, CLERK), "1")
    visits.complete(queue, Command(HALL, CLERK), visit.id, "resolved")


def test_nothing_is_issued_and_no_counter_opens_in_an_archived_branch(hall: Queue) -> None:
    served(hall)
    assert archive(hall, HALL, by=ADMIN).branch.archived
    for caller in (KIOSK, CLERK):
        with pytest.raises(BranchArchived):
            issuing.issue(hall, Command(HALL, caller), "pas")
    with pytest.raises(BranchArchived):
        issuing.serve(hall, Command(HALL, CLERK), "1", "pas")
    with pytest.raises(BranchArchived):
        counters.open_counter(hall, Command(HALL, CLERK), "1", None)
    assert hall.get(CounterStore).states(HALL).open == {}, "its counters are closed"
    unarchive(hall, HALL, by=ADMIN)
    assert issuing.issue(hall, Command(HALL, KIOSK), "pas").visit.number == "A002"


def test_a_branch_with_an_open_visit_stays_in_use(hall: Queue) -> None:
    visit = issuing.issue(hall, Command(HALL, KIOSK), "pas").visit
    before = get_branch(hall, HALL).revision
    with pytest.raises(InUse) as refused:
        archive(hall, HALL, by=ADMIN)
    assert refused.value.extra["number"] == "A001"
    assert get_branch(hall, HALL).revision == before
    visits.abandon(hall, Command(HALL, CLERK), visit.id)
    assert archive(hall, HALL, by=ADMIN).branch.archived


def test_its_screens_are_revoked_and_programs_and_other_branches_keep_theirs(
    web_app: WebApp,
) -> None:
    own, other = web_app.screen("kiosk", LIBRARY), web_app.screen("kiosk", TOWN_HALL)
    program = web_app.bearer("kiosk", LIBRARY)
    archive(web_app.app.extensions["queue"], LIBRARY, by=ADMIN)
    left = [(token.branch, token.device) for token in web_app.store.tokens()]
    assert sorted(left) == [(LIBRARY, False), (TOWN_HALL, True)]
    assert own.get(f"/kiosk/{LIBRARY}").status_code != 200
    assert other.get(f"/kiosk/{TOWN_HALL}").status_code == 200
    state = f"/api/v1/branches/{LIBRARY}/state"
    assert web_app.app.test_client().get(state, headers=program).status_code == 200


def test_it_is_in_no_list_of_every_day_and_keeps_its_past(hall: Queue) -> None:
    served(hall)
    public = PublicBranches(hall)
    now = hall.store.time()
    assert [kept.branch.id for kept in public.all(now)] == [HALL]
    archive(hall, HALL, by=ADMIN)
    assert hall.get(BranchStore).in_use() == []
    assert live_branches(hall) == []
    assert configured_here(hall, list_branches(hall)) == []
    later = now + 60_000
    assert public.all(later) == []
    with pytest.raises(BranchNotFound):
        public.get(HALL, later)
    check(hall)
    assert [branch.id for branch in hall.get(BranchStore).all()] == [HALL]


def test_an_archived_branch_raises_no_alert_and_its_lifelines_cannot_be_rung(hall: Queue) -> None:
    lines = [{"id": "pas", "name": {"da": "Pas"}, "telephone": "4410"}]
    put_branch(hall, HALL, document(opening_hours=ALWAYS, lifelines=lines))
    put_branch(hall, "filialen", document())
    wanted = SubscriptionRequest(("unattended",), "mail", target="leder@example.dk")
    subscribe(hall, HALL, Caller("acc_leader", "supervisor"), wanted)

    def watched() -> bool:
        """Whether the check has kept something of the branch, which is open without a counter."""
        before = stored(hall)
        check(hall)
        return stored(hall) != before

    archive(hall, HALL, by=ADMIN)
    assert not watched()
    assert lifelines_for(hall, "filialen", "pas") == []
    unarchive(hall, HALL, by=ADMIN)
    assert watched()
    assert [line.lifeline.id for line in lifelines_for(hall, "filialen", "pas")] == ["pas"]


def test_an_open_alert_of_a_branch_ends_once_it_is_archived(hall: Queue) -> None:
    wanted = SubscriptionRequest(("unattended",), "mail", target="leder@example.dk", all_clear=True)
    own = subscribe(hall, HALL, Caller("acc_leader", "supervisor"), wanted)
    cause = AlertCause(Cause("unattended"), since=1)
    alert = Alert("alert1", 1, cause, told=(own.id,))
    before = hall.get(AlertStore).read(HALL)[1]
    hall.get(AlertStore).commit(HALL, before, AlertStep(OpenAlerts((alert,))), [])
    check(hall)
    assert [each.alert.id for each in open_alerts(hall, HALL)] == ["alert1"]
    archive(hall, HALL, by=ADMIN)
    for _ in range(2):
        check(hall)
        assert open_alerts(hall, HALL) == []
        (over,) = past_alerts(hall, HALL)
        assert over.resolved_at is not None
        assert [each.event for each in hall.get(AlertStore).deliveries(HALL)] == ["resolved"]


def stored(queue: Queue) -> set[str | bytes]:
    return set(queue.store.client.keys("*alerts*"))


def test_the_change_is_in_the_history_and_the_audit_log_once(hall: Queue) -> None:
    archive(hall, HALL, by=ADMIN)
    assert archive(hall, HALL, by=ADMIN).unchanged
    unarchive(hall, HALL, by=ADMIN)
    assert unarchive(hall, HALL, by=ADMIN).unchanged
    changes = history(hall, HALL).changes
    actions = [change.revision.entry.action for change in changes if change.revision.entry]
    assert actions == ["branch.unarchived", "branch.archived", "branch.added"]
    assert [each.path for each in changes[0].differences] == [("archived",)]
    assert changes[0].revision.entry is not None
    assert changes[0].revision.entry.name == "chef"
    restore(hall, HALL, changes[1].revision.place, if_match=None, by=ADMIN)
    assert get_branch(hall, HALL).archived, "an earlier configuration may be an archived one"


def test_pages_show_it_among_the_archived_and_put_it_into_use_again(web_app: WebApp) -> None:
    browser = web_app.staff("anna", "admin")
    path = f"/admin/branches/{LIBRARY}"
    done = send(browser, f"{path}/archive")
    assert done.status_code == 303
    page = text_of(browser.get(f"{path}?lang=en"))
    assert "This branch is archived." in page
    assert "Archived branches" in text_of(browser.get("/admin?lang=en"))
    assert f"/kiosk/{LIBRARY}" not in browser.get("/").text
    assert f"/kiosk/{TOWN_HALL}" in browser.get("/").text
    for gone in (f"/kiosk/{LIBRARY}", f"/counter/{LIBRARY}", f"/display/{LIBRARY}",
                 f"/reception/{LIBRARY}"):  # fmt: skip
        refused = browser.get(f"{gone}?lang=en")
        assert (refused.status_code, "This branch is archived" in text_of(refused)) == (409, True)
    assert browser.get(f"/b/{LIBRARY}").status_code == 404
    for kept in ("history", "exports", "history/branches"):
        assert browser.get(f"/dashboards/{LIBRARY}/{kept}").status_code == 200
    switcher = browser.get(f"/dashboards/{TOWN_HALL}/history").text
    assert f"/dashboards/{LIBRARY}" not in switcher
    assert send(browser, f"{path}/unarchive").status_code == 303
    assert browser.get(f"/counter/{LIBRARY}").status_code == 200


def test_a_refused_archive_leads_to_the_counters(web_app: WebApp) -> None:
    queue: Queue = web_app.app.extensions["queue"]
    put_branch(queue, LIBRARY, document(opening_hours=ALWAYS))
    browser = web_app.staff("anna", "admin")
    path = f"/admin/branches/{LIBRARY}"
    way = "Gå til skrankerne"
    assert way not in text_of(browser.get(path))
    issuing.issue(queue, Command(LIBRARY, CLERK), "pas")
    refused = send(browser, f"{path}/archive")
    assert refused.status_code == 409
    assert way in text_of(refused)
    assert browser.get(f"/counter/{LIBRARY}").status_code == 200


def test_programs_archive_a_branch_and_the_metrics_leave_it_out(
    web_app: WebApp, roles: Roles
) -> None:
    client, reader = web_app.app.test_client(), web_app.bearer("metrics")
    api = f"/branches/{LIBRARY}"
    assert f'branch="{LIBRARY}"' in client.get("/metrics/queue", headers=reader).text
    assert roles.send("clerk", f"{api}/archive", {}).status_code == 403
    done = roles.send("admin", f"{api}/archive", {})
    assert (done.status_code, done.json["archived"]) == (200, True)
    queue: Queue = web_app.app.extensions["queue"]
    queue.get(BranchStore).forget(LIBRARY)  # another process keeps it for five seconds
    assert f'branch="{LIBRARY}"' not in client.get("/metrics/queue", headers=reader).text
    listed = roles.send("admin", "/branches").json["branches"]
    assert [one["id"] for one in listed] == [TOWN_HALL]
    refused = roles.send("clerk", f"{api}/visits", {"service": "pas"})
    assert (refused.status_code, refused.json["code"]) == (409, "branch_archived")
    link = roles.send("admin", f"{api}/screens/links", {"role": "kiosk"})
    assert (link.status_code, link.json["code"]) == (409, "branch_archived")
    assert roles.send("admin", api).json["archived"] is True
    week = {"from": "2026-11-23", "to": "2026-11-29", "by": "day"}
    assert roles.send("supervisor", f"{api}/statistics", query=week).status_code == 200
    again = roles.send("admin", f"{api}/unarchive", {})
    assert (again.status_code, "archived" in again.json) == (200, False)


def test_the_command_archives_a_branch(
    redis_client: Redis,
    settings: Settings,
    hall: Queue,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    assert redis_client.ping()
    assert main(["branch", "archive", HALL]) == 0
    assert capsys.readouterr().out == f"{HALL}: archived\n"
    assert main(["branch", "unarchive", HALL]) == 0
    issuing.issue(hall, Command(HALL, KIOSK), "pas")
    assert main(["branch", "archive", HALL]) == 1
    assert "Visits are open" in capsys.readouterr().err
