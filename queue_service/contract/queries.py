"""Common parts of queries: the range of dates, and the pages of a long list."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from queue_service.contract.words import DateText, Strict


class DateRange(Strict):
    """The dates, both inclusive and by default today."""

    from_: DateText | None = Field(
        default=None, alias="from", description="The first date, of the branch's calendar."
    )
    to: DateText | None = Field(default=None, description="The last date, inclusive.")


MOST_ON_A_PAGE: Final = 500


def _number(value: Any) -> int:
    """A number from an address, where everything is a text."""
    if not re.fullmatch("[0-9]{1,7}", str(value)):
        raise PydanticCustomError("number", "It must be a whole number.")
    return int(value)


class Paged(Strict):
    """A page of a long list."""

    limit: Annotated[
        int,
        Field(ge=1, le=MOST_ON_A_PAGE),
        BeforeValidator(_number),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_ON_A_PAGE}),
    ] = Field(default=100, description="How many at most.")
    after: Annotated[
        int, BeforeValidator(_number), WithJsonSchema({"type": "integer", "minimum": 0})
    ] = Field(default=0, description="The next of the answer before.")
