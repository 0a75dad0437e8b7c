"""The meaning of a paused counter."""

from __future__ import annotations

from typing import Final, NamedTuple

PAUSED: Final = "paused"


class Pause(NamedTuple):
    """The pause of a counter: its reason, its start (ms), and the counter's team.

    ``since`` is None for a pause that begins once the visit there has left.
    """

    reason: str
    since: int | None
    team: str | None = None

    @property
    def begun(self) -> bool:
        """Whether the counter is free."""
        return self.since is not None


def read_pause(text: str) -> Pause:
    """Read ``since|reason|team``, as the scripts write it."""
    since, reason, team = text.split("|")
    return Pause(reason, int(since) or None, team or None)


def pause_text(pause: Pause) -> str:
    """The form that :func:`read_pause` reads."""
    return f"{pause.since or 0}|{pause.reason}|{pause.team or ''}"


def pauses_field(reason: str) -> str:
    """The field of the totals that counts the pauses for a reason (``store/prelude.lua``)."""
    return f"paused|{reason}"


def paused_ms_field(reason: str) -> str:
    """The field of the totals for how long they lasted, once they are over."""
    return f"paused_ms|{reason}"


def pauses_back_field(reason: str) -> str:
    """The field of the totals for those taken back in the millisecond in which they began."""
    return f"paused_back|{reason}"


def reason_of(field: str) -> str | None:
    """The reason that a field of the totals counts pauses for; None of another field."""
    kind, _, reason = field.partition("|")
    return reason if kind == "paused" else None
