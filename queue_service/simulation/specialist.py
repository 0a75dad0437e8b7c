"""Specialists: now and then a clerk rings one, and refers what an authority decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from queue_service.simulation.client import RequestRefused
from queue_service.simulation.office import Office

_ASKS_ABOUT: Final = ("3", "8")
"""The last digits of the numbers that a clerk rings about: one in five, by no chance of its own."""
_ANSWER_SECONDS: Final = 20.0
_TALK_SECONDS: Final = 60.0


def ask(office: Office, counter: str, visit: Mapping[str, Any]) -> None:
    """Ring a lifeline of the branch itself, where somebody is there to take it."""
    if not visit["number"].endswith(_ASKS_ABOUT):
        return
    lines = [line for line in _lifelines(office, counter, visit["service"]) if line["open"]]
    own = next((line for line in lines if line["branch"] == office.branch), None)
    if own is None:
        return
    path = f"/counters/{counter}/lifeline-call"
    asked = {"visit": visit["id"], "branch": office.branch, "lifeline": own["id"]}
    call = _try(office, path, **asked)
    if call is None:
        return
    office.happened["specialists asked"] += 1
    taken, ended = (f"/lifeline-calls/{call['id']}/{verb}" for verb in ("take", "end"))
    office.agenda.after(_ANSWER_SECONDS, lambda: _try(office, taken, place=1))
    office.agenda.after(_ANSWER_SECONDS + _TALK_SECONDS, lambda: _try(office, ended))


def refer(office: Office, counter: str, visit: Mapping[str, Any]) -> None:
    """Refer the inquiry that has just been completed as referred, where a lifeline knows of it."""
    inquiry = len(visit["inquiries"]) - 1
    lines = _lifelines(office, counter, visit["inquiries"][inquiry]["service"])
    if not lines:
        return
    where = {"to": lines[0]["branch"], "lifeline": lines[0]["id"], "category": "decision"}
    referral = _try(office, "/referrals", visit=visit["id"], inquiry=inquiry, **where)
    if referral is None:
        return
    office.happened["referred"] += 1
    if referral["to"] == office.branch:
        _try(office, f"/referrals/{referral['id']}/accept")


def _lifelines(office: Office, counter: str, service: str) -> list[dict[str, Any]]:
    path = f"/counters/{counter}/lifelines?service={service}"
    found: list[dict[str, Any]] = office.staff_api.get(path)["lifelines"]
    return found


def _try(office: Office, path: str, **body: Any) -> Any:
    """The result; None if another specialist was quicker."""
    try:
        return office.staff_api.post(path, **body)
    except RequestRefused:
        return None
