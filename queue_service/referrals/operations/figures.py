"""The counts of referrals of whole months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from queue_service.branches.rules.branch import Branch, Translations
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.rules.lifelines import reaches
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.period import Period, together
from queue_service.days.rules.ranges import asked_months, months_over, require_whole_months
from queue_service.referrals.rules import ReferralCount, read_day
from queue_service.referrals.store import ReferralStore


@dataclass(frozen=True, slots=True)
class ReferralFigures:
    """The referrals that a branch sent, and those that it received, in the whole months of a period
    that are over.

    ``months`` are those, and ``sent`` and ``received`` the cells of each. ``services``: the names
    of the services of all its senders and receivers, its own first.
    """

    branch: Branch
    services: Mapping[str, Translations]
    period: Period
    months: Period | None
    today: str
    sent: tuple[tuple[ReferralCount, ...], ...]
    received: tuple[tuple[ReferralCount, ...], ...]

    def require_publishable(self) -> None:
        """Raises Invalid unless the period is of whole months that are over."""
        require_whole_months(self.period, self.months, self.today, "Figures of referrals are given")


def referral_figures(
    queue: Queue,
    branch_id: str,
    first: str | None = None,
    last: str | None = None,
    *,
    now: int | None = None,
) -> ReferralFigures:
    """The referrals sent in the whole months from ``first`` to ``last`` that are over.

    By default that is the last one, at ``now`` (ms; by default the store's).

    Raises BranchNotFound, and Invalid for a range that is reversed or longer than ten years.
    """
    branch = queue.get(BranchStore).get(branch_id)
    today = moment(branch, queue.time(now)).date
    period = asked_months(first, last, today)
    months = months_over(branch, period, today)
    dates = [date for month in months for date in month.dates()]
    out: list[ReferralCount] = []
    into: list[ReferralCount] = []
    services = {service.id: service.name for service in branch.services.values()}
    for receiver in queue.get(BranchStore).all():
        if receiver.historic or (receiver.id != branch.id and not reaches(branch, receiver)):
            continue
        services |= {s.id: s.name for s in receiver.services.values() if s.id not in services}
        for date, stored in queue.get(ReferralStore).days(receiver.id, dates).items():
            cells = [cell for cell in read_day(receiver.id, date, stored) if cell.n]
            out += [cell for cell in cells if cell.sender == branch.id]
            if receiver.id == branch.id:
                into += cells
    sent, received = (
        tuple(tuple(cell for cell in cells if month.holds(cell.date)) for month in months)
        for cells in (out, into)
    )
    return ReferralFigures(branch, services, period, together(months), today, sent, received)
