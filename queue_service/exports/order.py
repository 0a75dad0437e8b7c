"""The order of a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any, Final, Literal

from queue_service.days.rules.period import FIRST_DATE, LAST_DATE, Period, between, is_date
from queue_service.days.rules.ranges import MOST_DAYS
from queue_service.errors import Invalid
from queue_service.language.catalogues import N_
from queue_service.language.languages import DEFAULT, staff_languages
from queue_service.reports.page import KIND_NAMES
from queue_service.reports.report import Report
from queue_service.tables.build import TITLES
from queue_service.tables.comparisons.branches import TITLE
from queue_service.tables.comparisons.comparison import TITLE as COMPARISON_TITLE

Format = Literal["csv", "xlsx", "pdf"]

ALL: Final = "all"
BRANCHES: Final = "branches"
COMPARISON: Final = "comparison"
OPEN_DATA: Final = "open-data"
COUNT_WEEK: Final = "count-week"

CONTENTS: Final[Mapping[str, str]] = {
    ALL: N_("All tables"),
    **{str(table_id): title for table_id, title in TITLES.items()},
    BRANCHES: TITLE,
    COMPARISON: COMPARISON_TITLE,
    COUNT_WEEK: N_("All contacts of all branches (count week)"),
    OPEN_DATA: N_("Open data, without small groups"),
}
"""The content of a file: one table, all tables of a branch, the branches compared, open data."""

OF_BRANCHES: Final = (BRANCHES, COMPARISON, COUNT_WEEK)
"""The contents about several branches."""

REPORTS: Final[Mapping[str, str]] = {f"report-{kind}": name for kind, name in KIND_NAMES.items()}
"""Reports as PDF; each is had from its own page."""

FORMATS: Final[tuple[Format, ...]] = ("csv", "xlsx")
"""The formats of tables; reports are PDF."""
DAYS_AT_ONCE: Final = 31
"""Up to so many days a single table is made while the browser waits: it takes some ms."""
COMPARISON_DAYS_AT_ONCE: Final = 366
"""Of a comparison: a year of ten branches takes less than a second."""


@dataclass(frozen=True, slots=True)
class Order:
    """A file that is wanted. ``branch`` is whose page it was asked for on; ``branches`` are in it.

    Dates are inclusive. Open data is always CSV.
    """

    branch: str
    branches: tuple[str, ...]
    content: str
    first: str
    last: str
    format: Format
    language: str

    @property
    def id(self) -> str:
        """The same for the same wish, so that asking twice makes one file."""
        return blake2b(self.to_text().encode(), digest_size=12).hexdigest()

    @property
    def period(self) -> Period:
        """Its dates."""
        return between(self.first, self.last)

    @property
    def small(self) -> bool:
        """Whether it is made at once."""
        if self.content == COMPARISON:
            return len(self.period) <= COMPARISON_DAYS_AT_ONCE
        single = self.content not in (ALL, BRANCHES, OPEN_DATA, *REPORTS)
        return single and len(self.period) <= DAYS_AT_ONCE

    @property
    def zipped(self) -> bool:
        """Whether it is several files in one."""
        several = self.content in (ALL, COUNT_WEEK) and self.format == "csv"
        return self.content == OPEN_DATA or several

    @property
    def name(self) -> str:
        """The file's name."""
        ending = "zip" if self.zipped else self.format
        what = self.branch if len(self.branches) == 1 else "branches"
        parts = [what] if self.content == BRANCHES else [what, self.content]
        return "_".join([*parts, self.first, self.last]) + f".{ending}"

    def to_text(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), sort_keys=True)


def order_from_text(text: str) -> Order:
    """An order as it was kept."""
    document: dict[str, Any] = json.loads(text)
    return Order(**{**document, "branches": tuple(document["branches"])})


def new_order(branch: str, branches: tuple[str, ...], values: Mapping[str, str]) -> Order:
    """An order from the filled-in form: ``content``, ``from``, ``to``, ``format``, ``language``.

    Raises Invalid, naming the field.
    """
    content, first, last = (values.get(name, "") for name in ("content", "from", "to"))
    kind, language = values.get("format", "xlsx"), values.get("language", DEFAULT)
    if content not in CONTENTS:
        raise Invalid.at("content", f"Choose one of {', '.join(CONTENTS)}.")
    if kind not in FORMATS:
        raise Invalid.at("format", "Choose csv or xlsx.")
    if language not in staff_languages():
        raise Invalid.at(
            "language", f"There are texts in these languages only: {', '.join(staff_languages())}."
        )
    _require_range(first, last)
    return Order(
        branch=branch,
        branches=(branches or (branch,)) if content in OF_BRANCHES else (branch,),
        content=content,
        first=first,
        last=last,
        format="csv" if content == OPEN_DATA else kind,
        language=language,
    )


def report_order(report: Report, language: str) -> Order:
    """A report as PDF in a language."""
    return Order(
        branch=report.branch,
        branches=(report.branch,),
        content=f"report-{report.kind}",
        first=report.first,
        last=report.last,
        format="pdf",
        language=language,
    )


def _require_range(first: str, last: str) -> None:
    for field, value in (("from", first), ("to", last)):
        if not is_date(value):
            raise Invalid.at(field, "Use a date such as 2026-11-25.")
        if not FIRST_DATE <= value <= LAST_DATE:
            raise Invalid.at(field, "Choose a date from 1900 to 2200.")
    if first > last:
        raise Invalid.at("to", "Choose an end after the beginning.")
    if len(between(first, last)) > MOST_DAYS:
        raise Invalid.at("from", "Choose at most ten years.")
