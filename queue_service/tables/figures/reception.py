"""Figures of the reception, and of visits that the playbook saved."""

from __future__ import annotations

from typing import Final

from queue_service.language.catalogues import N_
from queue_service.tables.figures.figure import FigureRow

# fmt: off
RECEPTION: Final = (
    # The playbook
    FigureRow("saved_visits", "count", N_("Visits saved"), N_(
        "Citizens who read at the kiosk what to bring or what they can do themselves, and pressed"
        " that they need no number. Repeats of one kiosk are left out."
    )),
    # The reception
    FigureRow("noted_kind", "text", N_("Kind of note"), N_(
        "Whether it is a need, or why a visit came before others."
    )),
    FigureRow("noted", "text", N_("Noted at the reception"), N_("What staff noted of visits.")),
    FigureRow("noted_visits", "count", N_("Visits"), N_(
        "Visits of which it was noted, less those where it was taken back."
    )),
    FigureRow("help_calls", "count", N_("Calls for help"), N_(
        "Calls for help from kiosks that were answered or are over."
    )),
    FigureRow("help_answered", "count", N_("Calls for help answered"), N_(
        "Calls for help that somebody said they come to."
    )),
    FigureRow("help_unanswered", "count", N_("Calls for help nobody answered"), N_(
        "Calls for help that nobody answered within a quarter of an hour."
    )),
    FigureRow("help_cancelled", "count", N_("Calls for help cancelled late"), N_(
        "Calls for help that were cancelled after two minutes or later."
    )),
    FigureRow("help_withdrawn", "count", N_("Calls for help withdrawn in time"), N_(
        "Calls for help that were cancelled within two minutes. They are not judged."
    )),
    FigureRow("help_judged", "count", N_("Calls for help judged"), N_(
        "Calls for help that were not withdrawn in time."
    )),
    FigureRow("help_within", "count", N_("Calls for help answered in time"), N_(
        "Calls for help that were answered in under two minutes."
    )),
    FigureRow("help_share", "ratio", N_("Calls for help answered in time, share"), N_(
        "Those answered in under two minutes, of those judged."
    )),
    FigureRow("help_low", "ratio", N_("Calls for help answered in time, low end"), N_(
        "The low end of the share's 95 % interval."
    )),
    FigureRow("help_high", "ratio", N_("Calls for help answered in time, high end"), N_(
        "The high end of the share's 95 % interval."
    )),
    FigureRow("help_p50", "seconds", N_("Time to answer a call for help, half at most"), N_(
        "Half of the calls answered were answered within so many seconds."
    )),
)
# fmt: on
