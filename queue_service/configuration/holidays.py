"""Denmark's public holidays: proposed for a year, and entered at several branches.

The library `holidays` has the dates and their names. The days that a town may close on in addition,
such as 24 December, are in a category of their own there.
"""

from __future__ import annotations

import importlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from queue_service.access.rules.caller import Caller
from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import WEEKDAYS, moment, weekday_of
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import get_branch, put_branch
from queue_service.errors import Invalid, PreconditionFailed, QueueError, StoreUnavailable
from queue_service.language.catalogues import N_
from queue_service.language.languages import DEFAULT, LANGUAGES

DayState = Literal["open", "closed", "other_hours", "weekday"]
"""Of a date at a branch: open by its week, entered as closed or with hours of its own, or on a
weekday without hours."""
YEARS_PROPOSED: Final = 3
"""This year and those after it."""

_COUNTRY: Final = "DK"
_REMINDED: Final[Mapping[int, int]] = {10: 1, 11: 1, 12: 1, 1: 0, 2: 0, 3: 0}
"""The months of the reminder, from October until Easter, and how many years ahead it looks."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A date with its names by language; ``optional``: no public holiday, each town decides."""

    date: str
    names: Mapping[str, str]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class ProposedHoliday:
    """A day, its state at each branch, and whether its tick is set at first."""

    holiday: Holiday
    states: Mapping[str, DayState]
    ticked: bool

    @property
    def entered(self) -> bool:
        """Whether each branch has an entry for the date."""
        return all(state in ("closed", "other_hours") for state in self.states.values())

    @property
    def weekday_off(self) -> bool:
        """Whether no branch has hours on the weekday, nor an entry for the date."""
        return all(state == "weekday" for state in self.states.values())


@dataclass(frozen=True, slots=True)
class EnteredHolidays:
    """The outcome at a branch: the dates that were entered, or why nothing was changed."""

    branch: str
    dates: tuple[str, ...] = ()
    refusal: QueueError | None = None


@cache
def holidays_of(year: int) -> tuple[Holiday, ...]:
    """The public holidays of a year and the optional days, by date."""
    found: dict[str, Holiday] = {}
    for category in ("public", "optional"):
        names: dict[str, dict[str, str]] = {}
        for code, theirs in _languages().items():
            days = _calendar(years=year, language=theirs, categories=(category,))
            for day, name in days.items():
                names.setdefault(day.isoformat(), {})[code] = name
        for date, texts in names.items():
            found.setdefault(date, Holiday(date, texts, category == "optional"))
    return tuple(found[date] for date in sorted(found))


def years_proposed(today: str) -> range:
    """The years that can be entered on a date."""
    this = int(today[:4])
    return range(this, this + YEARS_PROPOSED)


def proposed(branches: Sequence[Branch], year: int, today: str) -> list[ProposedHoliday]:
    """The days of a year from today on, with their state at these branches.

    A public holiday is ticked if a branch would be open; an optional day also has to be one that a
    branch was closed on the year before. Raises Invalid for a year that is over or far ahead.
    """
    _check_year(year, today)
    before = {tuple(sorted(day.names.items())): day.date for day in holidays_of(year - 1)}
    found: list[ProposedHoliday] = []
    for day in holidays_of(year):
        if day.date < today:
            continue
        states = {branch.id: state_on(branch, day.date) for branch in branches}
        earlier = before.get(tuple(sorted(day.names.items())), "")
        usual = not day.optional or any(state_on(b, earlier) == "closed" for b in branches)
        found.append(ProposedHoliday(day, states, usual and "open" in states.values()))
    return found


def state_on(branch: Branch, date: str) -> DayState:
    """The state of a date at a branch; ``weekday`` for no date."""
    for each in branch.hours_exceptions:
        if each.date == date:
            return "other_hours" if each.hours else "closed"
    return "open" if date and branch.opening_hours.get(WEEKDAYS[weekday_of(date)]) else "weekday"


def enter_holidays(
    queue: Queue,
    seen: Mapping[str, str | None],
    year: int,
    dates: Collection[str],
    today: str,
    *,
    by: Caller,
    agreed: Mapping[str, int] | None = None,
) -> list[EnteredHolidays]:
    """Enter days as closed at several branches, as one change of configuration each.

    ``seen``: the revision of each branch that the caller has seen, None for any. A date with an
    entry stays as it is, so a repeated request changes nothing. ``agreed``: by branch how many
    appointments the caller expects to be met, 0 without one; None: any number. A branch that was
    changed since, or that refuses for another reason, is reported and left as it was; the others go
    through. Raises Invalid unless there are branches, and dates among the coming holidays of a year
    that can be chosen ``today``.
    """
    if not seen:
        raise Invalid.at("branch", N_("Choose at least one branch."))
    _check_year(year, today)
    days = [day for day in holidays_of(year) if day.date in dates and day.date >= today]
    if not days or len(days) != len(set(dates)):
        raise Invalid.at("day", N_("Choose at least one of the coming days of the year."))
    return [
        _entered(
            queue, branch, revision, days, by, None if agreed is None else agreed.get(branch, 0)
        )
        for branch, revision in seen.items()
    ]


def _entered(
    queue: Queue,
    branch_id: str,
    seen: str | None,
    days: Iterable[Holiday],
    by: Caller,
    agreed: int | None,
) -> EnteredHolidays:
    try:
        branch = get_branch(queue, branch_id)
        known = {each.date for each in branch.hours_exceptions}
        new = [day for day in days if day.date not in known]
        if new:
            _check_revision(branch, seen)
            put_branch(
                queue, branch_id, _with(branch, new), if_match=branch.edition, by=by, agreed=agreed
            )
    except StoreUnavailable:
        raise
    except QueueError as refusal:
        return EnteredHolidays(branch_id, refusal=refusal)
    return EnteredHolidays(branch_id, tuple(day.date for day in new))


def configured_here(queue: Queue, branches: Iterable[Branch]) -> list[Branch]:
    """The branches whose hours can be changed here: without those that are archived or of replayed
    days, and those that a central server configures."""
    store = queue.get(BranchStore)
    used = [each for each in branches if not (each.historic or each.archived)]
    return [each for each in used if not store.fact(each.id, "home")]


def not_entered(branches: Iterable[Branch], now: int) -> tuple[int, int]:
    """The year of which some branches have none of the public holidays that they would be open on,
    and how many branches; zeros for none.

    From October on it is the next year, from January to March the present one. Branches that no
    citizen comes to are left out.
    """
    years = [year for each in branches if each.counted and (year := _missing_year(each, now))]
    latest = max(years, default=0)
    return latest, years.count(latest)


def _missing_year(branch: Branch, now: int) -> int:
    today = moment(branch, now).date
    ahead = _REMINDED.get(int(today[5:7]))
    if ahead is None:
        return 0
    year = int(today[:4]) + ahead
    states = {state_on(branch, day.date) for day in holidays_of(year) if not day.optional}
    return year if "open" in states and states <= {"open", "weekday"} else 0


def _check_year(year: int, today: str) -> None:
    if year not in years_proposed(today):
        raise Invalid.at("year", N_("Choose this year or one of the next two."))


def _check_revision(branch: Branch, seen: str | None) -> None:
    if seen is not None and branch.edition != seen:
        raise PreconditionFailed(
            "Somebody else has changed the configuration; read it again first."
        )


def _with(branch: Branch, new: Iterable[Holiday]) -> dict[str, object]:
    """The configuration with these days as closed, named in the languages of the branch."""
    added = [{"date": day.date, "hours": [], "note": _note(branch, day)} for day in new]
    dates = sorted(
        [*branch.document["hours_exceptions"], *added], key=lambda each: str(each["date"])
    )
    return parse_config({**branch.document, "hours_exceptions": dates}, branch.id)


def _note(branch: Branch, day: Holiday) -> dict[str, str]:
    own = {code: day.names[code] for code in branch.languages if code in day.names}
    return own or {DEFAULT: day.names[DEFAULT]}


def _languages() -> dict[str, str]:
    """The names of our languages in the library, as far as it has them."""
    known = _calendar().supported_languages
    return {code: name for name in known if (code := name.partition("_")[0]) in LANGUAGES}


def _calendar(**options: Any) -> Any:
    """The library's calendar of the country, by date.

    It is loaded for the first one: a tenth of the start of a web process and of a worker.
    """
    return importlib.import_module("holidays").country_holidays(_COUNTRY, **options)
