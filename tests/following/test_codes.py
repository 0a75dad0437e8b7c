"""The code of a number: the same for a repeated request, kept as a digest, and looked up by it."""

from __future__ import annotations

from typing import Any

import pytest
from redis import Redis

from queue_service.access.rules.caller import IdempotencyKey
from queue_service.access.rules.codes import code_digest
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import RateLimited
from queue_service.feedback.codes import answer_by_code, find_code
from queue_service.following import operations
from queue_service.following.operations import FoundVisit, find_visit
from queue_service.following.rules import MOST_WRONG_CODES
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import issuing, visits
from queue_service.visits.rules.follow_code import (
    FOLLOW_CODE_LENGTH,
    KEPT_MS,
    branch_tag,
    follow_code,
)
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import MORNING, Desk, document

PHONE = "192.0.2.7"


def keep(desk: Desk, key: str | None = "press", *, follow: bool = True) -> Any:
    return issuing.issue(desk.queue, desk.command(key), "pas", channel="desk", follow=follow)


def test_a_repeated_request_gives_the_same_code_and_another_request_another(desk: Desk) -> None:
    first, again, other = keep(desk), keep(desk), keep(desk, "other")
    assert (again.code, again.visit.id, again.replayed) == (first.code, first.visit.id, True)
    assert other.code != first.code
    assert keep(desk, None).code != keep(desk, None).code
    assert keep(desk, "none", follow=False).code == ""
    assert find_visit(desk.queue, first.code, PHONE) == FoundVisit("raadhuset", first.visit.id)


def test_a_code_that_another_number_has_is_not_given_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, made = keep(desk), [follow_code("raadhuset", "other", None)]
    codes = [first.code, *made]
    monkeypatch.setattr(issuing, "follow_code", lambda *_of: codes.pop(0))
    second = keep(desk, None)
    assert (second.code, codes) == (made[0], [])
    for one in (first, second):
        assert find_visit(desk.queue, one.code, PHONE) == FoundVisit("raadhuset", one.visit.id)
    assert len(desk.queue.get(VisitStore).open_visits("raadhuset")) == 2


def test_a_code_is_of_its_branch_its_visit_and_its_request() -> None:
    request = IdempotencyKey("kiosk", "press", "")
    code = follow_code("raadhuset", "id", request)
    assert len(code) == FOLLOW_CODE_LENGTH
    assert code == follow_code("raadhuset", "id", request)
    assert code.startswith(branch_tag("raadhuset"))
    assert code[3:] == follow_code("biblioteket", "id", request)[3:]
    for other in (
        follow_code("raadhuset", "other", request),
        follow_code("raadhuset", "id", IdempotencyKey("clerk", "press", "")),
        follow_code("raadhuset", "id", IdempotencyKey("kiosk", "again", "")),
        follow_code("raadhuset", "id", None),
    ):
        assert other[3:] != code[3:]


def test_only_a_digest_of_the_code_is_kept_and_not_for_ever(
    desk: Desk, redis_client: Redis
) -> None:
    made = keep(desk)
    key = BranchKeys(desk.branch).follow_code(code_digest(made.code))
    client: Any = redis_client
    assert client.get(key) == made.visit.id
    assert KEPT_MS - 60_000 < client.pttl(key) <= KEPT_MS
    for name in client.scan_iter("*"):
        assert made.code not in name
        if client.type(name) == "string":
            assert made.code not in client.get(name)
    assert made.code not in str(client.xrange(BranchKeys(desk.branch).events))


def test_unknown_codes_are_counted_and_a_known_one_is_never_refused(desk: Desk) -> None:
    code, tag = keep(desk).code, branch_tag(desk.branch)
    for number in range(MOST_WRONG_CODES):
        assert find_visit(desk.queue, f"{tag}{number:013d}", PHONE) is None
    with pytest.raises(RateLimited):
        find_visit(desk.queue, f"{tag}{'Z' * 13}", PHONE)
    assert find_visit(desk.queue, f" {code[:8].lower()}-{code[8:]} ", PHONE) is not None
    assert find_visit(desk.queue, f"{tag}{'Z' * 13}", "192.0.2.8") is None
    for other in ("", "Z" * FOLLOW_CODE_LENGTH, f"{code}0", "{}\n|"):
        assert find_visit(desk.queue, other, PHONE) is None


def test_an_answer_by_the_code_counts_once_and_is_kept_apart_from_the_visit(
    desk: Desk, redis_client: Redis
) -> None:
    put_branch(desk.queue, desk.branch, document(historic=True, feedback_on_slip=True))
    made = keep(desk)
    found = FoundVisit(desk.branch, made.visit.id)
    asked = [operations.feedback_code(desk.queue, found, made.code, "pas") for _ in range(2)]
    assert asked[0] == asked[1]
    assert find_code(desk.queue, desk.branch, asked[0], PHONE).standing == "open"
    assert answer_by_code(desk.queue, desk.branch, asked[0], PHONE, {"help": 5}) == "open"
    assert operations.feedback_code(desk.queue, found, made.code, "pas") == asked[0]
    assert find_code(desk.queue, desk.branch, asked[0], PHONE).standing == "used"
    client: Any = redis_client
    kept = client.get(BranchKeys(desk.branch).feedback_code(code_digest(asked[0])))
    assert made.visit.id not in kept


def test_a_second_press_does_nothing_and_nothing_but_a_departure_is_taken_back(
    queue: Queue, desk: Desk
) -> None:
    made = keep(desk)
    found = FoundVisit(desk.branch, made.visit.id)
    for _ in range(2):
        operations.leave(queue, found, at=MORNING + 1)
    (left,) = visits_of(queue, made.visit.id)
    assert (left.state, left.ended_at) == ("abandoned", MORNING + 1)
    operations.come_back(queue, found, at=MORNING + 120_001)
    assert visits_of(queue, made.visit.id)[0].place == made.visit.place
    operations.leave(queue, found, at=MORNING + 120_002)
    operations.come_back(queue, found, at=MORNING + 240_003)
    assert visits_of(queue, made.visit.id)[0].state == "abandoned"
    called = Desk(queue)
    called.open()
    keep(desk, "third")
    mine = called.called().visit
    operations.leave(queue, FoundVisit(desk.branch, mine.id), at=MORNING + 1)
    assert visits_of(queue, mine.id)[0].state == "called"
    visits.complete(queue, called.command(), mine.id, "resolved")
    operations.come_back(queue, FoundVisit(desk.branch, mine.id), at=MORNING + 2)
    assert visits_of(queue, mine.id)[0].state == "completed"


def visits_of(queue: Queue, visit_id: str) -> Any:
    return queue.get(VisitStore).many("raadhuset", [visit_id])
