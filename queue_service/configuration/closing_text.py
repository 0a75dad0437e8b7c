"""The effect of a closing on citizens with an appointment, in words, before it is saved."""

from __future__ import annotations

from typing import Final

from queue_service.bookings.operations.closing import PlannedClosing
from queue_service.language.catalogues import NN_
from queue_service.language.wording import Wording

_MET: Final = NN_(
    "{n} citizen with an appointment loses the time.",
    "{n} citizens with an appointment lose their time.",
)
_LETTERS: Final = NN_(
    "{n} of them gets a letter at once that asks for another time.",
    "{n} of them get a letter at once that asks for another time.",
)
_SILENT: Final = NN_(
    "{n} gave no address: move or cancel the appointment under “Appointments”.",
    "{n} gave no address: move or cancel their appointments under “Appointments”.",
)
_FITTING: Final = NN_(
    "{n} citizen who was asked for another time keeps the old one after all.",
    "{n} citizens who were asked for another time keep the old one after all.",
)
_INFORMED: Final = NN_(
    "{n} of them gets a letter at once that says so.",
    "{n} of them get a letter at once that says so.",
)


def closing_lines(planned: PlannedClosing, say: Wording) -> list[str]:
    """A sentence for each number that is not zero."""
    met = sum(one.contact is not None for one in planned.met)
    fitting = sum(one.contact is not None for one in planned.fitting)
    counts = (
        (_MET, len(planned.met)),
        (_LETTERS, met),
        (_SILENT, len(planned.met) - met),
        (_FITTING, len(planned.fitting)),
        (_INFORMED, fitting),
    )
    return [say.counted(words, n) for words, n in counts if n]
