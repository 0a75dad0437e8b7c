"""Charts: what is drawn holds to the pages' rules and shows what it was given."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from queue_service.charts.draw import draw
from queue_service.charts.lengths import LengthBar, Limit, lengths
from queue_service.charts.renderer import NotDrawn, Renderer
from queue_service.charts.style import BACKGROUND, NARROW, WIDE, Chart
from queue_service.charts.trend import Point, trend

DAYS = [
    Point("2 Nov", 0.8, 0.7, 0.9, 0.7),
    Point("3 Nov", None, goal=0.7),
    Point("4 Nov", 0.6, 0.4, 0.8, 0.75, marked=True),
]


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    found = Renderer()
    yield found
    found.close()


def shares(width: int = WIDE) -> Chart:
    return trend(DAYS, "Share", "ratio", "da", width)


def spans() -> Chart:
    bars = [LengthBar(0, 5, 0.5), LengthBar(5, 6, 0.1), LengthBar(6, 8, 0.2)]
    limits = [Limit(6, "Goal: 6 min <b>")]
    over = "20% took longer than 8 min"
    return lengths(bars, limits, title="Share", below="Minutes", over=over, language="en")


@pytest.mark.parametrize("chart", [shares(), spans(), trend([], "Visits", "count", "en")])
def test_a_picture_has_no_script_no_style_and_nothing_from_elsewhere(chart: Chart) -> None:
    root = ET.fromstring(draw(chart))  # noqa: S314 - drawn by ourselves
    for element in root.iter():
        assert element.tag.rpartition("}")[2] not in {"script", "style", "image", "a", "use"}
        assert not {name for name in element.attrib if name == "style" or name.startswith("on")}


def test_numbers_are_written_as_the_language_does() -> None:
    many = [Point("Nov", 12_000)]
    assert ">10.000<" in draw(trend(many, "Besøg", "count", "da"))
    assert ">10,000<" in draw(trend(many, "Visits", "count", "en"))
    assert ">100\N{NO-BREAK SPACE}%<" in draw(shares())


def test_the_goal_of_a_single_month_is_seen() -> None:
    months = [Point("Jan", 0.8, 0.7, 0.9, 0.7), Point("Feb", None)]
    assert "goal: 0.7" in draw(trend(months, "Share", "ratio", "en"))


def test_a_day_without_a_figure_is_a_gap_and_no_zero() -> None:
    root = ET.fromstring(draw(shares()))  # noqa: S314 - drawn by ourselves
    reported = {element.get("aria-label", "") for element in root.iter()}
    values = {label for label in reported if "; value: " in label}
    assert values == {
        "place: 0; value: 80\N{NO-BREAK SPACE}%",
        "place: 2; value: 60\N{NO-BREAK SPACE}%",
    }


@pytest.mark.parametrize(("low", "begins"), [(0.62, "50%"), (0.31, "30%"), (0.0, "0%")])
def test_the_axis_of_shares_begins_below_all_of_them(low: float, begins: str) -> None:
    drawn = draw(trend([Point("Nov", 0.7, low, 0.8, 0.7)], "Share", "ratio", "en"))
    assert f"values from {begins} to 100%" in drawn


def test_the_most_at_once_is_a_number_above_the_bars_and_takes_no_room_from_them() -> None:
    hours = [Point("9.00", 2.0, most=11), Point("10.00", 0.5, most=7), Point("11.00", 0.0)]
    chart = trend(hours, "Waiting", "count", "en")
    assert chart["layer"][0]["encoding"]["y"]["scale"]["domainMax"] == pytest.approx(2.3)
    drawn = draw(chart)
    assert all(f">{most}<" in drawn for most in (11, 7))


def test_how_many_took_longer_is_written_below_the_labels_of_the_limits_at_the_top() -> None:
    *lines, limit, halo, over = spans()["layer"]
    heights = [layer["encoding"]["y"]["value"] for layer in (limit, over)]
    assert heights[0] < heights[1] < 60
    assert halo["encoding"] == over["encoding"], "a limit's line is covered, and not the letters"
    assert (halo["mark"]["stroke"], over["mark"].get("stroke")) == (BACKGROUND, None)
    assert "rule" in {layer["mark"]["type"] for layer in lines}


def test_a_bars_height_is_its_share_for_each_minute() -> None:
    """A span of two minutes with twice the share is as high as one of a minute: no bump."""
    assert [row["density"] for row in spans()["data"]["values"]] == pytest.approx([0.1, 0.1, 0.1])
    assert "20% took longer than 8 min" in draw(spans())


def test_the_words_are_text_and_never_markup() -> None:
    assert "Goal: 6 min &lt;b&gt;" in draw(spans())


def test_a_phone_gets_a_picture_of_its_own() -> None:
    wide, narrow = (ET.fromstring(draw(shares(width))) for width in (WIDE, NARROW))  # noqa: S314 - drawn by ourselves
    assert (wide.get("width"), narrow.get("width")) == (str(WIDE), str(NARROW))


@pytest.mark.slow
def test_the_pencil_draws_the_same_and_goes_on_after_its_process_died(renderer: Renderer) -> None:
    assert renderer.draw(shares()) == draw(shares())
    assert renderer._process is not None
    renderer._process.kill()
    assert renderer.draw(spans()) == draw(spans())


def test_the_drawing_function_reports_unsupported_drawings(renderer: Renderer) -> None:
    with pytest.raises(NotDrawn, match="layer"):
        renderer.draw({"usermeta": {"language": "en"}, "layer": "none"})
    assert renderer.draw(spans())


def test_a_process_that_gives_nothing_is_no_endless_wait() -> None:
    with pytest.raises(NotDrawn, match="does not answer"):
        Renderer((sys.executable, "-c", "")).draw(spans())
