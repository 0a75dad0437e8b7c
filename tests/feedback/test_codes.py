"""A slip's code: it answers once, until the end of the next day, and leads to no ticket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.access.rules.codes import code_digest, code_from, typed_code
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import BranchNotFound, NotFound, RateLimited, ServiceNotFound
from queue_service.feedback.codes import (
    CODES_AT_ONCE,
    FoundCode,
    MadeCode,
    answer_by_code,
    find_code,
    make_code,
)
from queue_service.feedback.rules import (
    CODE_LENGTH,
    MOST_WRONG_CODES,
    WRONG_CODES_MS,
    Question,
    Rating,
    printed_code,
)
from queue_service.feedback.store import FeedbackStore
from queue_service.satisfaction.operations import feedback
from queue_service.store.keys import BranchKeys
from tests.desks import MORNING, Desk, document

DATE = "2026-11-25"
HOUR_MS = 3_600_000
EXPIRES = MORNING + 39 * HOUR_MS
"""Nine in the morning, and the midnight after the next day."""
HAPPY: dict[Question, Rating] = {"help": 5, "task": 4}
PHONE = "192.0.2.7"


@pytest.fixture
def slips(desk: Desk) -> Queue:
    """A branch whose slips carry a code."""
    put_branch(desk.queue, "raadhuset", document(historic=True, feedback_on_slip=True))
    return desk.queue


def make(queue: Queue, at: int = MORNING, key: str = "", service: str = "pas") -> MadeCode:
    """A code for a slip."""
    idempotency = IdempotencyKey("kiosk", key, service) if key else None
    caller = Caller("kiosk", "kiosk", "raadhuset")
    return make_code(queue, Command("raadhuset", caller, idempotency, at), service)


def stored(queue: Queue, date: str = DATE) -> dict[str, str]:
    """The stored counts of a date's answers."""
    return dict(queue.get(FeedbackStore).days("raadhuset", [date]).get(date, {}))


def test_a_code_answers_once(slips: Queue) -> None:
    code = make(slips).code
    assert find_code(slips, "raadhuset", code, PHONE, now=MORNING) == FoundCode("open", "pas")
    assert answer_by_code(slips, "raadhuset", code, PHONE, HAPPY, now=MORNING) == "open"
    assert answer_by_code(slips, "raadhuset", code, PHONE, HAPPY, now=MORNING) == "used"
    assert find_code(slips, "raadhuset", code, PHONE, now=MORNING) == FoundCode("used")
    assert stored(slips) == {"|pas|||0": "1", "|pas||help|5": "1", "|pas||task|4": "1"}


def test_a_code_that_another_slip_has_is_given_to_none(
    slips: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([*[7] * CODES_AT_ONCE, *[7] * CODES_AT_ONCE, *range(7, 7 + CODES_AT_ONCE)])
    monkeypatch.setattr("secrets.randbits", lambda _bits: next(drawn))
    first = make(slips).code
    other = Queue(slips.store)  # a process that has no codes yet
    given = {make(other).code for _ in range(CODES_AT_ONCE - 1)}
    assert len(given) == CODES_AT_ONCE - 1
    assert first == code_from(7, CODE_LENGTH)
    assert first not in given
    with pytest.raises(StopIteration):  # one of the last 32 was in use, all others are given
        make(other)


def test_it_answers_until_the_end_of_the_next_day(slips: Queue) -> None:
    made = make(slips)
    assert made.expires == EXPIRES
    assert find_code(slips, "raadhuset", made.code, PHONE, now=EXPIRES - 1).standing == "open"
    assert find_code(slips, "raadhuset", made.code, PHONE, now=EXPIRES).standing == "unknown"
    late = answer_by_code(slips, "raadhuset", made.code, PHONE, HAPPY, now=EXPIRES)
    assert (late, stored(slips, "2026-11-27")) == ("unknown", {})
    assert answer_by_code(slips, "raadhuset", made.code, PHONE, HAPPY, now=EXPIRES - 1) == "open"
    # It counts on the date on which it is given.
    assert (stored(slips), len(stored(slips, "2026-11-26"))) == ({}, 3)


def test_no_stored_part_of_a_code_reveals_its_ticket(slips: Queue) -> None:
    first, second = make(slips), make(slips, MORNING + HOUR_MS)
    client, k = slips.store.client, BranchKeys("raadhuset")
    keys = list(client.scan_iter(f"{k.prefix}feedback:code:*"))
    # Neither the code itself nor its moment: all of a day expire together.
    assert not any(made.code in key for made in (first, second) for key in keys)
    assert {client.get(key) for key in keys} == {f"{EXPIRES}|pas|0"}
    answer_by_code(slips, "raadhuset", first.code, PHONE, HAPPY, now=MORNING)
    assert {client.get(key) for key in keys} == {f"{EXPIRES}|pas|0", f"{EXPIRES}||1"}
    assert all(int(client.pttl(key)) > 0 for key in keys)


def test_the_log_of_the_store_does_not_reveal_the_slip_of_a_code(slips: Queue) -> None:
    with _written(slips) as written:
        given = [make(slips, key=f"slip-{n}").code for n in range(CODES_AT_ONCE + 1)]
    made = [[word for word in command if "feedback:code:" in word] for command in written]
    order = [word.rpartition(":")[2] for words in made for word in words]
    assert len(order) == 2 * CODES_AT_ONCE, "made ahead, a stock at a time"
    handed_out = [code_digest(code) for code in given]
    assert {*handed_out} <= {*order}
    assert handed_out[:CODES_AT_ONCE] not in (order[:CODES_AT_ONCE], order[CODES_AT_ONCE - 1 :: -1])
    # Nothing is written when a slip gets its code but for the kiosk's count.
    text = json.dumps(written)
    assert not any(code in text for code in given)
    assert "memo:" not in text


@contextmanager
def _written(queue: Queue) -> Iterator[list[list[str]]]:
    """The commands that the store's server writes to its log meanwhile."""
    client, found = queue.store.client, list[list[str]]()
    with client.monitor() as monitor:  # type: ignore[no-untyped-call]  # not typed
        yield found
        client.echo("the end")
        for entry in monitor.listen():
            words = entry[
                "command"
            ].split()  # of a script, too, whose comments may have an apostrophe
            if words[0].upper() == "ECHO":
                break
            if words[0].upper() in ("SET", "INCR", "HSET", "HINCRBY"):
                found.append(words)


def test_a_repeated_request_gets_another_code(slips: Queue) -> None:
    first, again = make(slips, key="k"), make(slips, key="k")
    assert first.code != again.code
    for made in (first, again):
        assert find_code(slips, "raadhuset", made.code, PHONE, now=MORNING).standing == "open"


def test_codes_of_yesterday_are_not_handed_out(slips: Queue) -> None:
    make(slips)
    assert make(slips, MORNING + 24 * HOUR_MS).expires == EXPIRES + 24 * HOUR_MS


def test_a_kiosk_makes_no_more_codes_than_it_may_issue_tickets(slips: Queue) -> None:
    strict = Queue(slips.store, kiosk_tickets_per_minute=2)
    for key in ("one", "two"):
        make(strict, key=key)
    with pytest.raises(RateLimited) as refused:
        make(strict, key="three")
    assert 0 < int(str(refused.value.extra["retry_after"])) <= 60
    # Neither another caller is limited, nor anybody where no limit is set.
    assert make_code(strict, Command("raadhuset", Caller("a", "admin"), None, MORNING), "pas").code
    assert make(Queue(slips.store, kiosk_tickets_per_minute=0)).code


def test_of_two_phones_that_send_at_once_one_is_counted(slips: Queue) -> None:
    made = make(slips)
    branch, now = slips.get(BranchStore).get("raadhuset"), MORNING
    day, digest = moment(branch, now), code_digest(made.code)
    # Both have seen the code open before either answers.
    replies = [
        slips.get(FeedbackStore).by_code(branch, digest, "a", day, ["|pas|||0"], now) for _ in "ab"
    ]
    assert [reply[0] for reply in replies] == ["done", "used"]
    assert stored(slips) == {"|pas|||0": "1"}


def test_an_impossible_file_leaves_no_trace(slips: Queue) -> None:
    with pytest.raises(ServiceNotFound):
        make(slips, service="nothing")
    put_branch(slips, "raadhuset", document(historic=True))
    with pytest.raises(NotFound):
        make(slips)
    with pytest.raises(BranchNotFound):
        find_code(slips, "nowhere", "0000000000", PHONE)
    k = BranchKeys("raadhuset")
    assert list(slips.store.client.scan_iter(f"{k.prefix}feedback:*")) == []


def test_an_address_that_tries_many_codes_is_refused_and_others_are_not(slips: Queue) -> None:
    code = make(slips).code
    for number in range(MOST_WRONG_CODES):
        wrong = code_from(number, CODE_LENGTH)
        assert find_code(slips, "raadhuset", wrong, PHONE, now=MORNING).standing == "unknown"
    with pytest.raises(RateLimited) as refused:
        find_code(slips, "raadhuset", code_from(MOST_WRONG_CODES, CODE_LENGTH), PHONE, now=MORNING)
    assert 0 < int(str(refused.value.extra["retry_after"])) <= WRONG_CODES_MS // 1000
    # A citizen of the same address whose slip has a code is let in.
    assert find_code(slips, "raadhuset", code, PHONE, now=MORNING).standing == "open"
    assert answer_by_code(slips, "raadhuset", code, PHONE, HAPPY, now=MORNING) == "open"
    other = code_from(MOST_WRONG_CODES, CODE_LENGTH)
    assert find_code(slips, "raadhuset", other, "192.0.2.8", now=MORNING).standing == "unknown"


def test_a_code_survives_the_branchs_choice_to_print_no_more(slips: Queue) -> None:
    code = make(slips).code
    put_branch(slips, "raadhuset", document(historic=True))
    assert answer_by_code(slips, "raadhuset", code, PHONE, HAPPY, now=MORNING) == "open"


def test_answers_by_code_are_shown_next_to_the_hours(slips: Queue) -> None:
    answer_by_code(slips, "raadhuset", make(slips).code, PHONE, HAPPY, now=MORNING)
    found = feedback(slips, "raadhuset", "2026-11-01", "2026-11-30")
    assert list(found.rows("hour")) == [""]
    assert (found.total.people, found.rows("service")["pas"].people) == (1, 1)


def test_codes_are_of_letters_that_are_read_right_and_typed_as_one_likes() -> None:
    assert code_from(0, CODE_LENGTH) == "0" * CODE_LENGTH
    assert code_from(32**CODE_LENGTH - 1, CODE_LENGTH) == "Z" * CODE_LENGTH
    assert printed_code("7K3MQ9QXPA") == "7K3MQ-9QXPA"
    assert typed_code(" 7k3mq-9qxpa ") == "7K3MQ9QXPA"
    assert typed_code("oOiIlL") == "001111"
