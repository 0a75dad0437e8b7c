"""A packed document is the same document."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_service.visits.rules.packing import FORMER_DICTIONARY, pack, unpack
from queue_service.visits.rules.visit import visit_from_json, visit_or_none
from tests.days.test_flow import through_everything

FORMER = (
    "z1:rdRNCsIwEAXgu7g2MD8J09m7cmnAfWwFoeANvLtQ05JprLbiLrxAIDMfD0WDpyaAJ8WML/axO7YHiJ5jz3d3TrdkQJ6AcWYS0RH"
    "/D2Y+OZRlokq6Wql5r/Q6dZ6ZehNkWF6pNkczuoo+x9NidLvboQx+gsuVXIaKLlq7CLJHULF8xz/XYMebD9kLry7NsTD8dWDverIQTB2"
    "kS6vX3eMJ"
)
SECOND = (
    "z2:83CdZxBLJ~M4ctT^h=G>lX?DCs9G%wyq>L;Ne+M@3`Ota8k4pn;?9e>@CGKXy}LszQiPZoS0ohv@9@$rZ-5DLh&8qUVK+}pnLN<wV"
    "eh%IB>-9Mok8bVCnnJn-z7W-&%51Jt>%j>*^DjOtSxnr+F}(^3JN!GAHboM^JK2Ml%qS&0$u<N1w<TX6IGC@m5g4V>&+}V4KjptA&!P)P"
    "GUWu2gOH-_Ryskro<n|bpr"
)
"""The visit ``through_everything``, as 0.4.0 packed it."""


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.none() | st.booleans()))
def test_any_document_comes_back_as_it_was(document: dict[str, object]) -> None:
    text = json.dumps(document)
    assert unpack(pack(text)) == text
    assert unpack(text) == text
    assert pack(pack(text)) == pack(text)


def test_a_visit_is_read_packed_or_not_and_takes_far_less() -> None:
    visit = through_everything()
    packed = pack(visit.to_json())
    assert visit_from_json(packed) == visit_from_json(visit.to_json()) == visit
    assert len(packed) < 0.4 * len(visit.to_json())


@pytest.mark.parametrize("stamp", ["", "2d0abc9e", "2D0ABC9E", "2d0abc9"])
@pytest.mark.parametrize("visit_id", ["", "SkSdJcD0S43Sk3n-Vaha", "SkSdJcD0S43Sk3n-Vah", "æ" * 20])
def test_an_id_and_a_stamp_of_any_form_come_back(visit_id: str, stamp: str) -> None:
    visit = through_everything()._replace(id=visit_id, stamp=stamp)
    assert visit_from_json(pack(visit.to_json())) == visit


def test_the_first_packed_form_is_still_read() -> None:
    visit = visit_from_json(FORMER)
    assert (visit.id, visit.number, visit.stamp) == ("SkSdJcD0S43Sk3n-Vaha", "AR031", "2d0abc9e")
    assert (visit.issued_at, visit.place) == (1795428504291, 1795428504291929)
    assert pack(FORMER) == FORMER


def test_the_second_packed_form_is_still_read() -> None:
    visit = through_everything()._replace(id="SkSdJcD0S43Sk3n-Vaha", stamp="2d0abc9e")
    assert visit_from_json(SECOND) == visit
    assert pack(SECOND) == SECOND
    assert len(pack(visit.to_json())) < len(SECOND)


@pytest.mark.parametrize("date", ["2026-11-25", "2026-11-26", "2026-11-2", ""])
def test_a_date_that_is_not_the_instants_own_comes_back_as_well(date: str) -> None:
    visit = through_everything()._replace(date=date)
    assert visit_from_json(pack(visit.to_json())) == visit
    longer = len(pack(visit.to_json())) - len(pack(through_everything().to_json()))
    assert (longer > 0) == (date != "2026-11-25")


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
def test_texts_that_look_like_a_time_survive_packing(text: str) -> None:
    assert unpack(pack(text)) == text


def first_packing(document: str) -> str:
    """As the first version packed a document."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=FORMER_DICTIONARY)
    packed = packer.compress(document.encode()) + packer.flush()
    return f"z1:{b64encode(packed).decode().rstrip('=')}"


@pytest.mark.parametrize(
    ("packed", "document"),
    [
        ('{"x":1}', '{"x":1}'),
        ('1794059118057{"issued_at":@0,"at":@5}',
         '{"issued_at":1794059118057,"at":1794059118062}'),
    ],
)  # fmt: skip
def test_the_first_packing_had_the_instant_before_the_document_or_none(
    packed: str, document: str
) -> None:
    text = first_packing(packed)
    assert unpack(text) == document
    with pytest.raises(ValueError, match=r"\w"):
        unpack(f"{text[:8]}!{text[8:]}")
