"""The page of a reception's figures."""

from __future__ import annotations

from playwright.sync_api import expect

from dashboards.reception_figures.view import ReceptionView
from queue_service.reception.rules import figures, monthly
from queue_service.store.keys import BranchKeys
from queue_service.tables.model import HIDDEN
from queue_service.tables.writing import Writing
from tests.dashboards.pages import Pages, assert_fits_everywhere
from tests.web.browsers import Check

COUNTED = {
    "need|seat": "12", "need|interpreter": "4", "first|returning": "5", "help|answered": "9",
    "help|cancelled": "1", "help|judged": "10", "help|within": "8", "help|s12": "5",
    "help|s70": "4",
}  # fmt: skip


def seen(stored: dict[str, str]) -> ReceptionView:
    return ReceptionView(monthly([figures({"2026-11-25": stored})]), Writing("en"))


def test_groups_of_five_or_more_are_reported() -> None:
    view = seen(COUNTED)
    assert view.noted().rows == (
        ("A seat", "Need", 12),
        ("Interpreter", "Need", HIDDEN),
        ("Comes back to go on", "Ahead in the queue", 5),
    )
    assert view.help().rows == ((10, 9, 0, 1, 0, 12),)
    assert view.share().ratio == 0.8
    assert "of 10 judged" in view.write.interval(view.share())


def test_fewer_than_five_calls_are_not_reported() -> None:
    view = seen({"help|answered": "4", "help|judged": "4", "help|within": "4", "help|s1": "4"})
    assert view.help().rows == ((HIDDEN,) * 6,)
    assert (view.share().ratio, view.write.interval(view.share())) == (None, "")
    assert not seen({"help|answered": "5", "help|judged": "5"}).help().hides
    assert seen({}).help().rows == ()


def test_its_page_shows_both_and_is_accessible(pages: Pages, assert_accessible: Check) -> None:
    branch = pages.desk("reception").branch
    day = BranchKeys(branch).reception("2026-11-25")
    pages.service.client.hset(day, mapping=COUNTED)  # type: ignore[arg-type]  # redis wants the wider type
    page = pages.open(f"{branch}/reception?period=month&date=2026-11-01")
    noted = page.get_by_role("region", name="What the reception noted")
    assert noted.get_by_role("cell").all_inner_texts() == [
        "Need", "12", "Need", "..", "Ahead in the queue", "5",
    ]  # fmt: skip
    expect(page.get_by_role("region", name="Calls for help")).to_contain_text("80.0%")
    assert_fits_everywhere(page, assert_accessible)


def test_several_months_equal_the_sum_of_each() -> None:
    three = [
        figures({date: {"need|seat": str(n), "help|answered": str(n), "help|judged": str(n)}})
        for date, n in (("2026-09-02", 6), ("2026-10-07", 4), ("2026-11-25", 5))
    ]
    reported = monthly(three)
    assert (reported.needs["seat"], reported.help.calls, reported.help_hidden) == (11, 11, False)
    assert (monthly(three[1:2]).needs["seat"], monthly(three[1:2]).help_hidden) == (None, True)
    assert (monthly([]).needs["seat"], monthly([]).help_hidden) == (0, False)
