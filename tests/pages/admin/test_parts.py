"""The parts of a configuration as forms: the shown values, and the values made of the input."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import pytest

from queue_service import sample
from queue_service.branches.contract.config import parse_config
from queue_service.pages.admin.parts import PARTS, hours
from queue_service.pages.admin.parts.part import ConfigDocument, field_for
from queue_service.pages.admin.parts.reader import TICKED, FormReader, shown_percent, time_of_day
from tests.desks import in_two_languages

TODAY = "2026-11-25"
DOCUMENTS = {name: parse_config(document) for name, document in sample.documents().items()}
LIBRARY = DOCUMENTS["biblioteket"]


def saved(
    part: str,
    written: Mapping[str, str | None] | None = None,
    document: Mapping[str, Any] = LIBRARY,
) -> FormReader:
    """The form of a part after these fields were written in; None: a box is not ticked."""
    fields = {**PARTS[part].show(ConfigDocument(document, TODAY)), **(written or {})}
    return FormReader({name: text for name, text in fields.items() if text is not None})


def under(row: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of a row by their whole names."""
    return {f"{row}-{name}": text for name, text in fields.items()}


def taken(part: str, form: FormReader, document: Mapping[str, Any] = LIBRARY) -> dict[str, Any]:
    """The configuration that the form asks for; it has to be one without faults."""
    wanted = {**document, **PARTS[part].take(ConfigDocument(document, TODAY), form)}
    assert form.faults == {}
    return parse_config(wanted)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_form_that_is_saved_unchanged_keeps_the_configuration(part: str, name: str) -> None:
    assert taken(part, saved(part, document=DOCUMENTS[name]), DOCUMENTS[name]) == DOCUMENTS[name]


@pytest.mark.parametrize("box", ["people", "private", "collects"])
def test_a_box_of_a_service_is_ticked_and_taken_back(box: str) -> None:
    field = {"people": "asks_people"}.get(box, box)
    fields = PARTS["services"].show(ConfigDocument(LIBRARY, TODAY))
    row = next(name for name in fields if name.endswith("-prefix")).removesuffix("-prefix")
    ticked = taken("services", saved("services", {f"{row}-{box}": TICKED}))
    assert ticked["services"][0][field] is True
    form = saved("services", {f"{row}-{box}": None}, ticked)
    assert taken("services", form, ticked) == LIBRARY


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("9.30", "09:30"), ("09:30", "09:30"), ("9", "09:00"), ("930", "09:30"),
        ("1030", "10:30"), ("24", "24:00"), ("0.00", "00:00"), ("24.01", None), ("9.60", None),
        ("25", None), ("x", None), ("9.3", None), ("", None), ("٩", None),
    ],
)  # fmt: skip
def test_a_time_is_read_as_people_write_it(text: str, time: str | None) -> None:
    assert time_of_day(text) == time


@pytest.mark.parametrize("ratio", [0.7, 0.725, 0.33, 1.0, 0.005, 0.999])
def test_a_share_survives_being_shown_as_percent(ratio: float) -> None:
    form = FormReader({"share": shown_percent(ratio)})
    assert form.ratio("share") == ratio
    assert form.faults == {}


@pytest.mark.parametrize("text", ["", "0", "-1", "101", "x", "NaN", "1e400", "7 5"])
def test_an_invalid_share_is_reported(text: str) -> None:
    form = FormReader({"share": text})
    form.ratio("share")
    assert form.faults.keys() == {"share"}


def test_a_day_may_have_a_break_and_be_emptied() -> None:
    written = {"0-until": "12", "1-from": "13", "1-until": "19.30"}
    form = saved("hours", {f"hours-mon-{name}": text for name, text in written.items()})
    week = taken("hours", form)["opening_hours"]
    assert week["mon"] == [["09:30", "12:00"], ["13:00", "19:30"]]
    form = saved("hours", {"hours-mon-0-from": "", "hours-mon-0-until": ""})
    assert "mon" not in taken("hours", form)["opening_hours"]


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ({"hours-mon-0-from": "x"}, "hours-mon-0-from"),
        ({"hours-mon-0-until": ""}, "hours-mon-0-until"),
        ({"hours-mon-0-until": "9"}, "hours-mon-0-until"),
        ({"hours-mon-1-from": "10", "hours-mon-1-until": "20"}, "hours-mon-1-from"),
    ],
)
def test_wrong_hours_are_reported_at_their_field(written: dict[str, str], field: str) -> None:
    form = saved("hours", written)
    PARTS["hours"].take(ConfigDocument(LIBRARY, TODAY), form)
    assert form.faults.keys() == {field}


def test_a_days_hours_are_copied_to_others() -> None:
    fields = saved("hours", {"hours-mon-1-from": "20", "hours-mon-1-until": "21"}).fields
    chosen = {"copy-from": "mon", "copy-to-sat": "1", "copy-to-sun": "1", "copy-to-mon": "1"}
    week = taken("hours", FormReader(hours.copied({**fields, **chosen})))["opening_hours"]
    assert week["sat"] == week["sun"] == week["mon"] == [["09:30", "19:00"], ["20:00", "21:00"]]
    assert week["tue"] == LIBRARY["opening_hours"]["tue"]


def test_dates_that_have_been_are_kept_and_a_new_one_is_put_in_its_place() -> None:
    past = {"date": "2026-01-01", "hours": [], "note": {"da": "Nytårsdag"}}
    document = {**LIBRARY, "hours_exceptions": [past, *LIBRARY["hours_exceptions"]]}
    written = {"was": "", "date": "2026-12-05", "note-da": "Julehygge"}
    written |= {"hours-0-from": "10", "hours-0-until": "12"}
    form = saved("exceptions", under("exceptions-99", written), document)
    found = taken("exceptions", form, document)["hours_exceptions"]
    assert found[0] == past
    added = {"date": "2026-12-05", "hours": [["10:00", "12:00"]], "note": {"da": "Julehygge"}}
    assert found[1] == added
    assert len(found) == len(document["hours_exceptions"]) + 1


def test_a_date_may_have_other_quiet_hours_and_one_that_has_been_is_kept() -> None:
    past, coming = ({"date": f"2026-{day}", "hours": []} for day in ("11-24", "11-25"))
    document = {**LIBRARY, "quiet_exceptions": [past, coming]}
    assert taken("pauses", saved("pauses", document=document), document)["quiet_exceptions"] == [
        past, coming,
    ]  # fmt: skip
    new = under("quiet_exceptions-9", {"was": "", "date": "2026-11-26", "hours-0-from": "9"})
    new |= {"quiet_exceptions-9-hours-0-until": "10", "quiet_exceptions-0-remove": "1"}
    found = taken("pauses", saved("pauses", new, document), document)["quiet_exceptions"]
    assert found == [past, {"date": "2026-11-26", "hours": [["09:00", "10:00"]]}]
    twice = saved("pauses", {**new, "quiet_exceptions-9-date": "2026-11-24"}, document)
    PARTS["pauses"].take(ConfigDocument(document, TODAY), twice)
    assert twice.faults == {"quiet_exceptions-9-date": "This date is there already."}


def test_a_new_service_gets_an_id_from_its_name_and_another_keeps_its_own() -> None:
    added = {"id": "", "prefix": "k", "name-da": "Kørekort på ø", "active": "1"}
    form = saved("services", {"services-0-name-da": "Pas og id", **under("services-99", added)})
    services = taken("services", form)["services"]
    assert services[0]["id"] == LIBRARY["services"][0]["id"]
    assert services[0]["name"]["da"] == "Pas og id"
    assert services[-1] == {
        "id": "koerekort-paa-oe", "name": {"da": "Kørekort på ø"}, "prefix": "K", "active": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("part", "group", "fields", "faults"),
    [
        ("services", "services", {"prefix": "", "active": TICKED}, {"prefix"}),
        ("services", "services", {"prefix": "", "name-da": ""}, {"prefix", "name-da"}),
        ("services", "services", {"prefix": "Q", "name-da": "", "name-en": ""}, {"name-da"}),
        ("counters", "counters", {"name-da": "", "all": TICKED}, {"name-da"}),
        ("teams", "teams", {"name-da": "", "all": TICKED}, {"name-da"}),
        ("pauses", "pause_reasons", {"name-da": ""}, {"name-da"}),
        ("exceptions", "exceptions", {"was": "", "date": "", "note-da": ""}, {"date"}),
    ],
)
def test_a_new_row_that_is_empty_is_refused_unless_it_is_removed(
    part: str, group: str, fields: dict[str, str], faults: set[str]
) -> None:
    row = f"{group}-99"
    added = {"id": "", **fields}
    form = saved(part, under(row, added))
    PARTS[part].take(ConfigDocument(LIBRARY, TODAY), form)
    assert form.faults.keys() == {f"{row}-{name}" for name in faults}
    assert taken(part, saved(part, under(row, {**added, "remove": TICKED}))) == LIBRARY


def test_a_services_task_and_kind_are_chosen_kept_and_emptied() -> None:
    chosen = {"services-0-kle": " 23.05.00 ", "services-0-kind": "transaction"}
    services = taken("services", saved("services", chosen))["services"]
    assert (services[0]["kle"], services[0]["kind"]) == ("23.05.00", "transaction")
    document = {**LIBRARY, "services": services}
    emptied = saved("services", {"services-0-kle": "", "services-0-kind": ""}, document)
    assert not taken("services", emptied, document)["services"][0].keys() & {"kle", "kind"}
    form = saved("services", {"services-0-kle": "23.5"})
    PARTS["services"].take(ConfigDocument(LIBRARY, TODAY), form)
    assert form.faults.keys() == {"services-0-kle"}


def test_concurrent_additions_stay() -> None:
    form = saved("services")
    extra = {"id": "nyt", "name": {"da": "Nyt"}, "prefix": "Z", "active": True}
    document = {**LIBRARY, "services": [*LIBRARY["services"], extra]}
    assert taken("services", form, document)["services"] == document["services"]


def test_a_service_that_goes_leaves_every_list_unless_it_was_the_only_one() -> None:
    gone = LIBRARY["services"][0]["id"]
    counter = {"id": "9", "name": "Ni", "services": [gone, LIBRARY["services"][1]["id"]]}
    document = {**LIBRARY, "counters": [counter], "teams": []}
    found = taken("services", saved("services", {"services-0-remove": "1"}, document), document)
    assert found["counters"][0]["services"] == [LIBRARY["services"][1]["id"]]
    document = {**document, "counters": [{**counter, "services": [gone]}]}
    form = saved("services", {"services-0-remove": "1"}, document)
    PARTS["services"].take(ConfigDocument(document, TODAY), form)
    assert form.faults.keys() == {"services-0-remove"}


def test_the_in_doubt_service_is_chosen_with_the_services() -> None:
    assert (
        taken("services", saved("services", {"unsure_service": "pas"}))["unsure_service"] == "pas"
    )
    assert taken("services", saved("services", {"unsure_service": ""}))["unsure_service"] is None
    kept = saved("services", {"unsure_service": None})  # a form that does not mention it
    assert taken("services", kept)["unsure_service"] == "andet"


def test_two_services_cannot_have_the_same_letters() -> None:
    form = saved("services", {"services-1-prefix": LIBRARY["services"][0]["prefix"].lower()})
    PARTS["services"].take(ConfigDocument(LIBRARY, TODAY), form)
    assert form.faults.keys() == {"services-1-prefix"}


def test_a_goal_may_count_at_certain_hours_and_for_some_services() -> None:
    service = LIBRARY["services"][0]["id"]
    written = {"hours-mon-0-from": "10", "hours-mon-0-until": "12", f"service-{service}": "1"}
    written |= {"threshold_seconds-min": "7", "threshold_seconds-sec": "30"}
    written |= {"target_ratio": "72,5 %"}
    form = saved("goals", {"goals-0-all": None, **under("goals-0", written)})
    goal = taken("goals", form)["goals"][0]
    assert goal == LIBRARY["goals"][0] | {
        "threshold_seconds": 450, "target_ratio": 0.725, "services": [service],
        "hours": {"mon": [["10:00", "12:00"]]},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("services[2].prefix", "services-7-prefix"),
        ("services[2].name.en", "services-7-name-da"),
        ("services[2].id", "services-7-prefix"),
        ("name", "name"),
        ("goals[0].target_ratio", ""),
    ],
)
def test_a_path_of_the_document_leads_to_the_nearest_field(path: str, field: str) -> None:
    names = ["services-7-prefix", "services-7-name-da", "name"]
    assert field_for(path, {"services[2]": "services-7"}, names) == field


@pytest.mark.parametrize(
    ("before", "written", "name"),
    [
        ("Skranke 1", {}, "Skranke 1"),
        ("Skranke 1", {"da": "Lokale 2"}, "Lokale 2"),
        ("Vielser", {"en": "Weddings"}, {"da": "Vielser", "en": "Weddings"}),
        ({"da": "Vielser", "en": "Weddings"}, {}, {"da": "Vielser", "en": "Weddings"}),
        ({"da": "Vielser", "en": "Weddings"}, {"en": ""}, {"da": "Vielser"}),
        ({"en": "Weddings"}, {}, {"en": "Weddings"}),
    ],
)
def test_a_counter_has_one_name_or_one_for_each_language(
    before: Any, written: dict[str, str], name: Any
) -> None:
    counter = {"id": "1", "name": before, "services": ["*"]}
    document = {**LIBRARY, "counters": [counter]}
    fields = {f"counters-0-name-{language}": text for language, text in written.items()}
    form = saved("counters", fields, document)
    assert taken("counters", form, document)["counters"] == [{**counter, "name": name}]


def test_a_counter_without_any_name_is_refused() -> None:
    form = saved("counters", {"counters-0-name-da": "", "counters-0-name-en": ""})
    PARTS["counters"].take(ConfigDocument(LIBRARY, TODAY), form)
    assert form.faults.keys() == {"counters-0-name-da"}


def test_a_lifeline_covers_services_of_any_branch_and_leaves_with_its_row() -> None:
    hall = DOCUMENTS["raadhuset"]
    written = {"name-da": "Flytning", "telephone": "44 40", "within-min": "1", "within-sec": "30"}
    written |= {"id": "", "target_ratio": "75", "service-turist": "1"}
    form = saved("lifelines", under("lifelines-99", written), hall)
    found = taken("lifelines", form, hall)["lifelines"]
    assert found[:-1] == hall["lifelines"]
    assert found[-1] == {
        "id": "flytning", "name": {"da": "Flytning"}, "telephone": "44 40",
        "services": ["turist"], "answer_within_seconds": 90, "target_ratio": 0.75,
    }  # fmt: skip
    gone = {f"lifelines-{n}-remove": "1" for n in range(len(hall["lifelines"]))}
    assert "lifelines" not in taken("lifelines", saved("lifelines", gone, hall), hall)


@pytest.mark.parametrize(("minutes", "seconds", "wrong"), [("3", "0", False), ("3", "1", True)])
def test_no_limit_longer_than_a_call_rings_is_accepted(
    minutes: str, seconds: str, wrong: bool
) -> None:
    length = {"lifelines-0-within-min": minutes, "lifelines-0-within-sec": seconds}
    form = saved("lifelines", length, DOCUMENTS["raadhuset"])
    PARTS["lifelines"].take(ConfigDocument(DOCUMENTS["raadhuset"], TODAY), form)
    assert bool(form.faults) == wrong


def test_a_goal_on_answers_has_neither_limit_nor_services_nor_hours() -> None:
    row = next(
        r for r in FormReader(PARTS["goals"].show(ConfigDocument(LIBRARY, TODAY))).rows("goals")
    )
    written = under(row, {"indicator": "very_satisfied_with_help", "target_ratio": "80"})
    goal = taken("goals", saved("goals", written))["goals"][0]
    assert (goal["indicator"], goal["target_ratio"]) == ("very_satisfied_with_help", 0.8)
    assert (goal["threshold_seconds"], goal["services"], "hours" in goal) == (None, ["*"], False)


@pytest.mark.parametrize("days", ["1", "60"])
def test_a_goal_on_free_times_has_its_limit_in_working_days(days: str) -> None:
    row = next(
        r for r in FormReader(PARTS["goals"].show(ConfigDocument(LIBRARY, TODAY))).rows("goals")
    )
    written = under(
        row, {"indicator": "free_time_within", "target_ratio": "80", "working_days": days}
    )
    wanted = taken("goals", saved("goals", written))
    assert wanted["goals"][0]["threshold_seconds"] == int(days) * 86_400
    shown = PARTS["goals"].show(ConfigDocument({**LIBRARY, **wanted}, TODAY))
    assert shown[f"{row}-working_days"] == days


@pytest.mark.parametrize("ticked", ["1", None])
def test_whether_slips_carry_a_code_is_ticked(ticked: str | None) -> None:
    wanted = taken("general", saved("general", {"feedback_on_slip": ticked}))
    assert wanted.get("feedback_on_slip", False) is bool(ticked)


def test_whether_a_counter_is_accessible_is_stored_for_that_counter_alone() -> None:
    assert taken("counters", saved("counters", {}))["counters"] == LIBRARY["counters"]
    turned = {"counters-0-accessible": None, "counters-1-accessible": "1"}
    found = taken("counters", saved("counters", turned))["counters"]
    assert [counter.get("accessible") for counter in found] == [False, True, None, None, None]


def test_a_counter_becomes_a_screen_and_a_desk_again() -> None:
    written = {"counters-0-video": "1", "counters-0-video-telephone": " 12 34 56 78 "}
    screens = taken("counters", saved("counters", written))["counters"]
    assert screens[0]["video"] == {"telephone": "12 34 56 78"}
    assert "video" not in screens[1]
    written["counters-0-video-telephone"] = ""
    assert taken("counters", saved("counters", written))["counters"][0]["video"] == {
        "telephone": None
    }
    row = [counter["id"] for counter in LIBRARY["counters"]].index("screen-1")
    again = taken("counters", saved("counters", {f"counters-{row}-video": None}))
    assert "video" not in again["counters"][row]


@pytest.mark.parametrize(
    ("date", "faults"),
    [
        (TODAY, {}),
        ("2020-12-24", {"exceptions-99-date": "This date is over. Choose today or a later date."}),
        (
            str(datetime.date.fromisoformat(TODAY) - datetime.timedelta(days=1)),
            {"exceptions-99-date": "This date is over. Choose today or a later date."},
        ),
    ],
)
def test_a_date_that_is_over_is_refused(date: str, faults: dict[str, str]) -> None:
    form = saved("exceptions", under("exceptions-99", {"was": "", "date": date}))
    PARTS["exceptions"].take(ConfigDocument(LIBRARY, TODAY), form)
    assert form.faults == faults


@pytest.mark.parametrize(
    ("written", "languages"),
    [
        ({}, ["da", "en"]),
        ({"languages-en-place": "1", "languages-da-place": "2"}, ["en", "da"]),
        ({"languages-ar": "1", "languages-ar-place": "1"}, ["da", "ar", "en"]),
        ({"languages-pl": "1"}, ["da", "en", "pl"]),
        ({"languages-da": None}, ["en"]),
    ],
)
def test_languages_have_the_order_of_their_places(
    written: dict[str, str | None], languages: list[str]
) -> None:
    document = in_two_languages(LIBRARY)
    form = saved("general", written, document)
    assert taken("general", form, document)["languages"] == languages


@pytest.mark.parametrize(
    ("place", "fault"), [("0", True), ("1", False), ("99", False), ("x", True)]
)
def test_a_place_is_a_whole_number(place: str, fault: bool) -> None:
    form = saved("general", {"languages-en-place": place})
    PARTS["general"].take(ConfigDocument(LIBRARY, TODAY), form)
    assert bool(form.faults) is fault


@pytest.mark.parametrize(("chosen", "kept"), [("car", "car"), ("", None), ("unicorn", None)])
def test_a_service_has_the_pictogram_that_was_chosen(chosen: str, kept: str | None) -> None:
    services = taken("services", saved("services", {"services-0-pictogram": chosen}))["services"]
    assert services[0].get("pictogram") == kept
