"""Configurations: what is taken, what is filled in, and how a refusal reads."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest

from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.errors import Invalid
from queue_service.language.languages import LANGUAGES

HOLBAEK: dict[str, Any] = {
    "name": "Holbæk Borgerservice",
    "timezone": "Europe/Copenhagen",
    "languages": ["da", "en"],
    "opening_hours": {"mon": [["09:30", "19:00"]], "sat": [["10:00", "14:00"]]},
    "hours_exceptions": [{"date": "2026-12-24", "hours": [], "note": {"da": "Juleaften"}}],
    "services": [
        {"id": "pas", "name": {"da": "Pas", "en": "Passport"}, "prefix": "A", "active": True}
    ],
    "counters": [{"id": "1", "name": "Skranke 1", "services": ["pas"]}],
    "teams": [{"id": "library", "name": {"da": "Bibliotek"}, "services": ["*"]}],
    "goals": [
        {
            "id": "handling-6-min",
            "indicator": "handling_time_within",
            "threshold_seconds": 360,
            "target_ratio": 0.7,
            "services": ["*"],
        }
    ],
    "no_show_after_seconds": 300,
    "return_window_seconds": 900,
    "priority_head_start_seconds": 600,
    "retention_days": 90,
}
FIRST_CONTACT = {"id": "g", "indicator": "first_contact", "target_ratio": 0.8}
WAITING = {"id": "g", "indicator": "waiting_time_within", "target_ratio": 0.8}
SATISFIED = {"id": "g", "indicator": "very_satisfied_with_help", "target_ratio": 0.8}
PASSPORT = HOLBAEK["services"][0]
LIFELINE = {"id": "pas", "name": {"da": "Pas"}, "telephone": "4410"}


def refusal(**changes: Any) -> dict[str, str]:
    """The faults of Holbæk's configuration with these changes, by field."""
    with pytest.raises(Invalid) as caught:
        parse_config({**HOLBAEK, **changes})
    errors = caught.value.extra["errors"]
    assert isinstance(errors, list)
    assert all(error["reason"][0].isupper() and error["reason"][-1] in ".?" for error in errors)
    return {error["field"]: error["reason"] for error in errors}


def test_the_published_example_is_taken_as_it_is() -> None:
    assert parse_config(HOLBAEK) == {**HOLBAEK, "unsure_service": None, "historic": False}


def test_an_exported_configuration_can_be_imported_as_a_branch() -> None:
    once = parse_config({"name": "Bogbussen", "services": [PASSPORT], "goals": [FIRST_CONTACT]})
    assert parse_config(once) == once
    branch = Branch.from_document("bogbussen", "1", once)
    assert branch.goals[0].threshold_seconds is None


def test_missing_fields_get_their_default() -> None:
    counters = [{"id": "1", "name": "Skranke 1"}]
    given = parse_config({"name": "Bogbussen", "services": [PASSPORT], "counters": counters})
    assert given["counters"][0]["services"] == ["*"]
    assert (given["timezone"], given["languages"]) == ("Europe/Copenhagen", ["da", "en"])
    for field in ("no_show_after_seconds", "return_window_seconds", "retention_days"):
        assert given[field] == HOLBAEK[field]


def test_a_goal_on_answers_has_no_threshold_no_services_and_no_hours() -> None:
    given = parse_config({**HOLBAEK, "goals": [SATISFIED]})["goals"]
    assert given == [{**SATISFIED, "threshold_seconds": None, "services": ["*"]}]
    wrong = {"threshold_seconds": 1, "services": ["pas"], "hours": {"mon": [["09:00", "10:00"]]}}
    fields = [f"goals[0].{name}" for name in ("threshold_seconds", "services", "hours")]
    assert [*refusal(goals=[{**SATISFIED, **wrong}])] == fields
    other = refusal(goals=[{**SATISFIED, "indicator": "very_satisfied"}])
    assert [*other] == ["goals[0].indicator"]


FREE = {"id": "g", "indicator": "free_time_within", "target_ratio": 0.8}
DAY = 86_400


@pytest.mark.parametrize("days", [1, 60])
def test_a_goal_on_free_times_has_a_limit_in_working_days(days: int) -> None:
    wanted = {**FREE, "threshold_seconds": days * DAY, "services": ["pas"]}
    assert parse_config({**HOLBAEK, "goals": [wanted]})["goals"] == [wanted]


@pytest.mark.parametrize("seconds", [None, 0, DAY - 1, DAY + 1, 61 * DAY])
def test_a_goal_on_free_times_has_no_other_limit(seconds: int | None) -> None:
    wanted = {**FREE, "threshold_seconds": seconds}
    assert [*refusal(goals=[wanted])] == ["goals[0].threshold_seconds"]


def test_a_goal_on_free_times_has_no_hours() -> None:
    wanted = {**FREE, "threshold_seconds": DAY, "hours": {"mon": [["09:00", "10:00"]]}}
    assert [*refusal(goals=[wanted])] == ["goals[0].hours"]


@pytest.mark.parametrize("indicator", ["waiting_time_within", "booked_time_within"])
def test_a_limit_in_seconds_is_a_day_at_most(indicator: str) -> None:
    goal = {**WAITING, "indicator": indicator}
    assert parse_config({**HOLBAEK, "goals": [{**goal, "threshold_seconds": DAY}]})
    refused = refusal(goals=[{**goal, "threshold_seconds": DAY + 1}])
    assert [*refused] == ["goals[0].threshold_seconds"]


def test_defaults_are_not_shared_between_configurations() -> None:
    first = parse_config({"name": "A", "services": []})
    first["languages"].append("de")
    assert parse_config({"name": "A", "services": []})["languages"] == ["da", "en"]


def test_a_whole_number_may_be_written_with_a_point() -> None:
    document = parse_config({**HOLBAEK, "no_show_after_seconds": 30.0})
    assert repr(document["no_show_after_seconds"]) == "30"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "Bib\nlioteket"}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"name": None}, "name"),
        ({"nmae": "Biblioteket"}, "nmae"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"languages": []}, "languages"),
        ({"languages": ["dansk"]}, "languages[0]"),
        ({"languages": ["da", "da"]}, "languages[1]"),
        ({"opening_hours": {"monday": []}}, "opening_hours.monday"),
        ({"opening_hours": {"mon": [["9:30", "19:00"]]}}, "opening_hours.mon[0][0]"),
        ({"opening_hours": {"mon": [["09:30", "24:01"]]}}, "opening_hours.mon[0][1]"),
        ({"opening_hours": {"mon": [["09:30"]]}}, "opening_hours.mon[0]"),
        ({"opening_hours": {"mon": [["22:00", "02:00"]]}}, "opening_hours.mon[0]"),
        ({"opening_hours": {"mon": [["09:00", "09:00"]]}}, "opening_hours.mon[0]"),
        (
            {"opening_hours": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}},
            "opening_hours.mon[1]",
        ),
        (
            {"opening_hours": {"mon": [["13:00", "15:00"], ["09:00", "12:00"]]}},
            "opening_hours.mon[1]",
        ),
        ({"hours_exceptions": [{"date": "2026-02-29"}]}, "hours_exceptions[0].date"),
        ({"hours_exceptions": [{"date": "20261224"}]}, "hours_exceptions[0].date"),
        (
            {"hours_exceptions": [{"date": "2026-12-24"}, {"date": "2026-12-24"}]},
            "hours_exceptions[1].date",
        ),
        (
            {"hours_exceptions": [{"date": "2026-12-24", "hours": [["12:00", "11:00"]]}]},
            "hours_exceptions[0].hours[0]",
        ),
        ({"services": [{**PASSPORT, "id": "Pas"}]}, "services[0].id"),
        ({"services": [{**PASSPORT, "id": "p" * 65}]}, "services[0].id"),
        ({"services": [{**PASSPORT, "prefix": "ABCD"}]}, "services[0].prefix"),
        ({"services": [{**PASSPORT, "prefix": "Å"}]}, "services[0].prefix"),
        ({"services": [{**PASSPORT, "active": "yes"}]}, "services[0].active"),
        ({"services": [{**PASSPORT, "name": {}}]}, "services[0].name"),
        ({"services": [{**PASSPORT, "name": {"da": ""}}]}, "services[0].name.da"),
        ({"services": [{**PASSPORT, "name": {"Danish": "Pas"}}]}, "services[0].name.Danish"),
        ({"services": [PASSPORT, {**PASSPORT, "id": "kort"}]}, "services[1].prefix"),
        ({"services": [PASSPORT, {**PASSPORT, "prefix": "B"}]}, "services[1].id"),
        (
            {"counters": [{"id": "1", "name": "1", "services": ["visum"]}]},
            "counters[0].services[0]",
        ),
        ({"counters": [{"id": "1", "name": "1", "services": [5]}]}, "counters[0].services[0]"),
        (
            {"teams": [{"id": "t", "name": {"da": "T"}, "services": ["*", "x"]}]},
            "teams[0].services[1]",
        ),
        ({"goals": [WAITING]}, "goals[0].threshold_seconds"),
        ({"goals": [{**FIRST_CONTACT, "threshold_seconds": 60}]}, "goals[0].threshold_seconds"),
        ({"goals": [{**WAITING, "threshold_seconds": 0}]}, "goals[0].threshold_seconds"),
        ({"goals": [{**WAITING, "threshold_seconds": 0.5}]}, "goals[0].threshold_seconds"),
        ({"goals": [{**FIRST_CONTACT, "target_ratio": 0}]}, "goals[0].target_ratio"),
        ({"goals": [{**FIRST_CONTACT, "target_ratio": 1.01}]}, "goals[0].target_ratio"),
        ({"goals": [{**FIRST_CONTACT, "target_ratio": True}]}, "goals[0].target_ratio"),
        ({"goals": [{**FIRST_CONTACT, "services": ["visum"]}]}, "goals[0].services[0]"),
        ({"goals": [FIRST_CONTACT, FIRST_CONTACT]}, "goals[1].id"),
        ({"goals": [{**FIRST_CONTACT, "indicator": "smiles"}]}, "goals[0].indicator"),
        ({"lifelines": [{**LIFELINE, "telephone": ""}]}, "lifelines[0].telephone"),
        ({"lifelines": [{**LIFELINE, "telephone": "4"}]}, "lifelines[0].telephone"),
        ({"lifelines": [{**LIFELINE, "telephone": "lokal 4410"}]}, "lifelines[0].telephone"),
        ({"lifelines": [{**LIFELINE, "telephone": "44+10"}]}, "lifelines[0].telephone"),
        ({"lifelines": [{**LIFELINE, "telephone": "4" * 25}]}, "lifelines[0].telephone"),
        ({"lifelines": [{**LIFELINE, "services": []}]}, "lifelines[0].services"),
        (
            {"lifelines": [{**LIFELINE, "answer_within_seconds": 0}]},
            "lifelines[0].answer_within_seconds",
        ),
        (
            {"lifelines": [{**LIFELINE, "answer_within_seconds": 181}]},
            "lifelines[0].answer_within_seconds",
        ),
        ({"lifelines": [{**LIFELINE, "target_ratio": 0}]}, "lifelines[0].target_ratio"),
        ({"lifelines": [LIFELINE, LIFELINE]}, "lifelines[1].id"),
        (
            {"lifelines": [{**LIFELINE, "hours": {"mon": [["10:00", "09:00"]]}}]},
            "lifelines[0].hours.mon[0]",
        ),
        ({"no_show_after_seconds": 0}, "no_show_after_seconds"),
        ({"no_show_after_seconds": "300"}, "no_show_after_seconds"),
        ({"no_show_after_seconds": True}, "no_show_after_seconds"),
        ({"no_show_after_seconds": float("inf")}, "no_show_after_seconds"),
        ({"no_show_after_seconds": 10**30}, "no_show_after_seconds"),
        ({"retention_days": 0}, "retention_days"),
        ({"retention_days": 3651}, "retention_days"),
    ],
)
def test_one_wrong_field_is_named_and_nothing_else(changes: dict[str, Any], field: str) -> None:
    assert list(refusal(**changes)) == [field]


def test_every_wrong_field_is_named_at_once() -> None:
    assert refusal(name="", retention_days=0).keys() == {"name", "retention_days"}


def test_conflicts_are_named_next_to_separate_faults() -> None:
    hours = {"mon": [["10:00", "09:00"]], "tue": [["9", "10:00"]]}
    found = refusal(name="", goals=[FIRST_CONTACT, FIRST_CONTACT], opening_hours=hours)
    assert found.keys() == {
        "name",
        "goals[1].id",
        "opening_hours.mon[0]",
        "opening_hours.tue[0][0]",
    }


def test_a_night_and_a_day_around_the_clock_can_be_written() -> None:
    hours = {"fri": [["22:00", "24:00"]], "sat": [["00:00", "02:00"]], "sun": [["00:00", "24:00"]]}
    assert parse_config({**HOLBAEK, "opening_hours": hours})["opening_hours"] == hours


def test_bytes_are_read_as_json() -> None:
    assert parse_config(json.dumps(HOLBAEK).encode()) == parse_config(HOLBAEK)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"name": "a", "name": "b"}', b"\xff"])
def test_bytes_that_are_no_configuration_are_refused(text: bytes) -> None:
    with pytest.raises(Invalid):
        parse_config(text)


@pytest.mark.parametrize(
    ("part", "item"),
    [
        ("services", {"id": "x", "prefix": "X"}),
        ("counters", {"id": "x"}),
        ("teams", {"id": "x"}),
    ],
)
def test_a_name_in_a_language_without_texts_is_refused(part: str, item: dict[str, str]) -> None:
    named = {**item, "name": {"da": "A", "xx": "B"}}
    reason = f"There are texts in these languages only: {', '.join(LANGUAGES)}."
    found = refusal(**{"services": [], "unsure_service": None, part: [named]})
    assert found[f"{part}[0].name.xx"] == reason
    in_note = {"date": "2026-12-24", "note": {"da": "Juleaften", "xx": "B"}}
    assert refusal(hours_exceptions=[in_note]) == {"hours_exceptions[0].note.xx": reason}


@pytest.mark.parametrize("languages", [["sv"], ["da", "sv"], ["da", "uk", "sv"]])
def test_a_language_without_texts_is_refused_with_the_available_ones(languages: list[str]) -> None:
    field = f"languages[{languages.index('sv')}]"
    reason = "There are texts in these languages only: da, en, de, pl, uk, tr, ar, fa, so."
    assert reason.endswith(f"{', '.join(LANGUAGES)}.")
    assert refusal(languages=languages) == {field: reason}


@pytest.mark.parametrize(
    ("unsure", "reason"),
    [
        ("korekort", "The branch has no service with this id."),
        ("gammel", "This service is switched off: choose one that citizens can choose."),
    ],
)
def test_the_in_doubt_service_has_to_be_active(unsure: str, reason: str) -> None:
    old = {"id": "gammel", "name": {"da": "Nedlagt"}, "prefix": "B", "active": False}
    assert refusal(services=[PASSPORT, old], unsure_service=unsure) == {"unsure_service": reason}
    assert parse_config({**HOLBAEK, "unsure_service": "pas"})["unsure_service"] == "pas"


def test_a_branch_from_before_there_was_an_unsure_service_has_none() -> None:
    document = parse_config(HOLBAEK)
    del document["unsure_service"]
    assert Branch.from_document("holbaek", "1", document).unsure_service is None


@pytest.mark.parametrize("practice", [True, False])
def test_a_branch_may_be_for_practice(practice: bool) -> None:
    document = parse_config({**HOLBAEK, "practice": practice})
    branch = Branch.from_document("holbaek", "1", document)
    assert (branch.practice, branch.counted) == (practice, not practice)
    assert document.get("practice", False) == practice
    assert not Branch.from_document("holbaek", "1", {**document, "historic": True}).counted


def test_a_branch_is_for_practice_only_if_its_configuration_says_so() -> None:
    assert Branch.from_document("holbaek", "1", parse_config(HOLBAEK)).counted
    with pytest.raises(Invalid):
        parse_config({**HOLBAEK, "practice": "yes"})


@pytest.mark.parametrize(
    ("name", "languages", "first"),
    [
        ("Skranke 1", ["da", "en"], "Skranke 1"),
        ({"da": "Vielser", "en": "Weddings"}, ["da", "en"], "Vielser"),
        ({"da": "Vielser", "en": "Weddings"}, ["en", "da"], "Weddings"),
        ({"en": "Weddings"}, ["da", "en"], "Weddings"),
    ],
)
def test_a_counter_has_one_name_or_one_for_each_language(
    name: Any, languages: list[str], first: str
) -> None:
    counters = [{"id": "1", "name": name, "services": ["*"]}]
    document = parse_config({**HOLBAEK, "languages": languages, "counters": counters})
    assert document["counters"] == counters
    counter = Branch.from_document("holbaek", "1", document).counters["1"]
    assert counter.name == first
    assert counter.names == (name if isinstance(name, dict) else {})


@pytest.mark.parametrize(
    ("name", "field", "reason"),
    [
        (7, "counters[0].name", "It must be a text."),
        ("", "counters[0].name", "It must be a text on one line that is not empty."),
        ({}, "counters[0].name", "It must have at least 1, and has 0."),
        ({"da": 7}, "counters[0].name.da", "It must be a text."),
        ({"Dansk": "x"}, "counters[0].name.Dansk", "It must be a language code such as da or en."),
    ],
)
def test_a_counters_name_is_refused_at_its_place(name: Any, field: str, reason: str) -> None:
    assert refusal(counters=[{"id": "1", "name": name}]) == {field: reason}


@pytest.mark.parametrize(
    ("counter", "language", "said"),
    [
        ("1", "da", "Skranke 1"),
        ("1", "en", "Counter 1"),
        ("r", "en", "Room 2"),
        ("r", "da", "Lokale 2"),
        ("r", "so", "Lokale 2"),
        ("gone", "en", "gone"),
        (None, "en", ""),
    ],
)
def test_a_counter_is_named_in_the_readers_language(
    counter: str | None, language: str, said: str
) -> None:
    room = {
        "id": "r",
        "name": {"da": "Lokale 2", "en": "Room 2"},
        "services": ["*"],
        "kind": "room",
    }
    desk = {"id": "1", "name": "Skranke 1", "services": ["*"]}
    branch = Branch.from_document("b", "r", {**HOLBAEK, "counters": [desk, room]})
    assert branch.counter_name(counter, language) == said


def test_a_value_of_any_kind_at_any_place_is_refused_or_taken() -> None:
    whole = {
        **HOLBAEK,
        "goals": [WAITING | {"threshold_seconds": 60}],
        "stops": [{"id": "s", "name": "Torvet", "hours": {"mon": [["09:00", "10:00"]]}}],
        "lifelines": [LIFELINE],
        "pause_reasons": [{"id": "lunch", "name": "Frokost"}],
    }
    places: list[tuple[str | int, ...]] = [(part,) for part in whole]
    for part, value in whole.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            places += [(part, 0, member) for member in value[0]]
        if isinstance(value, dict):
            places += [(part, member) for member in value]
    wrongs: list[Any] = [{}, {"x": {}}, [], [[]], [{}], [None], "", "\ud800", 0, -1.5, True, None]
    for place in places:
        for wrong in wrongs:
            changed = deepcopy(whole)
            inner: Any = changed
            for step in place[:-1]:
                inner = inner[step]
            inner[place[-1]] = wrong
            with suppress(Invalid):
                parse_config(changed)
