"""The bars of a distribution of lengths."""

from __future__ import annotations

import pytest

from dashboards.history.charts import Which, over_text, spans
from queue_service.tables.model import Value
from queue_service.tables.writing import Writing
from queue_service.visits.rules.counting import HANDLING_BUCKETS


def rows(shares: dict[int | None, float], *lines: int) -> list[dict[str, Value]]:
    """The rows of a distribution by their upper end in seconds."""
    ends: list[int | None] = [*HANDLING_BUCKETS, None]
    return [
        {"to_seconds": end, "count_share": shares.get(end, 0.0), "line": end in lines}
        for end in ends
    ]


def test_bars_are_minutes_at_least_and_end_at_a_quarter_of_an_hour() -> None:
    bars, over = spans(rows({15: 0.1, 30: 0.1, 60: 0.1, 480: 0.3, 900: 0.38, 1200: 0.02}, 360))
    assert [(bar.begins, bar.ends) for bar in bars] == [
        (0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 8), (8, 10), (10, 15),
    ]  # fmt: skip
    assert bars[0].share == pytest.approx(0.3)
    assert bars[6].share == 0.3
    assert over == pytest.approx(0.02)


def test_a_goals_threshold_splits_a_bar_and_is_always_drawn() -> None:
    bars, _ = spans(rows({30: 0.5, 60: 0.5}, 30, 1800))
    assert [(bar.begins, bar.ends) for bar in bars][:2] == [(0, 0.5), (0.5, 2)] or bars[
        0
    ].ends == 0.5
    assert bars[-1].ends == 30


def test_they_go_on_until_nineteen_of_twenty_are_drawn() -> None:
    bars, over = spans(rows({900: 0.5, 1800: 0.45, 7200: 0.05}))
    assert bars[-1].ends == 30
    assert over == pytest.approx(0.05)
    bars, over = spans(rows({900: 0.5, 1800: 0.44, 3600: 0.06}))
    assert bars[-1].ends == 60
    assert over == pytest.approx(0)


@pytest.mark.parametrize(
    ("which", "share", "text"),
    [
        ("handling", 0.019, "1.9% took longer than 15 min"),
        ("waiting", 0.019, "1.9% waited longer than 15 min"),
        ("waiting", 0.0006, "0.1% waited longer than 15 min"),
        ("waiting", 0.0004, ""),
    ],
)
def test_the_share_beyond_the_last_bar_took_or_waited_longer(
    which: Which, share: float, text: str
) -> None:
    assert over_text(which, 15, share, Writing("en")) == text
