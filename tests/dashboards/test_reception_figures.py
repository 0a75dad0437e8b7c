"""The page of a reception's figures, written out."""

from __future__ import annotations

from dashboards.reception_figures.view import ReceptionView
from queue_service.language.wording import NOTHING
from queue_service.reception.rules import figures
from queue_service.tables.model import HIDDEN
from queue_service.tables.writing import Writing

COUNTED = {
    "need|seat": "12", "need|interpreter": "4", "first|returning": "5", "help|answered": "9",
    "help|cancelled": "1", "help|judged": "10", "help|within": "8", "help|s12": "5",
    "help|s70": "4",
}  # fmt: skip


def test_what_is_five_or_more_is_told() -> None:
    view = ReceptionView(figures([COUNTED]), Writing("en"))
    assert view.needs() == [("A seat", "12"), ("Interpreter", HIDDEN)]
    assert view.reasons() == [("Comes back to go on", "5")]
    assert (view.calls(), view.share(), view.median()) == ("10", "80.0%", "12 s")
    assert "of 10 judged" in view.interval()
    assert ("Answered", "9") in view.results()
    assert view.hides()


def test_fewer_than_five_calls_are_not_told() -> None:
    few = figures([{"help|answered": "4", "help|judged": "4", "help|within": "4", "help|s1": "4"}])
    view = ReceptionView(few, Writing("da"))
    assert (view.calls(), view.share(), view.median(), view.results()) == (
        HIDDEN, NOTHING, NOTHING, [],
    )  # fmt: skip
    assert (view.interval(), view.hides()) == ("", True)
    five = figures([{"help|answered": "5", "help|judged": "5"}])
    assert not ReceptionView(five, Writing("da")).hides()
