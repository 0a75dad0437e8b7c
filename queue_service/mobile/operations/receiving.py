"""On the central server: a mobile branch's package is checked whole, and then written in one step.

Every count of visits is made from their documents, as they are on the central server and as they
become, by the same rules as if each press had been made here. A count without a document (answers,
saved visits, contacts) has an upper bound, and a later package of the day corrects it.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ConfigDict, TypeAdapter, ValidationError

from queue_service.access.audit_entries import entry_by
from queue_service.access.operations.access import OPERATOR
from queue_service.access.rules.caller import Caller
from queue_service.access.store import AccessStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import day_bounds, moment
from queue_service.branches.rules.elsewhere import branch_from_shown
from queue_service.branches.store import BranchStore, no_branch
from queue_service.command import Queue, retry
from queue_service.contract.reading import parse
from queue_service.contract.words import ID_PATTERN, LANGUAGE_PATTERN, NUMBER_PATTERN
from queue_service.days.raising import raise_numbers
from queue_service.days.rules.period import days_after
from queue_service.errors import (
    DateOutOfRange,
    Forbidden,
    InUse,
    Invalid,
    NewerVersion,
    NotFound,
    NotMobile,
    OtherBranch,
    OtherMachine,
    PackageAltered,
    PartsMissing,
)
from queue_service.language.catalogues import N_
from queue_service.mobile.contract import (
    DayBody,
    MobileContactBody,
    Package,
    PackageResult,
    PartBody,
)
from queue_service.mobile.operations.day_change import day_change
from queue_service.mobile.rules import (
    CLOCKS_APART_MS,
    FORMAT,
    MOST_PARTS,
    SEQUENCE_AHEAD_MS,
    DayMark,
    canonical,
    digest_of,
    is_touched,
    mark_from_text,
    unseal,
)
from queue_service.mobile.store import RUN_CENTRALLY, MobileStore
from queue_service.paper.rules import NUMBER_PATTERN as PAPER_NUMBER_PATTERN
from queue_service.store.audit_log import AuditLog
from queue_service.visits.rules.visit import ENDED_STATES, PAPER, Visit
from queue_service.visits.store.visit_store import VisitStore

_VISITS: Final = TypeAdapter(list[Visit], config=ConfigDict(defer_build=True))
_VISIT_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_ID: Final = re.compile(ID_PATTERN)
_NUMBER: Final = re.compile(NUMBER_PATTERN)
_PAPER_NUMBER: Final = re.compile(PAPER_NUMBER_PATTERN)
_LANGUAGE: Final = re.compile(LANGUAGE_PATTERN)
_LARGEST: Final = 9_999_999_999_999
STILL_OPEN: Final = N_(
    "The central server still has open visits or counters in this branch; close the day "
    "there first."
)
NEWER: Final = "The bus runs a newer version; update the central server first."


@dataclass(frozen=True, slots=True)
class BusContact:
    """The central server's response to a bus: its branch, by whom it is run, and the stored days of
    the branch.

    ``touched`` are visits of the bus that somebody on the central server has changed, ``twice``
    those that both sides changed: date → id → number. ``now`` is the central server's clock (ms).
    """

    branch: Branch
    run_by: str
    marks: Mapping[str, DayMark]
    touched: Mapping[str, Touched]
    twice: Mapping[str, Mapping[str, str]]
    now: int


class Touched(NamedTuple):
    """A visit that the central server has changed since the bus sent it with this stamp; ``visit``
    is the central server's version once it has ended."""

    stamp: str
    visit: Visit | None


@dataclass(frozen=True, slots=True)
class Received:
    """The result of a day's package."""

    date: str
    outcome: PackageResult
    mark: DayMark


def contact(queue: Queue, caller: Caller, said: MobileContactBody) -> BusContact:
    """Receive a bus' report, and return what the central server has of it.

    Raises NewerVersion, Forbidden, BranchNotFound, NotMobile, InUse while the central server has
    open visits there, and OtherMachine where two have one token.
    """
    branch_id = _branch_of(caller)
    if said.format > FORMAT:
        raise NewerVersion(NEWER)
    now = queue.store.time()
    until = said.complete_until
    fields = {"program": said.program, "unsent": str(said.unsent)}
    if said.ahead_ms is not None:
        fields["ahead_ms"] = str(said.ahead_ms)
    if until is not None and until <= now + CLOCKS_APART_MS:
        fields["complete_until"] = str(min(until, now))
    run_by = _hear(queue, branch_id, now, fields, said.machine or "")
    branch = queue.get(BranchStore).current(branch_id)
    oldest = _oldest(branch, now)
    marks = {d: m for d, m in queue.get(MobileStore).marks(branch_id).items() if d >= oldest}
    twice = {
        date: {visit_id: str(one["number"]) for visit_id, one in some.items()}
        for date, some in queue.get(MobileStore).changed_twice(branch_id).items()
    }
    return BusContact(branch, run_by, marks, _touched(queue, branch_id), twice, now)


def _touched(queue: Queue, branch_id: str) -> dict[str, Touched]:
    """The visits that a bus has to leave to the central server, by id; empty if the central server
    never ran the branch."""
    if "handed_over_at" not in queue.get(MobileStore).known(branch_id):
        return {}
    sent = queue.get(MobileStore).sent_versions(branch_id)
    return {
        visit.id: Touched(sent[visit.id].stamp, visit if visit.state in ENDED_STATES else None)
        for visit in queue.get(VisitStore).many(branch_id, sent)
        if is_touched(visit, sent[visit.id])
    }


def stage(queue: Queue, caller: Caller, date: str, number: int, part: PartBody) -> int:
    """Keep a part of a day's package for an hour; how many there are.

    Of a third package the parts of the oldest one are dropped.

    Raises DateOutOfRange, and Invalid for a number that no part has.
    """
    branch_id = _branch_of(caller)
    _require_date(queue.get(BranchStore).get(branch_id), date, queue.store.time())
    if not 0 <= number < MOST_PARTS:
        raise Invalid.at("number", f"It must be a whole number from 0 to {MOST_PARTS - 1}.")
    return queue.get(MobileStore).stage(branch_id, part.digest, number, part.data)


def receive(queue: Queue, caller: Caller, date: str, said: DayBody) -> Received:
    """Put a day's package together and take it in, whole or not at all.

    Raises NewerVersion, PartsMissing, PackageAltered, OtherBranch, DateOutOfRange and Invalid.
    """
    branch_id = _branch_of(caller)
    if said.format > FORMAT:
        raise NewerVersion(NEWER)
    now = queue.store.time()
    _require_date(queue.get(BranchStore).current(branch_id), date, now)
    parts = queue.get(MobileStore).staged(branch_id, said.digest, said.parts)
    if parts is None:
        raise PartsMissing("Parts of the package are missing; send them again.")
    # Used or useless: a refused package comes again whole.
    queue.get(MobileStore).drop(branch_id, said.digest)
    token = queue.get(AccessStore).token_by_id(caller.id)
    text = token and unseal(parts, said.digest, said.signature, token.digest)
    if not text:
        raise PackageAltered("The package is not what the bus has signed; it is sent again.")
    package, visits = _read(text, branch_id, date)
    _hear(queue, branch_id, now, {})
    return _take(queue, branch_id, package, visits, now)


def ask_again(queue: Queue, branch_id: str, date: str) -> None:
    """Have the bus send a day again at its next contact. Raises NotFound for one it never sent."""
    mark = queue.get(MobileStore).marks(branch_id).get(date)
    if mark is None:
        raise NotFound(f"The bus has sent nothing of {date}; choose a day that it has sent.")
    queue.get(MobileStore).keep_mark(branch_id, date, DayMark(mark.sequence))


def hand_over(queue: Queue, branch_id: str, to: str, *, by: Caller = OPERATOR) -> None:
    """Let the central server (``home``) or the bus (``bus``) run the branch.

    The bus may go on offline, so the central server's numbers begin above all that it may issue.

    Raises NotFound without a bus, and InUse while the central server has open visits that could not
    be ended then.
    """
    if to == RUN_CENTRALLY and queue.get(BranchStore).get(branch_id).elsewhere:
        raise_numbers(queue, queue.get(BranchStore).get(branch_id), queue.store.time())
    done = queue.get(MobileStore).hand_over(
        branch_id, to, queue.get(BranchStore).current(branch_id).services
    )
    if done == "busy":
        raise InUse(STILL_OPEN)
    if done == "none":
        raise NotFound(f"No bus was ever heard of in “{branch_id}”; there is nothing to hand over.")
    if done == "done":
        entry = entry_by(by, "branch.handed_over", branch=branch_id, target=to)
        queue.get(AuditLog).add(entry)
    queue.get(BranchStore).forget(branch_id)


def _branch_of(caller: Caller) -> str:
    if caller.branch is None:
        raise Forbidden("This token is bound to no branch; make one with --branch.")
    return caller.branch


def _hear(
    queue: Queue, branch_id: str, now: int, fields: Mapping[str, str], machine: str = ""
) -> str:
    if (
        not queue.get(MobileStore).run_by(branch_id)
        and not queue.get(BranchStore).current(branch_id).stops
    ):
        raise NotMobile(
            f"“{branch_id}” has no stops on the central server, so it is no bus' branch. An"
            " administrator adds them there first."
        )
    run_by = queue.get(MobileStore).hear(branch_id, now, fields, machine)
    if run_by == "gone":
        raise no_branch(branch_id)
    if run_by == "busy":
        raise InUse(STILL_OPEN)
    if run_by == "other":
        raise OtherMachine(
            "Another machine sends the days of this branch. If this one replaces it, run on the"
            f" central server: queue-service mobile hand-over {branch_id} home, and then bus."
        )
    return run_by


def _oldest(branch: Branch, now: int) -> str:
    return days_after(moment(branch, now).date, -branch.retention_days)


def _require_date(branch: Branch, date: str, now: int) -> None:
    try:
        datetime.date.fromisoformat(date)
    except ValueError:
        raise Invalid.at("date", "It must be a date such as 2026-12-24.") from None
    if date > moment(branch, now + CLOCKS_APART_MS).date:
        raise DateOutOfRange(f"{date} is yet to come here; set the clock of the bus.")
    if date < _oldest(branch, now):
        raise DateOutOfRange(f"{date} is older than what this branch keeps; it is not taken.")


def _read(text: str, branch_id: str, date: str) -> tuple[Package, list[Visit]]:
    """The package and its visits, checked by themselves."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("format"), int):
        raise PackageAltered("The package has no form that can be read; it is sent again.")
    if document["format"] > FORMAT:
        raise NewerVersion(NEWER)
    package = parse(Package, document)
    if package.branch != branch_id:
        raise OtherBranch(f"The package belongs to “{package.branch}”, not to “{branch_id}”.")
    if package.date != date:
        raise PackageAltered("The package is of another date than it was sent for.")
    try:
        visits = _VISITS.validate_json(json.dumps(package.content.visits), strict=True)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Invalid.at(
            f"content.visits.{where}", "It is no visit as this version has them."
        ) from None
    _check_visits(package, visits)
    return package, visits


def _check_visits(package: Package, visits: Sequence[Visit]) -> None:
    begins, ends = _bounds(package)
    seen: set[str] = set()
    for n, visit in enumerate(visits):
        field = f"content.visits[{n}]"
        if visit.id in seen or not _VISIT_ID.fullmatch(visit.id):
            raise Invalid.at(f"{field}.id", "It must be an id of its own.")
        seen.add(visit.id)
        if visit.date != package.date or not begins <= visit.issued_at < ends:
            raise Invalid.at(f"{field}.date", "It must be a visit of the package's date.")
        number = _PAPER_NUMBER if visit.source == PAPER else _NUMBER
        if not visit.inquiries or not number.fullmatch(visit.number):
            raise Invalid.at(field, "It is no visit as this version has them.")
        if not _LANGUAGE.fullmatch(visit.language) or not all(map(_ID.fullmatch, _ids_in(visit))):
            raise Invalid.at(field, "Its services, counters, teams and goals must be ids.")
        if any(abs(number) > _LARGEST for number in _lengths_of(visit)):
            raise Invalid.at(field, "Its instants and lengths must be in milliseconds.")


def _ids_in(visit: Visit) -> Iterable[str]:
    yield visit.issued_service
    yield from (v for v in (visit.counter, visit.team, visit.bound, visit.for_team) if v)
    yield from visit.judged or ()
    for inquiry in visit.inquiries:
        yield inquiry.service
        yield from (v for v in (inquiry.counter, inquiry.team) if v)
        yield from inquiry.judged or ()


def _lengths_of(visit: Visit) -> Iterator[int]:
    """Its instants and lengths, which are added up."""
    for part in (visit._replace(place=visit.place // 1000), *visit.inquiries, *visit.stays):
        yield from (value for value in part if isinstance(value, int))


def _bounds(package: Package) -> tuple[int, int]:
    """When the date begins and ends by the package's own clock."""
    try:
        zone = ZoneInfo(package.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid.at("timezone", "It must be a zone of the IANA database.") from None
    sent = {"id": f"{package.branch}/sent", "timezone": zone.key}
    return day_bounds(branch_from_shown(sent), package.date)


@retry
def _take(
    queue: Queue, branch_id: str, package: Package, visits: Sequence[Visit], now: int
) -> Received | None:
    content = digest_of(canonical(package.content.model_dump()))
    new = DayMark(package.sequence, content, package.whole)
    branch = queue.get(BranchStore).current(branch_id)
    kept = queue.get(MobileStore).day(branch_id, package.date)
    if kept.final:
        raise DateOutOfRange(
            f"{package.date} is older than what this branch keeps; it is not taken."
        )
    mark = mark_from_text(kept.mark) if kept.mark else None
    if mark is not None and new.sequence <= mark.sequence and mark.content:
        same = (new.sequence, new.content) == (mark.sequence, mark.content)
        return Received(package.date, "repeated" if same else "older", mark)
    if new.sequence > max(now + SEQUENCE_AHEAD_MS, mark.sequence + 1 if mark else 0):
        raise Invalid.at("sequence", "It is of a time to come; set the clock of the bus.")
    change = day_change(queue, branch, package, visits, kept, new)
    done = queue.get(MobileStore).receive(branch, change, kept.received)
    if done == "gone":
        raise no_branch(branch_id)
    return Received(package.date, "received", new) if done == "done" else None
