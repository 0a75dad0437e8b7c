"""Request bodies: strict about what is there, and clear about what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import queue_service
from queue_service.branches.contract.config import GoalConfig
from queue_service.contract.reading import parse
from queue_service.contract.words import Strict
from queue_service.counters.contract import ServeBody
from queue_service.errors import REPORTED, Invalid
from queue_service.history.contract import StatisticsQuery
from queue_service.interventions.contract import InterventionBody
from queue_service.lifeline.contract import LifelineCallBody, SitBody
from queue_service.mobile.contract import Content, InterventionNote, MobileContactBody, Package
from queue_service.visits.contract import (
    CallBody,
    CompleteBody,
    ContinueBody,
    IssueBody,
    RequeueBody,
    TransferBody,
    VisitsQuery,
)

HOME = Path(queue_service.__file__).parent
CONTRACTS = [
    import_module(".".join(("queue_service", *file.relative_to(HOME).with_suffix("").parts)))
    for file in (*HOME.glob("*/contract.py"), *HOME.glob("**/contract/*.py"))
    if file.stem != "__init__"
]
MODELS = sorted(
    {
        model
        for contract in CONTRACTS
        for model in vars(contract).values()
        if isinstance(model, type) and issubclass(model, Strict)
    },
    key=lambda model: model.__name__,
)

PACKED = {Content, InterventionNote, Package}
"""A bus' packages: no person reads why they are refused."""


def faults(model: type[Strict], raw: object) -> list[dict[str, str]]:
    with pytest.raises(Invalid) as caught:
        parse(model, raw)
    errors = caught.value.extra["errors"]
    assert isinstance(errors, list)
    return errors


def test_a_ticket_needs_its_service_alone() -> None:
    ticket = parse(IssueBody, {"service": "pas"})
    assert (ticket.channel, ticket.priority, ticket.language) == ("kiosk", "normal", None)
    assert parse(ServeBody, {"service": "pas"}).channel == "desk"


@pytest.mark.parametrize(
    ("model", "raw", "field"),
    [
        (IssueBody, {}, "service"),
        (IssueBody, {"service": "Pas"}, "service"),
        (IssueBody, {"service": "pas\n"}, "service"),
        (IssueBody, {"service": 7}, "service"),
        (IssueBody, {"service": None}, "service"),
        (IssueBody, {"service": "\ud800"}, "service"),
        (IssueBody, {"service": "pas", "language": "dansk"}, "language"),
        (IssueBody, {"service": "pas", "channel": "fax"}, "channel"),
        (IssueBody, {"service": "pas", "priority": "urgent"}, "priority"),
        (IssueBody, {"service": "pas", "name": "Somebody"}, "name"),
        (RequeueBody, {"delay_seconds": -1}, "delay_seconds"),
        (RequeueBody, {"delay_seconds": 1800.5}, "delay_seconds"),
        (RequeueBody, {"delay_seconds": "60"}, "delay_seconds"),
        (RequeueBody, {"delay_seconds": True}, "delay_seconds"),
        (RequeueBody, {"delay_seconds": float("nan")}, "delay_seconds"),
        (CompleteBody, {}, "outcome"),
        (CompleteBody, {"outcome": "done"}, "outcome"),
        (ContinueBody, {"service": "pas"}, "outcome"),
        (CallBody, {}, "counter"),
        (TransferBody, {}, "service"),
        (TransferBody, {"service": None, "counter": None}, "service"),
        (TransferBody, {"service": "pas", "counter": "2"}, "counter"),
        (TransferBody, {"service": "pas", "team": "library"}, "team"),
        (TransferBody, {"counter": "2", "team": "library"}, "team"),
        (TransferBody, {"service": "pas", "counter": "2", "team": "library"}, "counter"),
        (TransferBody, {"team": "Library!"}, "team"),
        (TransferBody, {"counter": "2", "outcome": ""}, "outcome"),
        (VisitsQuery, {"state": "gone"}, "state"),
        (VisitsQuery, {"number": "12"}, "number"),
        (StatisticsQuery, {"from": "2026-02-30"}, "from"),
        (StatisticsQuery, {"by": "employee"}, "by"),
    ],
)
def test_the_wrong_field_is_named(model: type[Strict], raw: dict[str, Any], field: str) -> None:
    assert [fault["field"] for fault in faults(model, raw)] == [field]


@pytest.mark.parametrize("raw", [[], "text", 5, None, True])
def test_a_body_that_is_no_object_is_refused(raw: object) -> None:
    assert faults(IssueBody, raw) == [{"field": "", "reason": "It must be an object."}]


def test_the_sentence_says_what_to_do() -> None:
    with pytest.raises(Invalid) as caught:
        parse(CompleteBody, {})
    assert caught.value.detail == "Correct outcome: It is missing."


def test_a_flood_of_unknown_fields_is_answered_shortly() -> None:
    assert len(faults(IssueBody, {f"x{i}": 1 for i in range(5000)})) == REPORTED


def test_a_number_is_found_in_small_letters_too() -> None:
    assert parse(VisitsQuery, {"number": "a012"}).number == "A012"


def patterned(node: Any, definitions: dict[str, Any]) -> Iterator[tuple[list[str], str]]:
    """Each text that has to match a pattern, with the fields that lead to it."""
    if "$ref" in node:
        node = definitions[node["$ref"].rsplit("/", 1)[-1]]
    if "pattern" in node:
        yield [], node["pattern"]
    for choice in node.get("anyOf", []) + node.get("oneOf", []):
        yield from patterned(choice, definitions)
    for name, inner in node.get("properties", {}).items():
        yield from (([name, *rest], found) for rest, found in patterned(inner, definitions))
    if "items" in node:
        yield from (([*rest, "[]"], found) for rest, found in patterned(node["items"], definitions))


def value_at(fields: list[str], value: object) -> object:
    """The value with objects and lists around it."""
    for name in reversed(fields):
        value = [value] if name == "[]" else {name: value}
    return value


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_text_that_does_not_match_its_pattern_is_refused_in_a_sentence(
    model: type[Strict],
) -> None:
    schema = model.model_json_schema()
    for fields, pattern in patterned(schema, schema.get("$defs", {})):
        for wrong in ("åå åå åå\n", "%" * 4000):
            if not re.search(pattern, wrong):
                for fault in faults(model, value_at(fields, wrong)):
                    assert fault["reason"].endswith((".", "?"))
                    assert model in PACKED or "the pattern ^" not in fault["reason"]


@pytest.mark.parametrize(("model", "raw", "field", "reason"), [
    (LifelineCallBody, {"call": ""}, "call", "It must not be empty."),
    (SitBody, {"page": "short"}, "page", "It must have at least 8 characters."),
    (SitBody, {"page": "a b c d e"}, "page",
     "It must hold only letters a-z and A-Z, digits and -."),
    (InterventionBody, {"kind": "pause_service", "until": "noon"}, "until",
     'It must be a time of day such as "15:00", or "closing".'),
    (MobileContactBody, {"format": 1, "program": "1", "ahead_ms": 10**13}, "ahead_ms",
     "It must be at most 9999999999999."),
    (GoalConfig, {"id": "g", "indicator": "handling_time_within", "target_ratio": 1.5},
     "target_ratio", "It must be at most 1."),
])  # fmt: skip
def test_a_fault_of_a_field_is_reported_in_words(
    model: type[Strict], raw: object, field: str, reason: str
) -> None:
    assert faults(model, raw) == [{"field": field, "reason": reason}]


@pytest.mark.parametrize("until", ["00:00", "15:00", "24:00", "closing", None])
def test_an_intervention_ends_at_a_time_or_at_closing(until: str | None) -> None:
    assert parse(InterventionBody, {"kind": "pause_service", "until": until}).until == until


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
members = sorted({name for model in MODELS for name in model.model_fields})


@pytest.mark.slow
@given(
    st.sampled_from(MODELS),
    anything | st.dictionaries(st.sampled_from(members) | st.text(), anything),
)
def test_whatever_comes_is_taken_or_refused_in_sentences(model: type[Strict], raw: object) -> None:
    try:
        parse(model, raw)
    except Invalid as refusal:
        errors = refusal.extra["errors"]
        assert isinstance(errors, list)
        assert errors
        for error in errors:
            assert error["reason"].endswith((".", "?"))
            assert "pydantic" not in error["reason"]
            assert not error["reason"].startswith(("String should", "Input should", "Value error"))
            error["field"].encode()
