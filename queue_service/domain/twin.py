"""A branch's change held against that of another over the same days: difference in differences.

What moved both alike, such as a holiday or a change of the law, drops out. What is left is the
trial's part only if both would have moved alike without it, which nothing in the figures proves.

The interval is had from those of the two changes (MOVER: Zou and Donner, *Stat. Med.* 27, 2008,
formula 7; Newcombe's method 10 is the same for two shares). It takes the branches as unrelated;
where the same days spoil both it is too wide.
"""

from __future__ import annotations

from math import hypot

from queue_service.domain.ratio import Difference


def beyond(here: Difference | None, there: Difference | None) -> Difference | None:
    """By how much more a figure changed here than there; None where either cannot be told."""
    if here is None or there is None:
        return None
    value = here.value - there.value
    low = value - hypot(here.value - here.low, there.high - there.value)
    high = value + hypot(here.high - here.value, there.value - there.low)
    return Difference(value, low, high)
