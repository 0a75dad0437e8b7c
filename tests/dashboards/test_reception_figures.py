"""The page of a reception's figures, written out."""

from __future__ import annotations

from dashboards.reception_figures.view import ReceptionView
from queue_service.days.rules.period import period_of
from queue_service.language.wording import NOTHING
from queue_service.reception.rules import figures, monthly
from queue_service.tables.model import HIDDEN
from queue_service.tables.writing import Writing

COUNTED = {
    "need|seat": "12", "need|interpreter": "4", "first|returning": "5", "help|answered": "9",
    "help|cancelled": "1", "help|judged": "10", "help|within": "8", "help|s12": "5",
    "help|s70": "4",
}  # fmt: skip


def seen(stored: dict[str, str], language: str = "da") -> ReceptionView:
    november = period_of("month", "2026-11-25")
    month = figures({"2026-11-25": stored})
    return ReceptionView(monthly([month]), Writing(language), november)


def test_what_is_five_or_more_is_told() -> None:
    view = seen(COUNTED, "en")
    assert view.needs() == [("A seat", "12"), ("Interpreter", HIDDEN)]
    assert view.reasons() == [("Comes back to go on", "5")]
    assert (view.calls(), view.share(), view.median()) == ("10", "80.0%", "12 s")
    assert "of 10 judged" in view.interval()
    assert ("Answered", "9") in view.results()
    assert view.hides()


def test_fewer_than_five_calls_are_not_told() -> None:
    view = seen({"help|answered": "4", "help|judged": "4", "help|within": "4", "help|s1": "4"})
    assert (view.calls(), view.share(), view.median(), view.results()) == (
        HIDDEN, NOTHING, NOTHING, [],
    )  # fmt: skip
    assert (view.interval(), view.hides()) == ("", True)
    assert not seen({"help|answered": "5", "help|judged": "5"}).hides()


def test_several_months_are_the_sum_of_what_each_tells() -> None:
    three = [
        figures({date: {"need|seat": str(n), "help|answered": str(n), "help|judged": str(n)}})
        for date, n in (("2026-09-02", 6), ("2026-10-07", 4), ("2026-11-25", 5))
    ]
    told = monthly(three)
    assert (told.needs["seat"], told.help.calls, told.help_hidden) == (11, 11, False)
    assert (monthly(three[1:2]).needs["seat"], monthly(three[1:2]).help_hidden) == (None, True)
    assert (monthly([]).needs["seat"], monthly([]).help_hidden) == (0, False)
