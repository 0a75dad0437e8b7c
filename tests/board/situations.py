"""Situations of a branch, for tests of its notices."""

from __future__ import annotations

from dataclasses import replace

from queue_service.board.rules.attention import (
    CounterAttention,
    Situation,
    Waiting,
    attention,
)
from queue_service.board.rules.new_ticket import NewTicket
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.interventions import Intervention
from queue_service.devices.rules import SoundReport
from queue_service.reception.rules import HelpCall
from tests.desks import document

MINUTE = 60_000


NOW = 1_795_608_000_000


BRANCH = Branch.from_document("b", "r", document())


WAIT_LIMIT = 600_000
"""The document's goal "called within 10 minutes"."""


CALM = Situation(BRANCH, NOW, open=True, stands=[CounterAttention("1", "free")])


def waiting(service: str = "pas", ms: int = MINUTE, *, taken: bool = True) -> Waiting:
    return Waiting(service, 2, NOW - ms, taken)


def notices(situation: Situation) -> list[tuple[str, str]]:
    return [(notice.kind, notice.level) for notice in attention(situation)]


def idle(
    free_ms: int, waited_ms: int, team: str = "citizen", service: str = "pas"
) -> list[tuple[str, str]]:
    stand = CounterAttention("1", "free", team=team, free_since=NOW - free_ms)
    queues = [waiting(service, waited_ms)]
    none = Branch.from_document("b", "r", document(goals=[]))
    return notices(replace(CALM, branch=none, queues=queues, stands=[stand]))


FREE = CounterAttention("1", "free", team="citizen")


BUSY = CounterAttention("1", "serving", "A009", "pas", NOW - MINUTE, "citizen")


CARRIED = Intervention(
    "i", "carry_over", "2026-11-25", begins=NOW, ends=NOW + 1, until="opening", asked_by="admin"
)


CALL = HelpCall(
    id="i", kiosk="k", place="By the door", language="da", date="2026-11-25", called_at=NOW - 5000
)


LATE = NewTicket("pas", 4, (600, 600), WAIT_LIMIT)


BLIND = SoundReport(NOW, "ok", {"da": False})
