"""Beginning and ending interventions, with each refusal's field and reason, without a store."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.interventions import Closure, Intervention
from queue_service.errors import CounterNotFound, Invalid, Overlapping, ServiceNotFound
from queue_service.interventions.rules import (
    LONGEST_TEXT,
    MOST_ANNOUNCEMENTS,
    MOST_TICKETS,
    InterventionPlan,
    Wanted,
    begin,
    end,
)
from tests.desks import MORNING, document

BRANCH = Branch.from_document("raadhuset", "r", document())
HOUR_MS = 3_600_000
CLOSES = MORNING + 8 * HOUR_MS
DAY_ENDS = MORNING + 15 * HOUR_MS
NEXT_WEDNESDAY = MORNING + 7 * 24 * HOUR_MS
PAS = ("pas",)


def begun(
    branch: Branch, kind: Any, now: int = MORNING, new_id: str = "i", **wanted: Any
) -> Branch:
    """The branch with the interventions that a supervisor has begun."""
    return kept(branch, begin(branch, Wanted(kind, **wanted), new_id, "supervisor", now))


def kept(branch: Branch, plan: InterventionPlan) -> Branch:
    return replace(branch, interventions=plan.interventions, closures=plan.closures)


NO_FIELD = ("This kind of intervention has none.", "Leave it out.")
EITHER = ("Give either a team or services.", "Choose a team, or additional services.")
NO_TEXT = ("It must be 1 to 160 characters.", "Shorten the announcement.")


@pytest.mark.parametrize(
    ("wanted", "field", "said"),
    [
        (Wanted("carry_over", until="12:00"), "until", NO_FIELD),
        (Wanted("carry_over", services=PAS), "service", NO_FIELD),
        (Wanted("pause_service", counter="1", services=PAS), "counter", NO_FIELD),
        (Wanted("pause_service", team="library", services=PAS), "team", NO_FIELD),
        (Wanted("pause_service", limit=0, services=PAS), "limit", NO_FIELD),
        (Wanted("pause_service", texts={"da": "x"}, services=PAS), "texts", NO_FIELD),
        (Wanted("pause_service", screens=("kiosk",), services=PAS), "screens", NO_FIELD),
        (Wanted("open_counter"), "counter", ("It is missing.", "Choose a counter.")),
        (Wanted("open_counter", counter="1", team="none"), "team",
         ("The branch has no such team.", "Choose one of the branch's teams.")),
        (Wanted("lend_counter", counter="1"), "team", EITHER),
        (Wanted("lend_counter", counter="1", team="library", services=PAS), "team", EITHER),
        (Wanted("lend_counter", counter="narrow", team="library"), "team",
         ("The counter's own list has nothing of what this team takes.",
          "Lend the counter for services in place of a team.")),
        (Wanted("pause_service"), "service", ("It is missing.", "Choose a service.")),
        (Wanted("cap_service", limit=1), "service", ("It is missing.", "Choose a service.")),
        (Wanted("cap_service", limit=1, services=("pas", "turist")), "service",
         ("It must be one service.", "Set a cap for each service.")),
        *((Wanted("cap_service", limit=limit, services=PAS), "limit",
           ("It must be a whole number from 0 to 999.",
            "Say how many tickets there are on this day."))
          for limit in (None, -1, MOST_TICKETS + 1)),
        (Wanted("announcement"), "texts.da", ("It is missing.", "Write what to show.")),
        (Wanted("announcement", texts={"da": "x", "sv": "x"}), "texts.sv",
         ("It must be one of the branch's languages: da, en.", None)),
        (Wanted("announcement", texts={"da": " "}), "texts.da", NO_TEXT),
        (Wanted("announcement", texts={"da": "x" * (LONGEST_TEXT + 1)}), "texts.da", NO_TEXT),
        (Wanted("pause_service", services=PAS, until="09:00"), "until",
         ("It must be later than now.", "Give a time later today.")),
    ],
)  # fmt: skip
def test_a_refused_intervention_has_a_reason_and_a_way_out(
    wanted: Wanted, field: str, said: tuple[str, str | None]
) -> None:
    config = document()
    config["counters"].append({"id": "narrow", "name": "Smal", "services": ["korekort"]})
    branch = Branch.from_document("raadhuset", "r", config)
    with pytest.raises(Invalid) as refused:
        begin(branch, wanted, "i", "supervisor", MORNING)
    assert refused.value.extra["errors"] == [{"field": field, "reason": said[0]}]
    if said[1]:
        assert refused.value.detail == said[1]


def test_an_unknown_service_or_counter_is_named() -> None:
    with pytest.raises(CounterNotFound, match="no counter “9”; choose one of its list"):
        begun(BRANCH, "open_counter", counter="9")
    for wanted in (
        Wanted("pause_service", services=("pas", "x")),
        Wanted("lend_counter", counter="1", services=("pas", "x")),
    ):
        with pytest.raises(ServiceNotFound, match="no service “x”; choose one of its list"):
            begin(BRANCH, wanted, "i", "supervisor", MORNING)


def test_a_branch_without_hours_carries_no_queue_over_and_does_not_close() -> None:
    closed = Branch.from_document("raadhuset", "r", document(opening_hours={}))
    with pytest.raises(Invalid) as refused:
        begun(closed, "carry_over")
    assert refused.value.extra["errors"] == [
        {"field": "kind", "reason": "The branch has no opening hours to carry anybody over to."}
    ]
    assert refused.value.detail == "Give the branch opening hours first."
    with pytest.raises(Invalid) as refused:
        begun(closed, "pause_service", services=PAS, until="closing")
    assert refused.value.extra["errors"] == [
        {"field": "until", "reason": "The branch does not close any more today."}
    ]
    assert refused.value.detail == "Give a time of day, or leave the end open."


@pytest.mark.parametrize(
    ("wanted", "until", "ends"),
    [
        (Wanted("pause_service", services=PAS), "day", DAY_ENDS),
        (Wanted("pause_service", until="closing", services=PAS), "closing", CLOSES),
        (Wanted("pause_service", until="09:01", services=PAS), "time", MORNING + 60_000),
        (Wanted("carry_over"), "opening", NEXT_WEDNESDAY),
    ],
)
def test_one_lasts_until_its_end(wanted: Wanted, until: str, ends: int) -> None:
    one = begin(BRANCH, wanted, "i", "admin", MORNING).one
    assert one == Intervention(
        "i", wanted.kind, "2026-11-25", MORNING, ends, one.until, "admin", services=wanted.services
    )
    assert one.until == until


def test_the_requested_form_is_kept() -> None:
    lent = begin(BRANCH, Wanted("lend_counter", counter="1", team="library"), "i", "admin", MORNING)
    assert (lent.one.counter, lent.one.team) == ("1", "library")
    cap = begin(
        BRANCH, Wanted("cap_service", services=PAS, limit=MOST_TICKETS), "i", "admin", MORNING
    )
    assert (cap.one.services, cap.one.limit, cap.one.screens) == (PAS, MOST_TICKETS, ())
    texts = {"da": "  Luk   døren ", "en": "x" * LONGEST_TEXT}
    reported = begin(BRANCH, Wanted("announcement", texts=texts), "i", "admin", MORNING).one
    assert reported.texts == {"da": "Luk døren", "en": "x" * LONGEST_TEXT}
    assert reported.screens == ("kiosk", "display")
    few = Wanted("announcement", texts=texts, screens=("kiosk",))
    assert begin(BRANCH, few, "i", "admin", MORNING).one.screens == ("kiosk",)


@pytest.mark.parametrize(
    ("kind", "first", "other", "sentence"),
    [
        ("lend_counter", {"counter": "1", "team": "library"}, {"counter": "3", "team": "library"},
         "This counter is lent already; end that first."),
        ("open_counter", {"counter": "1"}, {"counter": "2"},
         "This counter has been asked to open already; end that first."),
        ("pause_service", {"services": PAS}, {"services": ("turist",)},
         "This service is paused already; end that first."),
        ("cap_service", {"services": PAS, "limit": 1}, {"services": ("turist",), "limit": 1},
         "This service has a cap already; end that first."),
    ],
)  # fmt: skip
def test_two_of_a_kind_are_for_different_things(
    kind: Any, first: dict[str, Any], other: dict[str, Any], sentence: str
) -> None:
    branch = begun(BRANCH, kind, **first)
    with pytest.raises(Overlapping) as refused:
        begun(branch, kind, now=MORNING + 1, **first)
    assert (refused.value.detail, refused.value.extra) == (sentence, {"intervention": "i"})
    assert len(begun(branch, kind, new_id="j", **other).interventions) == 2


def test_there_are_only_so_many_announcements() -> None:
    branch = BRANCH
    for n in range(MOST_ANNOUNCEMENTS):
        branch = begun(branch, "announcement", new_id=f"i{n}", texts={"da": "x"})
    with pytest.raises(Overlapping, match="Three announcements are shown already; end one first"):
        begun(branch, "announcement", texts={"da": "x"})


def test_a_queue_is_carried_over_once_a_day() -> None:
    branch = begun(BRANCH, "carry_over", now=MORNING + HOUR_MS)
    assert branch.closures == (Closure(MORNING + HOUR_MS, DAY_ENDS),)
    with pytest.raises(Overlapping, match="closed for today already, and waiting visits"):
        begun(branch, "carry_over", now=MORNING + 2 * HOUR_MS)
    # On a day without hours they are carried to the same opening already.
    with pytest.raises(Overlapping) as refused:
        begun(branch, "carry_over", now=MORNING + 25 * HOUR_MS)
    assert refused.value.extra == {"intervention": "i"}
    # On the day of that opening the former carrying ends in the new one, and a pause does not.
    paused = begun(branch, "pause_service", now=MORNING, new_id="p", services=PAS)
    late = replace(paused.interventions[-1], ends=NEXT_WEDNESDAY + HOUR_MS)
    branch = replace(branch, interventions=(*branch.interventions, late))
    again = begun(branch, "carry_over", now=NEXT_WEDNESDAY - 1, new_id="j")
    first, other, second = again.interventions
    assert (first.ended_at, other, second.id) == (NEXT_WEDNESDAY - 1, late, "j")


def test_ending_one_ends_its_closure_alone() -> None:
    branch = begun(BRANCH, "carry_over", now=MORNING + HOUR_MS)
    branch = begun(branch, "pause_service", now=MORNING + HOUR_MS, new_id="p", services=PAS)
    carried, paused = branch.interventions
    now = MORNING + 2 * HOUR_MS
    plan = end(branch, carried, now)
    assert plan == InterventionPlan(
        (replace(carried, ended_at=now), paused),
        (Closure(MORNING + HOUR_MS, now),),
        replace(carried, ended_at=now),
    )
    only = end(branch, paused, now)
    assert only is not None
    assert (only.closures, only.interventions[0]) == (branch.closures, carried)
    # The next morning the closure is over by itself.
    late = end(branch, carried, DAY_ENDS)
    assert late is not None
    assert late.closures == branch.closures
    assert end(branch, replace(carried, ended_at=now), now) is None
