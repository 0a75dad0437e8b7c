"""Each setting does something: by a test here, or by the one that is named for it."""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from queue_service.access.operations import access
from queue_service.app import create_app
from queue_service.runtime.settings import Settings
from queue_service.store.keys import streams
from tests.web.web_app import LIBRARY, WebApp

TESTS: Final = Path(__file__).parent.parent
HERE: Final = "web/test_settings_at_work.py"
SHOWN_BY: Final = {
    "QUEUE_HOST": "supervisor/test_supervisor.py::test_it_says_where_the_pages_are",
    "QUEUE_PORT": "supervisor/test_supervisor.py::test_it_says_where_the_pages_are",
    "QUEUE_DATA_DIR": "supervisor/test_supervisor.py::test_it_runs_in_a_folder_with_a_blank",
    "QUEUE_WEB_PROCESSES": "metrics/test_monitoring.py::test_any_process_answers_for_all",
    "QUEUE_DRAIN_SECONDS": "faults/test_rolling_restart.py::test_replicas_restarted_one_after",
    "REDIS_URL": "commands/test_doctor.py::test_the_service_warns_of_it_when_it_starts",
    "QUEUE_JOBS_REDIS_URL": "store/test_connection.py::test_jobs_are_bytes_and_may_lie_in_another",
    "QUEUE_STORE_PASSWORD": "runtime/test_secret_files.py::test_a_password_from_a_file_opens",
    "QUEUE_SAMPLE": "supervisor/test_supervisor.py::test_it_says_where_the_pages_are",
    "QUEUE_LANGUAGE": "web/test_i18n.py::test_before_anybody_has_chosen_the_setting_counts",
    "QUEUE_KIOSK_TICKETS_PER_MINUTE": f"{HERE}::test_a_kiosk_over_its_tickets",
    "QUEUE_PUBLIC_REQUESTS_PER_MINUTE": f"{HERE}::test_an_address_over_its_public_requests",
    "QUEUE_STREAMS_PER_TOKEN": f"{HERE}::test_a_token_over_its_streams",
    "QUEUE_API_ORIGINS": "web/test_cross_origin.py::test_a_page_of_the_list_calls",
    "QUEUE_REPLICAS_TO_WAIT": f"{HERE}::test_without_the_replicas_to_wait_for",
    "QUEUE_STORE_TIMEOUT_SECONDS": "store/test_connection.py::test_a_store_that_hangs_is_reported",
    "QUEUE_TRUSTED_PROXIES": f"{HERE}::test_a_trusted_proxy_alone_says_that_it_is_https",
    "QUEUE_SMTP_URL": "notify/test_mail.py::test_a_letter_arrives_as_text_and_html",
    "QUEUE_MAIL_FROM": "notify/test_mail.py::test_a_letter_arrives_as_text_and_html",
    "QUEUE_SMS_URL": "notify/test_text_gateway.py::test_places_are_filled_in_and_headers_sent",
    "QUEUE_SMS_HEADERS": "notify/test_text_gateway.py::test_places_are_filled_in_and_headers_sent",
    "QUEUE_SMS_BODY": "notify/test_text_gateway.py::test_places_are_filled_in_and_headers_sent",
    "QUEUE_SMS_COUNTRIES": "pages/ticket/test_limits.py::test_a_text_message_goes_to_allowed",
    "QUEUE_PUSH_HOSTS": "workers/test_push_jobs.py::test_an_endpoint_of_the_own_network_is_not",
    "QUEUE_WEBHOOK_HOSTS": "workers/test_alert_jobs.py::test_a_program_gets_it_signed",
    "QUEUE_PUBLIC_URL": "pages/test_login.py::test_the_public_address_is_an_origin",
    "QUEUE_HOME_URL": "mobile/test_services.py::test_a_day_is_sent_exactly_once",
    "QUEUE_HOME_TOKEN": "mobile/test_services.py::test_a_day_is_sent_exactly_once",
    "QUEUE_VIDEO_STUN": f"{HERE}::test_the_pages_of_a_screen_get_the_servers",
    "QUEUE_VIDEO_TURN": f"{HERE}::test_the_pages_of_a_screen_get_the_servers",
    "QUEUE_VIDEO_TURN_SECRET": f"{HERE}::test_the_pages_of_a_screen_get_the_servers",
    "QUEUE_OIDC_ISSUER": "pages/test_provider_login.py::test_a_person_logs_in_and_goes",
    "QUEUE_OIDC_CLIENT_ID": "pages/test_provider_login.py::test_a_person_logs_in_and_goes",
    "QUEUE_OIDC_CLIENT_SECRET": "access/test_provider_tokens.py::test_a_code_is_redeemed_with",
    "QUEUE_OIDC_LABEL": "pages/test_provider_login.py::test_a_login_page_has_the_towns_button",
    "QUEUE_OIDC_ROLES": "pages/test_provider_login.py::test_roles_and_names_of_other_claims",
    "QUEUE_OIDC_NAME": "pages/test_provider_login.py::test_roles_and_names_of_other_claims",
    "QUEUE_OIDC_CVR": "pages/test_provider_login.py::test_privileges_of_the_town_count",
    "QUEUE_ADMIN_PASSKEYS": "passkeys/test_pages.py::test_administrators_without_the_needed",
    "QUEUE_AUDIT_DAYS": "audit/test_sending.py::test_the_worker_forgets_entries_after_the_days",
    "QUEUE_AUDIT_SYSLOG": "audit/test_sending.py::test_a_real_worker_posts_signed_entries",
    "QUEUE_AUDIT_WEBHOOK": "audit/test_sending.py::test_a_real_worker_posts_signed_entries",
    "QUEUE_AUDIT_WEBHOOK_SECRET": "audit/test_sending.py::test_a_real_worker_posts_signed_entries",
    "QUEUE_BACKUP_KEYS": "backup/test_encryption.py::test_with_a_key_only_its_holder",
    "QUEUE_SECURITY_CONTACT": "pages/test_well_known.py::test_a_contact_for_vulnerabilities",
    "QUEUE_PUBLISHER": "pages/public/test_page.py::test_the_catalogue_has_what",
    "QUEUE_ACCESSIBILITY_URL": "pages/test_well_known.py::test_the_accessibility_statement",
    "QUEUE_SEARCH_ENGINES": "pages/test_well_known.py::test_search_engines_are_let_in_where",
    "QUEUE_PLAYBOOK_FOUR_EYES": "pages/playbook/test_page.py::test_with_four_eyes_the_author",
    "QUEUE_PRINTER_DEVICES": "printers/test_printing.py::test_a_kiosk_prints_on_a_device_that",
    "QUEUE_LOG_LEVEL": "runtime/test_logs.py::test_rq_is_not_heard_below_a_warning",
    "QUEUE_LOG_FORMAT": "runtime/test_logs.py::test_all_parts_write_the_same_format",
}
"""Each variable, and the beginning of the name of the test that shows its effect."""


def test_each_setting_that_is_documented_has_a_test_that_shows_what_it_does() -> None:
    settings = (TESTS.parent / "docs" / "settings.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `((?:QUEUE_|REDIS_)[A-Z_]+)` \|", settings, re.MULTILINE)
    assert sorted(SHOWN_BY) == sorted(listed)
    for variable, where in SHOWN_BY.items():
        file, _, name = where.partition("::")
        assert f"def {name}" in (TESTS / file).read_text(encoding="utf-8"), variable


def issue(browser: FlaskClient, headers: dict[str, str]) -> TestResponse:
    """A ticket."""
    path = f"/api/v1/branches/{LIBRARY}/visits"
    return browser.post(path, json={"service": "pas"}, headers=headers)


@pytest.mark.usefixtures("redis_client")
@pytest.mark.parametrize("path", ["/api/v1/public/branches", "/b"])
@pytest.mark.parametrize(("limit", "last"), [(1, 429), (0, 200)])
def test_an_address_over_its_public_requests(
    settings: Settings, limit: int, last: int, path: str
) -> None:
    browser = WebApp.open(replace(settings, public_requests_per_minute=limit)).app.test_client()
    answers = [browser.get(path) for _ in range(3)]  # in two minutes at most
    assert answers[-1].status_code == last
    assert ("Retry-After" in answers[-1].headers) == (last == 429)


@pytest.mark.usefixtures("redis_client")
@pytest.mark.parametrize(("limit", "statuses"), [(1, [201, 429]), (2, [201, 201]), (0, [201, 201])])
def test_a_kiosk_over_its_tickets(settings: Settings, limit: int, statuses: list[int]) -> None:
    web_app = WebApp.open(replace(settings, kiosk_tickets_per_minute=limit))
    headers = web_app.bearer("kiosk", LIBRARY)
    # At night the library issues no numbers to any client: ask at one that is always open.
    always = {
        day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    }
    browser = web_app.app.test_client()
    admin = web_app.bearer("admin")
    known: Any = browser.get(f"/api/v1/branches/{LIBRARY}", headers=admin).json
    known["opening_hours"] = always
    assert browser.put(f"/api/v1/branches/{LIBRARY}", json=known, headers=admin).status_code == 200
    assert [issue(browser, headers).status_code for _ in range(2)] == statuses


@pytest.mark.parametrize(("limit", "status"), [(1, 429), (2, 200)])
def test_a_token_over_its_streams(
    settings: Settings, redis_client: Redis, limit: int, status: int
) -> None:
    web_app = WebApp.open(replace(settings, streams_per_token=limit))
    secret = web_app.token("display", LIBRARY)
    caller = access.identify(web_app.store, secret)
    assert caller is not None
    redis_client.zadd(streams(caller.id), {"another": web_app.store.now() + 60_000})
    answer = web_app.app.test_client().get(
        f"/api/v1/branches/{LIBRARY}/events", headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.status_code == status
    answer.close()


@pytest.mark.usefixtures("redis_client")
@pytest.mark.parametrize(("replicas", "status"), [(0, 201), (1, 503)])
def test_without_the_replicas_to_wait_for(settings: Settings, replicas: int, status: int) -> None:
    web_app = WebApp.open(settings)
    headers = web_app.bearer("clerk", LIBRARY)
    waiting = create_app(
        replace(settings, replicas_to_wait=replicas, store_timeout_seconds=0.1)
    ).test_client()
    assert issue(waiting, headers).status_code == status


@pytest.mark.usefixtures("redis_client")
def test_the_pages_of_a_screen_get_the_servers(settings: Settings) -> None:
    web_app = WebApp.open(settings)
    headers = web_app.bearer("clerk", LIBRARY)
    path = f"/api/v1/branches/{LIBRARY}/counters/screen-1/video"
    alone = create_app(settings).test_client().get(path, headers=headers)
    assert alone.get_json()["ice_servers"] == []
    set_up = replace(
        settings, video_stun=("stun:a:1",), video_turn=("turn:b:2",), video_turn_secret="hush"
    )
    stun, turn = (
        create_app(set_up).test_client().get(path, headers=headers).get_json()["ice_servers"]
    )
    assert stun == {"urls": ["stun:a:1"]}
    assert turn["urls"] == ["turn:b:2"]
    name = turn["username"].encode()
    assert turn["credential"] == b64encode(hmac.digest(b"hush", name, "sha1")).decode()


@pytest.mark.usefixtures("redis_client")
@pytest.mark.parametrize("proxies", [0, 1])
def test_a_trusted_proxy_alone_says_that_it_is_https(settings: Settings, proxies: int) -> None:
    browser = create_app(replace(settings, trusted_proxies=proxies)).test_client()
    answer = browser.get("/login?lang=en", headers={"X-Forwarded-Proto": "https"})
    assert ("Secure" in answer.headers["Set-Cookie"]) is bool(proxies)
