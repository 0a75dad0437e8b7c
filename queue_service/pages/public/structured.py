"""A public branch for programs that read the web: schema.org in its page, and the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from queue_service.exports.catalogue import Dataset, DistributedFile, catalogue, in_each
from queue_service.language.catalogues import N_
from queue_service.language.languages import staff_languages
from queue_service.language.wording import Wording
from queue_service.public.rules import PublicBranch, PublicDay
from queue_service.public.text import service_name

_NO_HOURS = "00:00"
"""Opening and closing at this time is how schema.org says closed."""


def schema_org(branch: PublicBranch, address: str, say: Wording) -> dict[str, Any]:
    """The branch with the hours of each date, and its services."""
    office = {"@type": "GovernmentOffice", "@id": f"{address}#office", "name": branch.name}
    if branch.street_address:
        office["address"] = branch.street_address
    dates = [*branch.days, *branch.changed]
    hours = [one for day in dates for one in _hours(day, branch.timezone)]
    services = [
        {
            "@type": "GovernmentService",
            "name": service_name(branch, service, say),
            "serviceOperator": {"@id": office["@id"]},
        }
        for service in branch.services
    ]
    return {
        "@context": "https://schema.org",
        "@graph": [{**office, "url": address, "openingHoursSpecification": hours}, *services],
    }


def _hours(day: PublicDay, timezone: str) -> Iterable[dict[str, str]]:
    zone = ZoneInfo(timezone)
    spans = [
        tuple(f"{datetime.fromtimestamp(end / 1000, zone):%H:%M}" for end in span)
        for span in day.spans
    ]
    for opens, closes in spans or [(_NO_HOURS, _NO_HOURS)]:
        # Midnight at both ends would be closed.
        until = "23:59" if spans and closes == _NO_HOURS else closes
        yield {
            "@type": "OpeningHoursSpecification",
            "validFrom": day.date,
            "validThrough": day.date,
            "opens": opens,
            "closes": until,
        }


def dcat(branches: Iterable[PublicBranch], origin: str, publisher: str) -> dict[str, Any]:
    """The catalogue of the branches that are switched on, each a dataset."""
    return catalogue(
        in_each(N_("Opening hours and waits")),
        in_each(N_("Opening hours and waits of citizen-service centres, as they are now.")),
        publisher,
        [_dataset(branch, origin) for branch in branches],
    )


def _dataset(branch: PublicBranch, origin: str) -> Dataset:
    page = f"{origin}/b/{branch.id}"
    return Dataset(
        identifier=page,
        title=in_each(N_("Opening hours and waits: {branch}"), branch=branch.name),
        description=in_each(
            N_("Whether it is open, how many are waiting, and the wait to expect by service.")
        ),
        frequency="CONT",
        files=(
            DistributedFile(
                f"{origin}/api/v1/public/branches/{branch.id}",
                "application/json",
                dict.fromkeys(staff_languages(), "JSON"),
            ),
            DistributedFile(
                f"{page}/rss", "application/rss+xml", dict.fromkeys(staff_languages(), "RSS")
            ),
        ),
        page=page,
    )
