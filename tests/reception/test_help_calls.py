"""A kiosk's call for help, with the time in the test's hands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_service.access.rules.caller import Caller
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.errors import Forbidden, NotFound, RateLimited, WrongState
from queue_service.reception import operations as reception
from queue_service.reception.keys import KEPT_SECONDS, LISTENS_MS, ReceptionKeys
from queue_service.reception.rules import CALLS_SECONDS, MOST_CALLS, HelpCall, figures
from queue_service.reception.store import ReceptionStore
from queue_service.staff_calls.rules import Answered
from tests.desks import CLERK, KIOSK, Desk, document

DATE = "2026-11-25"
NOVEMBER = "2026-11-01", "2026-11-30"
OTHER = Caller("other-kiosk", "kiosk")


def calls(desk: Desk, caller: Caller = KIOSK, key: str | None = None) -> HelpCall:
    at_kiosk = replace(desk, caller=caller)
    call = reception.call_for_help(desk.queue, at_kiosk.command(key)).call
    assert call is not None
    return call


def counted(desk: Desk) -> Answered:
    reception.reception_figures(desk.queue, desk.branch, *NOVEMBER)  # ends expired calls
    return figures(desk.queue.get(ReceptionStore).days(desk.branch, [DATE])).help


def own(desk: Desk) -> HelpCall | None:
    return reception.own_call(desk.queue, replace(desk, caller=KIOSK).command()).call


def test_a_kiosk_has_one_open_call_and_hears_that_somebody_comes(desk: Desk) -> None:
    call = calls(desk)
    assert calls(desk.later(5)) == call
    assert calls(desk, OTHER).id != call.id
    listed = reception.open_calls(desk.queue, desk.command()).calls
    assert (listed[0].id, listed[0].state) == (call.id, "open")
    taken = reception.take(desk.queue, desk.later(40).command("k"), call.id).call
    again = reception.take(desk.queue, desk.command("k"), call.id)
    assert again.call == taken
    assert own(desk) == taken
    assert taken is not None
    assert taken.state == "coming"
    ended = reception.end(desk.queue, desk.later(60).command(), call.id).call
    assert ended is not None
    assert ended.state == "helped"
    figures = counted(desk)
    assert (figures.results["answered"], figures.judged, figures.within) == (1, 1, 1)
    assert figures.median_seconds() == 45
    with pytest.raises(WrongState):
        reception.take(desk.queue, desk.command(), call.id)


@pytest.mark.parametrize(("seconds", "within"), [(119, 1), (120, 0)])
def test_the_limit_is_strictly_below(desk: Desk, seconds: int, within: int) -> None:
    call = calls(desk)
    reception.take(desk.queue, desk.later(seconds).command(), call.id)
    assert (counted(desk).judged, counted(desk).within) == (1, within)


@pytest.mark.parametrize(("seconds", "result"), [(119, "withdrawn"), (120, "cancelled")])
def test_a_call_that_is_cancelled_in_time_is_not_judged(
    desk: Desk, seconds: int, result: str
) -> None:
    call = calls(desk)
    kiosk = replace(desk.later(seconds), caller=KIOSK)
    reception.cancel(desk.queue, kiosk.command(), call.id)
    assert own(desk) is not None
    assert counted(desk).results[result] == 1
    assert counted(desk).judged == int(result == "cancelled")


@pytest.mark.parametrize(("seconds", "state"), [(899, "open"), (900, "unanswered")])
def test_a_call_that_is_not_answered_ends_as_unanswered(
    desk: Desk, seconds: int, state: str
) -> None:
    calls(desk)
    found = own(desk.later(seconds))
    assert found is not None
    assert found.state == state
    assert len(reception.open_calls(desk.queue, desk.command()).calls) == int(state == "open")
    assert counted(desk).results["unanswered"] == int(state == "unanswered")


def test_a_call_is_not_forgotten_before_it_is_counted(desk: Desk) -> None:
    """The service is unavailable for a night: the call is unanswered, and counts."""
    call = calls(desk)
    key = ReceptionKeys(desk.branch).call(call.kiosk)
    assert desk.queue.store.client.ttl(key) == -1
    reception.take(desk.queue, desk.later(60).command(), call.id)
    assert desk.queue.store.client.ttl(key) == -1
    reception.expire(desk.queue, desk.command().at or 0)
    assert desk.queue.store.client.ttl(key) == -1
    reception.end(desk.queue, desk.later(60).command(), call.id)
    assert 0 < int(str(desk.queue.store.client.ttl(key))) <= KEPT_SECONDS


def test_an_answered_call_for_help_ends_by_itself(desk: Desk) -> None:
    call = calls(desk)
    reception.take(desk.queue, desk.later(10).command(), call.id)
    assert len(reception.open_calls(desk.queue, desk.later(299).command()).calls) == 1
    assert reception.open_calls(desk.queue, desk.later(1).command()).calls == ()
    assert counted(desk).calls == 1
    assert calls(desk).id != call.id


def heard(desk: Desk, ms: int = 0) -> bool:
    return reception.is_heard(desk.queue, desk.branch, (desk.command().at or 0) + ms)


def test_a_call_is_heard_while_somebody_who_can_come_has_a_page_open(desk: Desk) -> None:
    now, store = desk.command().at or 0, desk.queue.get(ReceptionStore)
    assert not heard(desk)
    store.listen(desk.branch, "s1", None, now)
    assert heard(desk, LISTENS_MS - 1)
    assert not heard(desk, LISTENS_MS)
    store.listen_no_more(desk.branch, "s1", None)
    assert not heard(desk)
    store.listen(desk.branch, "s2", "1", now)
    assert not heard(desk)
    desk.open("1")
    assert heard(desk)
    counters.pause_counter(desk.queue, desk.command(), "1", "lunch")
    assert not heard(desk)


def test_a_counter_served_by_video_has_its_clerk_elsewhere(queue: Queue) -> None:
    screen = {"id": "1", "name": "Screen", "services": ["*"], "video": {"telephone": "89 40 90 00"}}
    put_branch(queue, "raadhuset", document(historic=True, counters=[screen]))
    desk = Desk(queue)
    desk.open()
    queue.get(ReceptionStore).listen(desk.branch, "s1", "1", desk.command().at or 0)
    assert not heard(desk)


def test_a_kiosk_cannot_be_used_to_ring_all_day(desk: Desk) -> None:
    for _ in range(MOST_CALLS):
        call = calls(desk)
        reception.cancel(desk.queue, replace(desk, caller=KIOSK).command(), call.id)
    with pytest.raises(RateLimited) as refused:
        calls(desk)
    assert 0 < int(str(refused.value.extra["retry_after"])) <= CALLS_SECONDS


def test_a_kiosk_cancels_its_own_call_alone(desk: Desk) -> None:
    call = calls(desk)
    with pytest.raises(Forbidden):
        reception.cancel(desk.queue, replace(desk, caller=OTHER).command(), call.id)
    with pytest.raises(NotFound):
        reception.cancel(desk.queue, replace(desk, caller=CLERK).command(), "0" * 32)


def test_the_same_request_calls_once(desk: Desk) -> None:
    call = calls(desk, key="k")
    reception.cancel(desk.queue, desk.command(), call.id)
    assert calls(desk, key="k").id == call.id
    assert reception.open_calls(desk.queue, desk.command()).calls == ()
