"""The types of the pages' scripts name what the contract answers with, member by member."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from queue_service.board import contract as board
from queue_service.branches.contract import config
from queue_service.counters import contract as counters
from queue_service.lifeline import contract as lifeline
from queue_service.visits import contract as visits

TYPES = (
    Path(__file__).parents[2] / "queue_service" / "web" / "static" / "js" / "types.d.ts"
).read_text()


def members(name: str) -> dict[str, bool]:
    """The members of an interface, and whether each may be null."""
    found = re.search(rf"^export interface {name}\b[^{{]*\{{\n(.*?)^\}}", TYPES, re.M | re.S)
    assert found is not None, f"types.d.ts has no {name}"
    rows = re.findall(r"^  (\w+)\??: (.*);$", found[1], re.M)
    return {member: "null" in kind for member, kind in rows}


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("Visit", visits.VisitAnswer),
        ("Inquiry", visits.InquiryAnswer),
        ("WaitRange", visits.WaitRange),
        ("Counter", counters.CounterAnswer),
        ("BranchState", board.StateAnswer),
        ("Lifeline", lifeline.LifelineAnswer),
        ("LifelineCall", lifeline.CallAnswer),
        ("LifelineDesk", lifeline.DeskAnswer),
        ("QueueState", board.QueueState),
        ("CounterInState", board.CounterInState),
        ("RecentCall", board.RecentCall),
        ("Tally", board.Tally),
        ("GoalToday", board.GoalToday),
        ("Service", config.ServiceConfig),
        ("CounterConfig", config.CounterConfig),
        ("Team", config.TeamConfig),
    ],
)
def test_a_type_has_the_members_of_its_answer(name: str, model: type[BaseModel]) -> None:
    schema = model.model_json_schema(mode="serialization")["properties"]
    nullable = {
        field: any(kind.get("type") == "null" for kind in rules.get("anyOf", ()))
        for field, rules in schema.items()
    }
    assert members(name) == nullable
