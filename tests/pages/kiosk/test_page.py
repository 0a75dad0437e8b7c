"""The branch's data in the kiosk's page."""

from __future__ import annotations

from typing import Any

from queue_service import sample
from queue_service.configuration.operations import put_branch
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp


def test_the_in_doubt_service_is_set_and_on_its_button_alone(web_app: WebApp) -> None:
    kiosk = web_app.screen("kiosk")
    setup: Any = kiosk.get(f"/kiosk/{LIBRARY}/setup").json
    assert setup["unsure"] == "andet"
    assert "andet" not in [service["id"] for service in setup["services"]]

    document = sample.documents()[LIBRARY] | {"unsure_service": None}
    put_branch(web_app.app.extensions["queue"], LIBRARY, document)
    setup = kiosk.get(f"/kiosk/{LIBRARY}/setup").json
    assert setup["unsure"] is None
    assert "andet" in [service["id"] for service in setup["services"]]


def test_its_clock_is_the_stores(web_app: WebApp) -> None:
    queue = web_app.app.extensions["queue"]
    kiosk = web_app.screen("kiosk")
    before = queue.store.time()
    setup: Any = kiosk.get(f"/kiosk/{LIBRARY}/setup").json
    assert before <= setup["at"] <= queue.store.time()


def test_the_page_greets_in_the_branchs_first_language(web_app: WebApp) -> None:
    kiosk = web_app.screen("kiosk")

    assert '<html lang="da"' in kiosk.get(f"/kiosk/{LIBRARY}").text
    assert '<html lang="en"' in kiosk.get(f"/kiosk/{LIBRARY}?lang=en").text


def test_the_paper_is_remembered_and_anything_else_is_no_paper(web_app: WebApp) -> None:
    kiosk = web_app.screen("kiosk")

    assert 'data-paper="0"' in kiosk.get(f"/kiosk/{LIBRARY}?paper=210").text
    assert 'data-paper="80"' in kiosk.get(f"/kiosk/{LIBRARY}?paper=80").text
    assert 'data-paper="80"' in kiosk.get(f"/kiosk/{LIBRARY}").text


def test_a_kiosk_sees_its_own_branch_alone(web_app: WebApp) -> None:
    kiosk = web_app.screen("kiosk", LIBRARY)

    assert kiosk.get(f"/kiosk/{LIBRARY}/setup").json["name"]  # type: ignore[index]  # JSON was answered
    assert kiosk.get(f"/kiosk/{TOWN_HALL}").status_code == 403
    assert kiosk.get(f"/kiosk/{TOWN_HALL}/setup").status_code == 403


def test_a_collection_comes_first_with_its_pictogram(web_app: WebApp) -> None:
    document = sample.documents()[LIBRARY]
    *others, last = document["services"]
    services = [*others, {"id": "afhent", "name": {"da": "Hent"}, "prefix": "H", "collects": True}]
    document |= {"services": [*services, last]}
    put_branch(web_app.app.extensions["queue"], LIBRARY, document)
    setup: Any = web_app.screen("kiosk").get(f"/kiosk/{LIBRARY}/setup").json
    assert setup["services"][0]["id"] == "afhent"
    assert setup["pictograms"]["afhent"] == "collect"
