"""The columns that name the subject of a row: a date, a service, a goal."""

from __future__ import annotations

from typing import Final

from queue_service.language.catalogues import N_
from queue_service.tables.figures.figure import FigureRow

# fmt: off
SUBJECTS: Final = (
    FigureRow("date", "date", N_("Date"), N_(
        "The branch's own date on which the visit began. All that the visit does counts on that "
        "date."
    )),
    FigureRow("month", "text", N_("Month"), N_("All of the month's dates in the period together.")),
    FigureRow("hour", "text", N_("Hour"), N_(
        "By the branch's clock. Visits count in the hour in which they began, inquiries in "
        "the hour in which they were completed. What is completed after midnight is "
        "counted under hour 00 of the date on which its visit began."
    )),
    FigureRow("half_hour", "text", N_("Half hour"), N_(
        "By the branch's clock. Visits count in the half hour in which they began."
    )),
    FigureRow("half_hour_days", "count", N_("Days"), N_(
        "How many of the dates have visits and half hours: these are kept from version 0.3.0 on."
    )),
    FigureRow("weekday", "text", N_("Weekday"), N_("The weekday of the date.")),
    FigureRow("service", "text", N_("Service"), N_(
        "What the citizen came for. Visits count under the service they began with, inquiries "
        "under the one they were completed as."
    )),
    FigureRow("team", "text", N_("Team"), N_(
        "The staff group at the counter when the inquiry was completed. Only given for whole "
        "weeks, Monday to Sunday, that are over."
    )),
    FigureRow("counter", "text", N_("Counter"), N_(
        "The counter at which the inquiry was completed. Only given for whole weeks, Monday to "
        "Sunday, that are over."
    )),
    FigureRow("branch", "text", N_("Branch"), N_("The place with its own queue.")),
    FigureRow("channel", "text", N_("Channel"), N_(
        "How the citizen reached the branch. Who draws a number or comes to the counter is there "
        "in person. Not known of inquiries of days from before it was kept."
    )),
    FigureRow("came_by", "text", N_("Way of coming"), N_(
        "Whether the citizen came for an appointment or walked in. Of those dates alone on which "
        "anybody came for an appointment."
    )),
    FigureRow("kle", "text", N_("KLE number"), N_(
        "The service's task in KL Emnesystematik, as it is configured now."
    )),
    FigureRow("kind", "text", N_("Kind"), N_(
        "Whether a citizen asked for information or had something done. It is given with a "
        "contact; otherwise, and for every inquiry, it is that of the service's current "
        "configuration."
    )),
    FigureRow("goal", "text", N_("Goal"), N_(
        "What a share has to reach. A day is judged by the goals of that day."
    )),
    FigureRow("bucket", "text", N_("Length"), N_(
        "From the first number, in seconds, to just under the second."
    )),
    FigureRow("from_seconds", "seconds", N_("From"), N_("Lengths of this and over belong here.")),
    FigureRow("to_seconds", "seconds", N_("Under"), N_(
        "Lengths under this belong here. Empty: there is no upper end."
    )),
    FigureRow("line", "text", N_("The goal's limit"), N_(
        "The goals whose limit lies at this upper end."
    )),
)
# fmt: on
