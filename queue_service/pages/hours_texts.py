"""The texts of opening hours and stops on a screen that is closed, of kiosks and displays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.web.i18n import N_

HOURS_TEXTS: Final[Mapping[str, str]] = {
    "closed.title": N_("We are closed"),
    "closed.today": N_("We are closed today"),
    "closed.next": N_("We open again {when}."),
    "closed.hours": N_("Opening hours"),
    "closed.day": N_("Closed"),
    "day.today": N_("Today"),
    "stop.now": N_("{stop} until {time}."),
    "stop.next": N_("Next stop: {stop}, {when}."),
    "stop.all": N_("Next stops"),
    "when.today": N_("today at {time}"),
    "when.tomorrow": N_("tomorrow at {time}"),
    "when.day": N_("{day} at {time}"),
}
