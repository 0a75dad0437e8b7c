"""The page that lists what a branch's own texts lack."""

from __future__ import annotations

import pytest

from queue_service import sample
from queue_service.configuration.operations import put_branch
from queue_service.runtime.settings import Settings
from tests.desks import in_two_languages
from tests.web.web_app import LIBRARY, WebApp


@pytest.mark.usefixtures("redis_client")
def test_the_list_has_what_is_missing_and_the_language_shown_instead(settings: Settings) -> None:
    web_app = WebApp.open(settings)
    document = in_two_languages(sample.documents()[LIBRARY])
    document["services"][0]["name"] = {"en": "Passport", "ar": "جواز السفر"}
    put_branch(web_app.app.extensions["queue"], LIBRARY, document | {"languages": ["en", "ar"]})
    answer = web_app.staff("anna", "admin").get(f"/admin/branches/{LIBRARY}/texts?lang=en")
    assert answer.status_code == 200
    rows = answer.text.split("<tr>")
    (licence,) = [row for row in rows if "Kørekort" in row]
    assert "<td>Arabic</td><td>Danish</td>" in licence
    assert f"/admin/branches/{LIBRARY}/services" in licence
    assert not [row for row in rows if "Passport" in row], "it lacks nothing"
    assert "complete" in answer.text
