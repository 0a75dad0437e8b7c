"""What the kiosk's page is given of its branch."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service import sample
from queue_service.contract.config import parse_config
from queue_service.domain.branch import Branch
from queue_service.web.kiosk import unsure_service
from tests.web.houses import LIBRARY, TOWN_HALL, House


def service(service_id: str, *, active: bool = True) -> dict[str, Any]:
    """A service as the configuration has it."""
    prefix = "".join(letter for letter in service_id.upper() if letter.isalpha())[:3]
    return {"id": service_id, "name": {"da": service_id}, "prefix": prefix, "active": active}


@pytest.mark.parametrize(
    ("services", "unsure"),
    [
        ([service("pas"), service("andet"), service("turist")], "andet"),
        ([service("other"), service("pas")], "other"),
        ([service("pas"), service("turist")], "turist"),
        ([service("pas"), service("andet", active=False)], "pas"),
        ([service("pas", active=False)], None),
    ],
)
def test_not_sure_stands_for(services: list[dict[str, Any]], unsure: str | None) -> None:
    document = sample.documents()[LIBRARY] | {"services": services}
    document |= {"counters": [], "teams": [], "goals": []}

    branch = Branch.from_document("b", "1", parse_config(document))

    assert unsure_service(branch) == unsure


def test_the_page_greets_in_the_branchs_first_language(house: House) -> None:
    kiosk = house.screen("kiosk")

    assert '<html lang="da"' in kiosk.get(f"/kiosk/{LIBRARY}").text
    assert '<html lang="en"' in kiosk.get(f"/kiosk/{LIBRARY}?lang=en").text


def test_the_paper_is_remembered_and_anything_else_is_no_paper(house: House) -> None:
    kiosk = house.screen("kiosk")

    assert 'data-paper="0"' in kiosk.get(f"/kiosk/{LIBRARY}?paper=210").text
    assert 'data-paper="80"' in kiosk.get(f"/kiosk/{LIBRARY}?paper=80").text
    assert 'data-paper="80"' in kiosk.get(f"/kiosk/{LIBRARY}").text


def test_a_kiosk_sees_its_own_branch_alone(house: House) -> None:
    kiosk = house.screen("kiosk", LIBRARY)

    assert kiosk.get(f"/kiosk/{LIBRARY}/setup").json["name"]  # type: ignore[index]
    assert kiosk.get(f"/kiosk/{TOWN_HALL}").status_code == 403
    assert kiosk.get(f"/kiosk/{TOWN_HALL}/setup").status_code == 403
