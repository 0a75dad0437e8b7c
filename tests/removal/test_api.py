"""Removing a branch over the API and on the administrator's page."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.store.redis_store import RedisStore
from tests.desks import Desk, document
from tests.insight.looking_back import served
from tests.live.test_revoked_streams import assert_ends, many
from tests.web.service import Refused, Service
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp, send, text_of


@pytest.fixture
def replayed(web_app: WebApp) -> str:
    """A branch of replayed days, with one day."""
    queue: Queue = web_app.app.extensions["queue"]
    put_branch(queue, "replay-march", document(historic=True, name="Marts"))
    desk = Desk(queue, "replay-march")
    desk.open("1")
    served(desk, 100)
    return desk.branch


def code_of(answer: TestResponse) -> str:
    problem = answer.json
    assert problem is not None
    return str(problem["code"])


def test_deleting_is_answered_as_the_contract_says(web_app: WebApp, replayed: str) -> None:
    client, admin = web_app.app.test_client(), web_app.bearer("admin")
    address = f"/api/v1/branches/{replayed}"
    assert client.delete(address, headers=web_app.bearer("supervisor")).status_code == 403
    gone = client.delete(address, headers=admin)
    assert (gone.status_code, gone.data) == (204, b"")
    again = client.delete(address, headers=admin)
    assert (again.status_code, code_of(again)) == (404, "branch_not_found")
    assert client.get(address, headers=admin).status_code == 404
    assert replayed not in client.get("/api/v1/branches", headers=admin).text


def test_a_branch_with_tickets_is_in_use_and_one_without_leaves_the_metrics(
    web_app: WebApp,
) -> None:
    client, admin = web_app.app.test_client(), web_app.bearer("admin")
    queue: Queue = web_app.app.extensions["queue"]
    Desk(queue, TOWN_HALL).issue(next(iter(queue.get(BranchStore).get(TOWN_HALL).services)))
    used = client.delete(f"/api/v1/branches/{TOWN_HALL}", headers=admin)
    assert (used.status_code, code_of(used)) == (409, "in_use")

    def measured(branch: str) -> bool:
        return f'branch="{branch}"' in client.get("/metrics/queue", headers=admin).text

    assert measured(LIBRARY)
    assert client.delete(f"/api/v1/branches/{LIBRARY}", headers=admin).status_code == 204
    assert not measured(LIBRARY)
    assert measured(TOWN_HALL)


def test_an_administrator_of_another_branch_removes_nothing(web_app: WebApp, replayed: str) -> None:
    other = web_app.bearer("admin", LIBRARY)
    client = web_app.app.test_client()
    assert client.delete(f"/api/v1/branches/{replayed}", headers=other).status_code == 403


def test_the_page_names_what_goes_and_asks_before(admin_client: FlaskClient, replayed: str) -> None:
    page = text_of(admin_client.get(f"/admin/branches/{replayed}"))
    assert "1 genafspillet dag, ons. 25. nov. 2026, forsvinder med alle besøg" in page
    assert "Ja, fjern Marts" in page
    done = send(admin_client, f"/admin/branches/{replayed}/remove")
    assert done.status_code == 303
    reported = text_of(admin_client.get(done.headers["Location"]))
    assert f"Afdelingen {replayed} er fjernet" in reported
    assert "Marts" not in reported
    assert admin_client.get(f"/admin/branches/{replayed}").status_code == 404


def test_a_removal_that_was_broken_off_is_finished_from_the_page(
    admin_client: FlaskClient, replayed: str, redis_client: Any
) -> None:
    address = f"/admin/branches/{replayed}/remove"
    redis_client.execute_command("ACL", "SETUSER", "default", "-scan")
    try:
        broken = send(admin_client, address)
    finally:
        redis_client.execute_command("ACL", "SETUSER", "default", "+scan")
    assert broken.status_code == 503
    page = admin_client.get("/admin")
    assert "Ikke fjernet helt" in text_of(page)
    assert f'action="{address}"' in page.text
    assert send(admin_client, address).status_code == 303
    assert replayed not in admin_client.get("/admin").text


def test_a_branch_with_tickets_has_no_button_and_says_why_not(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    address = f"/admin/branches/{TOWN_HALL}"
    assert "Her er aldrig udstedt et nummer." in text_of(admin_client.get(address))
    queue: Queue = web_app.app.extensions["queue"]
    Desk(queue, TOWN_HALL).issue(next(iter(queue.get(BranchStore).get(TOWN_HALL).services)))
    assert "Fjern afdelingen" not in text_of(admin_client.get(address))
    refused = send(admin_client, f"{address}/remove")
    assert refused.status_code == 409
    assert "Afdelingen har udstedt numre" in text_of(refused)


def test_its_streams_end_in_every_process(service: Service) -> None:
    branch = service.branch()
    bearer = {"Authorization": f"Bearer {service.api('display').token}"}
    with many(service, branch, bearer) as streams:
        service.api().call("DELETE", f"/branches/{branch}")
        assert_ends(streams)
    with pytest.raises(Refused) as refused:
        service.api("display").get(f"/branches/{branch}/state")
    assert refused.value.status == 404


def test_another_process_drops_what_it_kept_of_it(service: Service, redis_client: Redis) -> None:
    """Each web process has read the branch; after the removal none of them shows it."""
    branch = service.branch()
    for _ in range(8):
        service.api().get(f"/branches/{branch}/state")
    service.api().call("DELETE", f"/branches/{branch}")
    for _ in range(8):
        with pytest.raises(Refused):
            service.api().get(f"/branches/{branch}")
    assert branch not in Queue(RedisStore(redis_client)).get(BranchStore).ids()
