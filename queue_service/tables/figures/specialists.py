"""Figures of calls to lifelines and of referrals."""

from __future__ import annotations

from typing import Final

from queue_service.language.catalogues import N_
from queue_service.tables.figures.figure import FigureRow

# fmt: off
SPECIALISTS: Final = (
    FigureRow("lifeline", "text", N_("Lifeline"), N_(
        "Specialists of one function, whom clerks ring while the citizen sits there."
    )),
    FigureRow("calls", "count", N_("Calls"), N_(
        "Calls that began to ring on these dates, by the clock of the specialists."
    )),
    FigureRow("calls_answered", "count", N_("Calls answered"), N_("Calls that a specialist took.")),
    FigureRow("calls_missed", "count", N_("Calls missed"), N_(
        "Calls that nobody took within three minutes."
    )),
    FigureRow("calls_cancelled", "count", N_("Calls cancelled late"), N_(
        "Calls that the counter cancelled at the lifeline's limit or later."
    )),
    FigureRow("calls_withdrawn", "count", N_("Calls withdrawn in time"), N_(
        "Calls that the counter cancelled before the lifeline's limit. They are not judged."
    )),
    FigureRow("calls_judged", "count", N_("Calls judged"), N_(
        "All calls but those withdrawn in time."
    )),
    FigureRow("calls_within", "count", N_("Calls answered in time"), N_(
        "Calls that were taken in less than the limit in force when they rang."
    )),
    FigureRow("calls_share", "ratio", N_("Calls answered in time, share"), N_(
        "Calls answered in time, of those judged."
    )),
    FigureRow("calls_low", "ratio", N_("Calls answered in time, low end"), N_(
        "Low end of the share's 95 % interval: over days, since the calls of a day go together; "
        "of fewer than five days Wilson's over single calls."
    )),
    FigureRow("calls_high", "ratio", N_("Calls answered in time, high end"), N_(
        "High end of the share's 95 % interval, worked out as its low end is."
    )),
    FigureRow("calls_target", "ratio", N_("Calls answered in time, target"), N_(
        "What the share has to reach, as the lifeline is configured now."
    )),
    FigureRow("answer_p50", "seconds", N_("Time to answer, half at most"), N_(
        "Half of the calls that were answered were taken within so many whole seconds."
    )),
    FigureRow("direction", "text", N_("Direction"), N_(
        "Whether the branch sent the referrals or they were sent to it."
    )),
    FigureRow("referrals_sent", "count", N_("Referrals sent"), N_(
        "Referrals by the day they were sent; one that is sent on counts again, where it goes. "
        "Fewer than five are left out, and one more group where it would give them away."
    )),
    FigureRow("referrals_accepted", "count", N_("Referrals accepted"), N_(
        "Those of them that a specialist has taken up, or closed at once."
    )),
    FigureRow("referrals_closed", "count", N_("Referrals closed"), N_(
        "Those of them that a specialist has closed."
    )),
    FigureRow("referrals_returned", "count", N_("Referrals returned"), N_(
        "Those of them that a specialist has sent back."
    )),
    FigureRow("returned_sent_on", "count", N_("Returned, then sent on"), N_(
        "Those returned that the sender has sent on."
    )),
    FigureRow("returned_resolved", "count", N_("Returned, then solved at the counter"), N_(
        "Those returned that the sender has solved after all."
    )),
    FigureRow("returned_comes_again", "count", N_("Returned, the citizen comes again"), N_(
        "Those returned whose citizen comes again with what is missing."
    )),
    FigureRow("returned_dropped", "count", N_("Returned, nothing more done"), N_(
        "Those returned of which nothing more is made."
    )),
    FigureRow("solvable", "count", N_("Could have been solved at the counter"), N_(
        "Those that, the specialist says, could have been solved at the counter."
    )),
    FigureRow("solvable_share", "ratio", N_("Could have been solved at the counter, share"), N_(
        "Those that could have been solved at the counter, of all sent."
    )),
    FigureRow("acceptance_p50", "hours", N_("Time to acceptance, half at most"), N_(
        "Half of those accepted were taken up in under so many hours."
    )),
)
# fmt: on
