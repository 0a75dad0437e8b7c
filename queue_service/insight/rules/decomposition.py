"""Mean handling times by service: the effects of the services' mix and of their times.

The change of a mean divides without a rest by the decomposition of Kitagawa (*J. Am. Stat. Assoc.*
50, 1955; the decomposition of Oaxaca and Blinder, 1973, is the same for groups of means):

- mix: ``Σ (s₁ - s₀) · (m₀ + m₁)/2``, other services than usual were asked for, and
- times: ``Σ (m₁ - m₀) · (s₀ + s₁)/2``, the same services took longer,

with each service's share s of the inquiries and mean time m, before and now. A service that only
one side has counts for the mix alone. Of a goal the m are its shares within, so that what a share
changed by divides the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Handled = Mapping[str, tuple[int, int]]
"""By service: how many inquiries, at least one, and their handling ms in all."""
CountedByService = Mapping[str, tuple[float, float]]
"""By service: of how much, more than nothing, and what was counted; ``Handled`` is of this kind."""
EffectsByService = tuple[dict[str, float], dict[str, float]]
"""Of the mix and of the times, by service: of handling times in ms."""


def decompose(usual: CountedByService, actual: CountedByService) -> EffectsByService:
    """The change of the mean, by service: the effect of the mix and the effect of the times.

    All of both add up to the change. Neither side may be empty.
    """
    shares, means = _shares(usual), _means(usual)
    shares_now, means_now = _shares(actual), _means(actual)
    mix, times = {}, {}
    for service in sorted({*usual, *actual}):
        was = means.get(service, means_now.get(service, 0.0))
        now = means_now.get(service, was)
        share, share_now = shares.get(service, 0.0), shares_now.get(service, 0.0)
        mix[service] = (share_now - share) * (was + now) / 2
        times[service] = (now - was) * (share + share_now) / 2
    return mix, times


def _shares(handled: CountedByService) -> dict[str, float]:
    total = sum(n for n, _ in handled.values())
    return {service: n / total for service, (n, _) in handled.items()}


def _means(handled: CountedByService) -> dict[str, float]:
    return {service: total_ms / n for service, (n, total_ms) in handled.items()}


def chances(usual: Handled, inquiries: int) -> tuple[float, float]:
    """The variances, in s², that chance gives the mean of so many inquiries: by which services
    they are for, and by times within a service that vary as much as exponential ones."""
    shares, means = _shares(usual), _means(usual)
    within = sum(share * means[service] ** 2 for service, share in shares.items()) / 1e6
    between = within - (mean(usual) / 1000) ** 2
    return between / inquiries, within / inquiries


def most(effects: Mapping[str, float]) -> str | None:
    """The service that had the largest part of the total effect."""
    effect = sum(effects.values())
    return max(effects, key=lambda service: effects[service] * effect) if effect else None


def pooled(parts: Iterable[Handled]) -> dict[str, tuple[int, int]]:
    """Several added up."""
    sums: dict[str, tuple[int, int]] = {}
    for handled in parts:
        for service, (n, total_ms) in handled.items():
            had, had_ms = sums.get(service, (0, 0))
            sums[service] = had + n, had_ms + total_ms
    return sums


def mean(handled: Handled) -> float:
    """The mean handling time in ms; there is at least one inquiry."""
    return sum(total_ms for _, total_ms in handled.values()) / sum(n for n, _ in handled.values())
