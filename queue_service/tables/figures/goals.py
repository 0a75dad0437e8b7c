"""Figures of goals."""

from __future__ import annotations

from typing import Final

from queue_service.language.catalogues import N_
from queue_service.tables.figures.figure import FigureRow

# fmt: off
GOALS: Final = (
    FigureRow("threshold", "seconds", N_("Limit"), N_(
        "What is measured has to be strictly under this."
    )),
    FigureRow("judged", "count", N_("Judged"), N_(
        "How many the goal judged. Those who gave up after a waiting goal's limit count as "
        "judged. A goal on answers judges those of days that are over; dates with fewer than ten "
        "count together, within their month, on the date that makes them ten."
    )),
    FigureRow("within", "count", N_("Within"), N_(
        "How many of those judged were within the goal, strictly under its limit; of answers, how"
        " many were “very satisfied”."
    )),
    FigureRow("share", "ratio", N_("Share"), N_(
        "Within of judged. Without any judged there is no share."
    )),
    FigureRow("parked_share", "ratio", N_("Share, parked time counted"), N_(
        "What a handling goal's share would be if the time parked or sent on counted as handling."
        " Not given for days of version 0.1.0, which did not keep it."
    )),
    FigureRow("low", "ratio", N_("Share, low end"), N_(
        "Low end of the share's 95 % interval. From two days on it is taken over days, since the "
        "inquiries of a day go together; over one it is Wilson's over single inquiries."
    )),
    FigureRow("high", "ratio", N_("Share, high end"), N_(
        "High end of the share's 95 % interval, worked out as its low end is."
    )),
    FigureRow("target", "ratio", N_("Target"), N_(
        "What the share had to reach; over days with different targets their mean, weighted by "
        "what was judged."
    )),
    FigureRow("verdict", "verdict", N_("Verdict"), N_(
        "Met when all of the interval reaches the target, missed when none of it does. Otherwise "
        "it says why there is no verdict: under ten judged, too few days to know how much days "
        "differ, or too close to the target. The day that still runs is looked at all day long "
        "and so is judged by a wider interval (99 %)."
    )),
    FigureRow("over", "count", N_("Misses beyond the goal"), N_(
        "How many misses there were beyond what the goal tolerates: so many more had to be "
        "within. Of 341 judged, a goal of 70 percent tolerates 102 misses."
    )),
    FigureRow("budget", "count", N_("Misses left today"), N_(
        "How many more misses the goal can take today. Negative: so many too many. Of days that "
        "are over see the misses beyond the goal."
    )),
)
# fmt: on
