"""The quantile regression."""

from __future__ import annotations

from math import exp
from random import Random

import pytest

from queue_service.visits.rules.regression import Inputs, Regression, inputs_of
from queue_service.waits.rules.fit import HIGH, LOW, fit
from queue_service.waits.rules.rows import WaitRow


def row(waited: float, ahead: int = 1, same: int = 1, service: str = "pas") -> WaitRow:
    """One at a counter, behind somebody who has waited a minute."""
    return WaitRow(service, inputs_of(ahead, 1, same, 60), None, waited)


def drawn(service: str, times: float, number: int, seed: int = 1) -> list[WaitRow]:
    """Waits that are a power of the people ahead, times a factor of 1 to e, each as likely."""
    random = Random(seed)  # noqa: S311 - seeded, no secret
    return [
        row(times * (2 + n % 9) ** 0.8 * exp(random.random()) - 1, 1 + n % 9, service=service)
        for n in range(number)
    ]


def test_a_range_holds_the_share_between_its_quantiles() -> None:
    rows = drawn("pas", 60, 600) + drawn("korekort", 240, 600, seed=2)
    fitted = fit(rows)
    for service, times in (("pas", 60), ("korekort", 240)):
        for ahead in (1, 5, 9):
            low, high = fitted[service].range(inputs_of(ahead, 1, 1, 60))
            middle = times * (1 + ahead) ** 0.8
            # The factor's quantiles are exp(share); a day's chance is a few percent of them.
            assert low == pytest.approx(middle * exp(LOW), rel=0.08)
            assert high == pytest.approx(middle * exp(HIGH), rel=0.08)
        assert fitted[service].low_at < fitted[service].high_at
    inside = sum(
        low <= each.waited <= high
        for each in rows
        for low, high in [fitted[each.service].range(each.inputs)]
    )
    assert inside / len(rows) == pytest.approx(HIGH - LOW, abs=0.03)


@pytest.mark.parametrize(("number", "services"), [(29, {"pas"}), (30, {"pas", "turist"})])
def test_a_service_has_a_regression_from_thirty_waits_on(number: int, services: set[str]) -> None:
    rows = drawn("pas", 60, 300)
    alone = fit(rows)["pas"].range(inputs_of(4, 1, 1, 60))
    with_more = fit([*rows, *(row(9000, 4, service="turist") for _ in range(number))])
    assert set(with_more) == services
    # The others share its coefficients, not its constant.
    assert with_more["pas"].range(inputs_of(4, 1, 1, 60)) == pytest.approx(alone, rel=0.05)
    assert with_more["pas"].longest == 9000


def test_one_share_twice_is_its_quantile_for_as_few_waits_as_are_asked() -> None:
    rows = [*drawn("pas", 60, 600), row(600, 4, service="turist")]
    fitted = fit(rows, shares=(0.5, 0.5), fewest=1)
    assert set(fitted) == {"pas", "turist"}
    low, high = fitted["pas"].range(inputs_of(5, 1, 1, 60))
    assert low == pytest.approx(60 * 6**0.8 * exp(0.5), rel=0.08)
    assert high - low <= 1  # rounded outward
    assert set(fit(rows, fewest=2)) == {"pas"}


def test_equal_waits_and_equal_inputs_are_no_trouble() -> None:
    fitted = fit([row(300) for _ in range(40)])["pas"]
    # The small addition to residuals of 0 leaves the range a little wider.
    assert fitted.range(inputs_of(1, 1, 1, 60)) == pytest.approx((300, 300), rel=0.03)


def regression(low_at: float, high_at: float, longest: int = 10_000) -> Regression:
    """Without any input."""
    return Regression(low_at, high_at, Inputs(0, 0, 0, 0, 0), Inputs(0, 0, 0, 0, 0), longest)


@pytest.mark.parametrize(
    ("known", "found"),
    [
        (regression(4.0, 6.0), (53, 403)),  # 53.6 and 402.4 s, rounded outward
        (regression(6.0, 4.0), (53, 403)),
        (regression(-3.0, 0.0), (0, 0)),
        (regression(4.0, 6.0, 402), (53, 402)),
        (regression(4.0, 6.0, 403), (53, 403)),
        (regression(4.0, 1e9), (53, 10_000)),
    ],
)
def test_a_range_is_in_order_and_within_what_has_been_seen(
    known: Regression, found: tuple[int, int]
) -> None:
    assert known.range(inputs_of(3, 1, 1, 60)) == found
