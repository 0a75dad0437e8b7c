"""The facts of an installation, and the pages on which administrators take the papers out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from queue_service.access.rules.caller import Caller
from queue_service.alerts.operations import subscriptions
from queue_service.alerts.operations.subscriptions import SubscriptionRequest
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.pages.admin.privacy_settings import surroundings
from queue_service.privacy.operations import facts_of
from queue_service.privacy.rules.facts import Recipient, Surroundings
from queue_service.privacy.rules.kept_data import Feature
from queue_service.runtime.provider_settings import ProviderSettings
from queue_service.runtime.settings import Settings
from tests.audit.test_recording import actions, queue_of
from tests.desks import document
from tests.web.web_app import LIBRARY, WebApp, text_of

LINE: dict[str, Any] = {"id": "pas", "name": {"da": "Pas"}, "telephone": "12 34 56 78"}
STOP = {"id": "havn", "name": {"da": "Havn"}, "hours": {"mon": [["09:00", "10:00"]]}}
SERVICE = {"id": "krise", "name": {"da": "Krise"}, "prefix": "K", "private": True}


@pytest.mark.parametrize(
    ("change", "feature"),
    [
        ({"help_button": True}, "help"),
        ({"lifelines": [LINE]}, "lifelines"),
        ({"paper_numbers": True}, "paper"),
        ({"public_page": True}, "public_page"),
        ({"feedback_on_slip": True}, "slip_answers"),
        ({"services": [SERVICE], "counters": [], "teams": [], "goals": []}, "private_services"),
        (
            {"counters": [{"id": "1", "name": "Skærm 1", "video": {"telephone": "12 34 56 78"}}]},
            "video",
        ),
        ({"stops": [STOP]}, "bus"),
    ],
)
def test_a_part_of_a_branch_is_a_fact(
    queue: Queue, change: dict[str, Any], feature: Feature
) -> None:
    put_branch(queue, "nord", document())
    assert facts_of(queue, Surroundings()).features == frozenset()
    put_branch(queue, "syd", document(name="Syd", retention_days=30, **change))
    facts = facts_of(queue, Surroundings())
    assert facts.features == {feature}
    assert facts.where(feature) == ("Syd",)
    assert sorted(facts.retention_days) == [30, 90]


def test_branches_for_practice_and_of_replayed_days_are_none(queue: Queue) -> None:
    put_branch(queue, "oevelse", document(practice=True, help_button=True))
    put_branch(queue, "foer", document(historic=True, help_button=True))
    facts = facts_of(queue, Surroundings())
    assert (facts.branches, facts.features, facts.recipients) == ((), frozenset(), ())


@pytest.mark.parametrize(
    ("around", "recipients"),
    [
        (Surroundings(), ()),
        (Surroundings(store_hosts=("a", "b")), (Recipient("store", ("a", "b")),)),
        (Surroundings(mail_host="mail"), (Recipient("mail", ("mail",)),)),
        (Surroundings(sms_host="sms", phone=True), (Recipient("sms", ("sms",)),)),
        (Surroundings(sms_host="sms"), ()),
        (Surroundings(push=True, phone=True), (Recipient("push"),)),
        (Surroundings(push=True), ()),
        (Surroundings(syslog_host="log"), (Recipient("audit_syslog", ("log",)),)),
        (Surroundings(audit_webhook_host="log"), (Recipient("audit_webhook", ("log",)),)),
        (Surroundings(turn_hosts=("turn",), stun_hosts=("stun",)), ()),
        (Surroundings(provider_host="id"), (Recipient("provider", ("id",)),)),
        (Surroundings(central_server="home"), (Recipient("central_server", ("home",)),)),
    ],
)
def test_recipients_are_those_of_the_settings(
    queue: Queue, around: Surroundings, recipients: tuple[Recipient, ...]
) -> None:
    put_branch(queue, "nord", document())
    assert facts_of(queue, around).recipients == recipients


def test_servers_for_video_are_recipients_where_a_branch_has_video(queue: Queue) -> None:
    screen = {"id": "1", "name": "Skærm 1", "video": {"telephone": "12 34 56 78"}}
    put_branch(queue, "nord", document(counters=[screen]))
    around = Surroundings(turn_hosts=("turn",), stun_hosts=("stun",))
    expected = (Recipient("turn", ("turn",)), Recipient("stun", ("stun",)))
    assert facts_of(queue, around).recipients == expected


def test_a_subscription_at_another_system_is_a_recipient(queue: Queue) -> None:
    put_branch(queue, "nord", document())
    wish = SubscriptionRequest(("wait",), "webhook", target="https://ops.example.dk/in")
    subscriptions.subscribe(queue, "nord", Caller("acc_1", "supervisor"), wish)
    facts = facts_of(queue, Surroundings())
    assert facts.recipients == (Recipient("alert_webhooks", ("ops.example.dk",)),)


def test_settings_are_facts_without_their_secrets() -> None:
    settings = Settings(
        redis_url="rediss+sentinel://user:secret@one:26379,two:26379/main",
        smtp_url="smtps://user:secret@mail.example.dk:465",
        sms_url="https://sms.example.dk/secret",
        video_turn=("turns:turn.example.dk:5349?transport=tcp",),
        video_stun=("stun:stun.example.dk:3478",),
        audit_syslog="tls://log.example.dk",
        audit_webhook="https://siem.example.dk/secret",
        public_url="https://queue.nord.dk",
        publisher="Nord Kommune",
        backup_keys=("age1x",),
        provider=ProviderSettings("https://login.example.dk/tenant", "queue", "secret"),
    )
    found = surroundings(settings)
    assert "secret" not in repr(found)
    assert found.store_hosts == ("one", "two")
    assert (found.store_encrypted, found.https, found.backups_encrypted) == (True, True, True)
    assert found.provider_host == "login.example.dk"
    assert (found.mail_host, found.sms_host) == ("mail.example.dk", "sms.example.dk")
    assert (found.turn_hosts, found.stun_hosts) == (("turn.example.dk",), ("stun.example.dk",))
    assert (found.syslog_host, found.audit_webhook_host) == ("log.example.dk", "siem.example.dk")
    assert (found.phone, found.push, found.publisher) == (True, True, "Nord Kommune")
    for url in (None, "unix:///run/redis", "redis://127.0.0.1:6379"):
        assert surroundings(replace(settings, redis_url=url)).store_hosts == ()
    cluster = replace(settings, redis_url="redis+cluster://one:6379,two:6379")
    assert surroundings(cluster).store_hosts == ("one", "two")
    assert surroundings(cluster).store_encrypted is False


def test_papers_are_read_in_two_languages_and_taken_out_as_recorded_files(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    page = admin_client.get("/admin/privacy?lang=da")
    assert "Fortegnelse over behandlingsaktiviteter" in text_of(page)
    english = admin_client.get("/admin/privacy/notice?language=en&lang=da")
    assert "Notice to staff about control measures" in text_of(english)
    before = actions(queue_of(web_app)).count("export.paper")
    file = admin_client.get("/admin/privacy/agreement/file")
    assert file.headers["Content-Disposition"] == 'attachment; filename="agreement.html"'
    assert "Bilag B. Underdatabehandlere" in file.text
    assert "<script" not in file.text
    assert actions(queue_of(web_app)).count("export.paper") == before + 1
    assert admin_client.get("/admin/privacy/letter").status_code == 404
    assert admin_client.get("/admin/privacy/record/file?format=docx").status_code == 422
    assert actions(queue_of(web_app)).count("export.paper") == before + 1
    local, link = web_app.staff("lokal", "admin", LIBRARY), 'href="/admin/privacy"'
    assert link in admin_client.get("/admin/audit").text
    assert link not in local.get("/admin/audit").text
    assert local.get("/admin/privacy").status_code == 403


@pytest.mark.usefixtures("pango")
def test_a_paper_is_a_pdf(admin_client: FlaskClient) -> None:
    file = admin_client.get("/admin/privacy/record/file?format=pdf")
    assert file.mimetype == "application/pdf"
    assert file.data.startswith(b"%PDF-")
