"""Drafts, approvals and saved visits on a real store."""

from __future__ import annotations

import pytest
from redis import Redis

from queue_service.access.rules.caller import Caller, IdempotencyKey, Role
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import (
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
    RateLimited,
    ServiceNotFound,
    WrongState,
)
from queue_service.playbook import keys
from queue_service.playbook.operations import (
    approve,
    discard_draft,
    in_force,
    may_approve,
    page,
    pages,
    restore,
    save_draft,
    save_visit,
    saved_visits,
    services,
    today,
)
from queue_service.playbook.rules import COUNTED_WITHIN_MS, MOST_SAVED, MOST_SENT, REPEAT_MS
from queue_service.playbook.store import PlaybookStore
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from tests.desks import MORNING, document
from tests.playbook.entries import content, one_service

EDITOR = Caller("anna", "supervisor")
OTHER = Caller("bo", "admin")


@pytest.fixture
def queue(redis_client: Redis) -> Queue:
    """Two live branches, a practice and a historic one."""
    made = Queue(RedisStore(redis_client))
    put_branch(made, "raadhuset", document())
    put_branch(made, "bibliotek", one_service(name="Biblioteket"))
    own = [{"id": "leg", "name": {"da": "Leg"}, "prefix": "Z"}]
    put_branch(made, "oevelse", document(practice=True, services=[*document()["services"], *own]))
    put_branch(made, "gammel", document(historic=True, services=[*document()["services"], *own]))
    return made


def test_a_service_of_several_branches_is_one(queue: Queue) -> None:
    assert list(services(queue)) == ["pas", "korekort", "turist", "gammel"]
    assert services(queue)["pas"].branches == ("Biblioteket", "Rådhuset")
    assert [one.service.id for one in pages(queue)] == ["gammel", "korekort", "pas", "turist"]
    assert [one.service.id for one in pages(queue, "bibliotek")] == ["pas"]
    with pytest.raises(NotFound):
        page(queue, "leg")


def test_a_draft_disturbs_nothing_until_it_is_approved(queue: Queue) -> None:
    draft = save_draft(queue, EDITOR, "pas", content(), 0)
    branch = queue.get(BranchStore).get("raadhuset")
    assert (draft.revision, in_force(queue, branch)) == (1, {})
    first = approve(queue, OTHER, "pas", 1)
    assert first == queue.get(PlaybookStore).get("pas")
    assert in_force(queue, branch)["pas"].content == content()
    assert in_force(queue, branch)["pas"].by == "bo"
    save_draft(queue, EDITOR, "pas", content(owner="Ydelse"), 2)
    approve(queue, EDITOR, "pas", 3)
    assert [(v.number, v.by) for v in queue.get(PlaybookStore).versions("pas")] == [
        (2, "anna"),
        (1, "bo"),
    ]


def test_four_eyes_are_of_two_logins(queue: Queue) -> None:
    two = Queue(queue.store, playbook_four_eyes=True)
    save_draft(two, EDITOR, "pas", content(), 0)
    with pytest.raises(Forbidden, match="let another login approve"):
        approve(two, EDITOR, "pas", 1)
    approved = approve(two, OTHER, "pas", 1)
    assert approve(two, EDITOR, "pas", 1) == approved, "a repetition, whoever sends it"
    assert not may_approve(two, OTHER, approved), "there is no draft of anybody"
    assert may_approve(queue, OTHER, approved)


def test_a_repeat_changes_nothing(queue: Queue) -> None:
    first = save_draft(queue, EDITOR, "pas", content(), 0)
    assert save_draft(queue, EDITOR, "pas", content(), 0) == first
    approved = approve(queue, EDITOR, "pas", 1)
    assert approve(queue, EDITOR, "pas", 1) == approved
    assert len(queue.get(PlaybookStore).versions("pas")) == 1
    with pytest.raises(WrongState):
        approve(queue, EDITOR, "pas", approved.revision)
    assert discard_draft(queue, EDITOR, "pas", 0) == approved


def test_a_repeat_changes_nothing_where_others_have_gone_on(queue: Queue) -> None:
    save_draft(queue, EDITOR, "pas", content(), 0)
    approved = approve(queue, OTHER, "pas", 1)
    assert save_draft(queue, EDITOR, "pas", content(), 0) == approved
    further = save_draft(queue, OTHER, "pas", content(owner="Ydelse"), 2)
    assert save_draft(queue, EDITOR, "pas", content(), 0) == further
    assert approve(queue, OTHER, "pas", 1) == further
    assert len(queue.get(PlaybookStore).versions("pas")) == 1
    assert save_draft(queue, EDITOR, "pas", content(), 1) == further, "saved unchanged"
    # Another text is no repeat, nor is a text in force from somebody who began with just that.
    for text, revision in ((content(owner="Kultur"), 0), (content(), 2)):
        with pytest.raises(PreconditionFailed):
            save_draft(queue, EDITOR, "pas", text, revision)


def test_the_second_of_two_editors_gets_a_message_and_nothing_is_overwritten(queue: Queue) -> None:
    save_draft(queue, EDITOR, "pas", content(), 0)
    with pytest.raises(PreconditionFailed) as refused:
        save_draft(queue, OTHER, "pas", content(owner="Ydelse"), 0)
    assert refused.value.extra["revision"] == 1
    with pytest.raises(PreconditionFailed):
        approve(queue, OTHER, "pas", 0)
    with pytest.raises(PreconditionFailed):
        discard_draft(queue, OTHER, "pas", 0)
    draft = queue.get(PlaybookStore).get("pas").draft
    assert draft is not None
    assert (draft.by, draft.content.owner) == ("anna", "Borgerservice")


def test_two_editors_at_the_same_moment(queue: Queue) -> None:
    before = queue.get(PlaybookStore).get("pas")
    assert queue.get(PlaybookStore).put(before, before.drafted(content(), 1, "anna"))
    assert not queue.get(PlaybookStore).put(before, before.drafted(content(owner="B"), 1, "bo"))
    draft = queue.get(PlaybookStore).get("pas").draft
    assert draft is not None
    assert draft.by == "anna"


def test_a_former_version_is_restored_as_a_draft(queue: Queue) -> None:
    save_draft(queue, EDITOR, "pas", content(), 0)
    approve(queue, EDITOR, "pas", 1)
    save_draft(queue, EDITOR, "pas", content(owner="Ydelse"), 2)
    approve(queue, EDITOR, "pas", 3)
    restored = restore(queue, EDITOR, "pas", 1, 4)
    assert restored.draft is not None
    assert restored.approved is not None
    assert (restored.draft.content, restored.approved.number) == (content(), 2)
    with pytest.raises(NotFound):
        restore(queue, EDITOR, "pas", 3, 5)
    assert discard_draft(queue, EDITOR, "pas", 5).draft is None


@pytest.mark.parametrize(
    ("role", "branch", "allowed"),
    [
        ("supervisor", None, True),
        ("admin", None, True),
        ("supervisor", "raadhuset", False),
        ("admin", "raadhuset", False),
        ("clerk", None, False),
    ],
)
def test_only_a_login_of_no_single_branch_writes(
    queue: Queue, role: Role, branch: str | None, allowed: bool
) -> None:
    caller = Caller("c", role, branch)
    if allowed:
        assert save_draft(queue, caller, "pas", content(), 0).revision == 1
        return
    with pytest.raises(Forbidden):
        save_draft(queue, caller, "pas", content(), 0)
    with pytest.raises(Forbidden):
        approve(queue, caller, "pas", 0)
    with pytest.raises(Forbidden):
        discard_draft(queue, caller, "pas", 0)
    with pytest.raises(Forbidden):
        restore(queue, caller, "pas", 1, 0)
    assert queue.get(PlaybookStore).all() == {}


def test_an_approved_text_is_announced_to_the_branches_that_have_it(
    queue: Queue, redis_client: Redis
) -> None:
    events = [BranchKeys(branch).events for branch in ("raadhuset", "bibliotek", "gammel")]
    before = [redis_client.xlen(key) for key in events]
    save_draft(queue, EDITOR, "korekort", content(), 0)
    assert [redis_client.xlen(key) for key in events] == before
    approve(queue, EDITOR, "korekort", 1)
    after = [redis_client.xlen(key) for key in events]
    assert [a - b for a, b in zip(after, before, strict=True)] == [1, 0, 0]


def test_all_keys_share_a_slot() -> None:
    assert {key.partition("}")[0] for key in (keys.ENTRIES, keys.versions("pas"))} == {
        "queue:{playbook"
    }


def test_reviews_are_compared_with_the_latest_date_of_the_branches(queue: Queue) -> None:
    assert today(queue)[:2] == "20"


def kiosk(ms: int = 0, device: str = "kiosk", key: str = "", fingerprint: str = "f") -> Command:
    memo = IdempotencyKey(device, key, fingerprint) if key else None
    return Command("stand", Caller(device, "kiosk"), memo, MORNING + ms)


@pytest.fixture
def stand(queue: Queue) -> Queue:
    """A historic branch, whose time the test sets, with an entry for passports in force."""
    put_branch(queue, "stand", document(historic=True))
    save_draft(queue, EDITOR, "pas", content(), 0)
    approve(queue, EDITOR, "pas", 1)
    return queue


def count(queue: Queue) -> dict[str, int]:
    return dict(saved_visits(queue, "stand", "2026-11-25", "2026-11-25").rows("hour"))


def test_a_saved_visit_is_counted_once_however_often_it_is_sent(stand: Queue) -> None:
    for _ in range(3):
        assert save_visit(stand, kiosk(key="k"), "pas").counted
    assert save_visit(stand, kiosk(key="k"), "pas").replayed
    assert count(stand) == {"09": 1}
    assert save_visit(stand, kiosk(3_600_000), "pas").counted
    found = saved_visits(stand, "stand", "2026-11-01", "2026-11-30")
    assert (found.total, found.rows("hour")) == (2, {"09": 1, "10": 1})
    assert found.rows("month") == {"2026-11": 2}
    assert found.rows("service") == {"pas": 2}
    with pytest.raises(Invalid):
        saved_visits(stand, "stand", "2026-11-02", "2026-11-01")


def test_without_an_end_the_range_goes_on_until_today(queue: Queue) -> None:
    ends = saved_visits(queue, "raadhuset").last
    found = saved_visits(queue, "raadhuset", "2026-01-01")
    assert (found.first, found.last) == ("2026-01-01", ends)
    alone = saved_visits(queue, "raadhuset", last="2026-01-01")
    assert (alone.first, alone.last) == ("2026-01-01", "2026-01-01")


@pytest.mark.parametrize(("later", "counted"), [(REPEAT_MS - 1, False), (REPEAT_MS, True)])
def test_a_second_press_at_once_is_a_repeat(stand: Queue, later: int, counted: bool) -> None:
    save_visit(stand, kiosk(), "pas")
    assert save_visit(stand, kiosk(later), "pas").counted is counted
    assert save_visit(stand, kiosk(1, "another"), "pas").counted


def test_a_terminal_is_limited(stand: Queue) -> None:
    found = [save_visit(stand, kiosk(n * REPEAT_MS), "pas").counted for n in range(MOST_SAVED + 1)]
    assert found == [True] * MOST_SAVED + [False]
    for n in range(MOST_SAVED + 1, MOST_SENT):
        save_visit(stand, kiosk(MOST_SAVED * REPEAT_MS + n), "pas")
    with pytest.raises(RateLimited):
        save_visit(stand, kiosk(COUNTED_WITHIN_MS - 1), "pas")
    assert save_visit(stand, kiosk(COUNTED_WITHIN_MS), "pas").counted


def test_an_entry_without_a_citizens_text_saves_no_visit(stand: Queue) -> None:
    with pytest.raises(ServiceNotFound):
        save_visit(stand, kiosk(), "nothing")
    with pytest.raises(Invalid):
        save_visit(stand, kiosk(), "turist")
    save_draft(stand, EDITOR, "turist", content(), 0)
    with pytest.raises(Invalid):
        save_visit(stand, kiosk(), "turist")
    approve(stand, EDITOR, "turist", 1)
    assert save_visit(stand, kiosk(), "turist").counted
    assert count(stand) == {"09": 1}
