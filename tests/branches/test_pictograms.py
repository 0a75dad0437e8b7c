"""Each pictogram has its drawing and its name, and no drawing is without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from jinja2 import Environment, FileSystemLoader

from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.pictograms import PICTOGRAM_NAMES, Pictogram
from queue_service.errors import Invalid
from tests.desks import document

TEMPLATES = Path(__file__).parents[2] / "queue_service" / "web" / "templates"


def with_pictogram(pictogram: object) -> dict[str, Any]:
    changed = document()
    changed["services"][0]["pictogram"] = pictogram
    return changed


def test_each_has_a_drawing_and_a_name() -> None:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    drawings = environment.get_template("pictograms.html").module.pictograms  # type: ignore[attr-defined]  # the template's
    assert list(drawings) == list(PICTOGRAM_NAMES) == list(get_args(Pictogram))
    assert len(set(drawings.values())) == len(drawings)


def test_a_service_has_one_if_its_configuration_names_it() -> None:
    config = parse_config(with_pictogram("passport"))
    services = Branch.from_document("hall", "1", config).services
    assert [each.pictogram for each in services.values()][:2] == ["passport", None]
    assert "pictogram" not in parse_config(document())["services"][0]


def test_another_is_refused() -> None:
    with pytest.raises(Invalid):
        parse_config(with_pictogram("unicorn"))
