"""A branch's configuration as a file: taken out, corrected and put back."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.web_app import LIBRARY, TOWN_HALL, send, text_of


def test_a_configuration_comes_back_as_it_was_taken_out(admin_client: FlaskClient) -> None:
    file = admin_client.get(f"/admin/branches/{LIBRARY}/configuration.json")
    assert f'filename="{LIBRARY}.json"' in file.headers["Content-Disposition"]
    document = {**json.loads(file.data), "name": "Biblioteket på torvet"}
    answer = upload(admin_client, LIBRARY, document)
    assert answer.status_code == 200
    assert "Biblioteket på torvet" in text_of(answer)
    assert "Gemt." in text_of(answer)


def test_a_configuration_that_somebody_else_changed_meanwhile_is_kept(
    admin_client: FlaskClient,
) -> None:
    file = json.loads(admin_client.get(f"/admin/branches/{LIBRARY}/configuration.json").data)
    opened = revision(admin_client, LIBRARY)
    upload(admin_client, LIBRARY, {**file, "name": "First"}, opened)
    answer = upload(admin_client, LIBRARY, {**file, "name": "Second"}, opened)
    assert answer.status_code == 412
    assert "En anden har ændret opsætningen" in text_of(answer)
    assert "First" in text_of(admin_client.get("/admin"))


def test_a_file_replaces_only_the_configuration_that_it_was_taken_from(
    admin_client: FlaskClient,
) -> None:
    file = json.loads(admin_client.get(f"/admin/branches/{LIBRARY}/configuration.json").data)
    assert (file["id"], file["revision"]) == (LIBRARY, revision(admin_client, LIBRARY))
    upload(admin_client, LIBRARY, {**file, "name": "First"})
    late = upload(admin_client, LIBRARY, {**file, "name": "Second"})
    assert late.status_code == 412
    assert "En anden har ændret opsætningen" in text_of(late)
    del file["revision"]
    assert upload(admin_client, LIBRARY, {**file, "name": "Third"}).status_code == 200


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": TOWN_HALL}, "Det er en anden afdelings opsætning."),
        ({"revision": 7}, "Den skal være, som da den blev hentet."),
    ],
)
def test_the_file_of_another_branch_is_refused(
    admin_client: FlaskClient, changes: dict[str, Any], reason: str
) -> None:
    file = json.loads(admin_client.get(f"/admin/branches/{LIBRARY}/configuration.json").data)
    refused = upload(admin_client, LIBRARY, {**file, **changes, "name": "Elsewhere"})
    assert refused.status_code == 422
    assert reason in text_of(refused)
    assert "Elsewhere" not in text_of(admin_client.get("/admin"))


def test_every_wrong_field_of_a_configuration_is_named(admin_client: FlaskClient) -> None:
    opened = revision(admin_client, LIBRARY)
    answer = upload(admin_client, LIBRARY, {"services": [{"id": "x", "prefix": "a"}]}, opened)
    assert answer.status_code == 422
    for field in ("name", "services[0].name", "services[0].prefix"):
        assert f"<code>{field}</code>" in answer.text
    assert f'name="revision" value="{opened}"' in answer.text, "correcting starts where it began"


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 10_000])
def test_a_file_that_is_no_configuration_is_refused(admin_client: FlaskClient, data: bytes) -> None:
    fields = {
        "revision": revision(admin_client, LIBRARY),
        "configuration": (BytesIO(data), "x.json"),
    }
    assert send(admin_client, f"/admin/branches/{LIBRARY}/file", **fields).status_code == 422


def test_a_refused_file_can_be_corrected_in_its_form(
    admin_client: FlaskClient,
) -> None:
    document = json.loads(admin_client.get(f"/admin/branches/{LIBRARY}/configuration.json").data)
    answer = upload(admin_client, LIBRARY, {**document, "name": "", "retention_days": 12})
    assert answer.status_code == 422
    assert "&#34;retention_days&#34;: 12" in answer.text, "what was sent is in the text"
    text = json.dumps({**document, "name": "Bedre"})
    fields = {"revision": revision(admin_client, LIBRARY), "text": text}
    assert send(admin_client, f"/admin/branches/{LIBRARY}/file", **fields).status_code == 200
    assert "Bedre" in text_of(admin_client.get("/admin"))


def test_a_huge_form_is_refused(admin_client: FlaskClient) -> None:
    fields = {"configuration": (BytesIO(b"x" * 300_000), "x.json")}
    answer = send(admin_client, f"/admin/branches/{LIBRARY}/file", **fields)
    assert answer.status_code in (400, 413)


def revision(browser: FlaskClient, branch: str) -> str:
    """The revision with which the page was opened."""
    found = re.search(
        'name="revision" value="([^"]+)"', browser.get(f"/admin/branches/{branch}/file").text
    )
    assert found
    return found[1]


def upload(
    browser: FlaskClient, branch: str, document: dict[str, Any], opened: str | None = None
) -> TestResponse:
    """Send a configuration from the branch's page."""
    fields = {
        "revision": opened or revision(browser, branch),
        "configuration": (BytesIO(json.dumps(document).encode()), "x.json"),
    }
    return send(browser, f"/admin/branches/{branch}/file", **fields)


def test_faults_are_reported_in_danish(admin_client: FlaskClient) -> None:
    document = json.loads(admin_client.get(f"/admin/branches/{LIBRARY}/configuration.json").data)
    wrong = {**document, "unsure_service": "ukendt", "languages": [], "retention_days": 0}
    text = text_of(upload(admin_client, LIBRARY, wrong))
    assert "Afdelingen har ingen ydelse med dette id." in text
    assert "Der skal være mindst 1, og der er 0." in text
    assert "Det skal være mindst 1." in text
    assert "It must" not in text
    assert "The branch has no" not in text


def test_a_box_that_is_not_ticked_is_reported_once_in_danish(admin_client: FlaskClient) -> None:
    fields = {"name": "Biblioteket", "timezone": "Europe/Copenhagen", "retention_days": "90"}
    lengths = ("no_show_after_seconds", "return_window_seconds", "priority_head_start_seconds")
    fields |= {f"{length}-min": "5" for length in lengths}
    text = text_of(send(admin_client, f"/admin/branches/{LIBRARY}/general", **fields))
    assert "Vælg mindst ét sprog" in text
    assert "It must" not in text
    assert "languages:" not in text


def test_a_fault_in_the_hours_of_a_service_names_the_service(admin_client: FlaskClient) -> None:
    fields = {"services-0-id": "pas", "services-0-name-da": "Pas", "services-0-prefix": "A"}
    fields |= {"services-0-hours-fri-0-from": "9", "services-0-hours-fri-0-until": "x"}
    refused = send(admin_client, f"/admin/branches/{LIBRARY}/services", **fields)
    assert "Pas, Fredag: lukker" in text_of(refused)


def test_new_objects_get_ids_from_their_names(
    admin_client: FlaskClient,
) -> None:
    fields: dict[str, str] = {}
    for nth, name in enumerate(("Flytning", "Fritidspas", "")):
        fields |= {f"services-{90 + nth}-id": "", f"services-{90 + nth}-name-da": name}
        fields[f"services-{90 + nth}-prefix"] = "1"
    fields["services-0-id"] = "pas"  # and no more of it, as no browser sends it
    text = text_of(send(admin_client, f"/admin/branches/{LIBRARY}/services", **fields))
    for about in ("Flytning: Bogstaver", "Fritidspas: Bogstaver", "Ny ydelse: Bogstaver"):
        assert about in text
