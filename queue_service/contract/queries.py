"""Common parts of queries: the range of dates."""

from __future__ import annotations

from pydantic import Field

from queue_service.contract.words import DateText, Strict


class DateRange(Strict):
    """The dates, both inclusive and by default today."""

    from_: DateText | None = Field(
        default=None, alias="from", description="The first date, of the branch's calendar."
    )
    to: DateText | None = Field(default=None, description="The last date, inclusive.")
