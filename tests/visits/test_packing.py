"""A packed document is the same document."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_service.visits.rules.packing import pack, unpack
from queue_service.visits.rules.visit import visit_from_json, visit_or_none
from tests.history.test_flow import through_everything


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.none() | st.booleans()))
def test_any_document_comes_back_as_it_was(document: dict[str, object]) -> None:
    text = json.dumps(document)
    assert unpack(pack(text)) == text
    assert unpack(text) == text
    assert pack(pack(text)) == pack(text)


def test_a_visit_is_read_packed_or_not_and_takes_a_third() -> None:
    visit = through_everything()
    packed = pack(visit.to_json())
    assert visit_from_json(packed) == visit_from_json(visit.to_json()) == visit
    assert len(packed) < 0.5 * len(visit.to_json())


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "letters"])
def test_a_damaged_one_is_none(damage: str) -> None:
    packed = pack(through_everything().to_json())
    spoilt = {
        "cut": packed[:-8],
        "changed": packed[:20] + ("A" if packed[20] != "A" else "B") + packed[21:40],
        "empty": packed[:3],
        "letters": packed[:9] + "æ" + packed[10:],
    }[damage]
    with pytest.raises(ValueError, match=r"\w"):
        unpack(spoilt)
    assert visit_or_none(spoilt) is None


@pytest.mark.parametrize(
    "text",
    [
        '{"issued_at":1794059118057,"x":":@5,"}',
        '{"issued_at":1794059118057,"x":":1794059118058,"}',
        '{"issued_at":1794059118057,"place":1794059118057001,"y":1794059117000,"z":0}',
    ],
)
def test_what_looks_like_a_time_comes_back_as_well(text: str) -> None:
    assert unpack(pack(text)) == text
