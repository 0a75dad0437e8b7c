"""What every operation works with, and what they share: retries and repeated requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import time
from typing import Final, NamedTuple, TypeVar

from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.access.store import AccessStore
from queue_service.alerts.store import AlertStore
from queue_service.board.store import BoardStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import Moment, moment
from queue_service.branches.store import BranchStore
from queue_service.charts.store import ChartStore
from queue_service.contacts.store import ContactStore
from queue_service.counters.store import CounterStore
from queue_service.devices.store import DeviceStore
from queue_service.errors import (
    CounterBusy,
    CounterClosed,
    CounterPaused,
    IdempotencyKeyReused,
    QueueError,
    RateLimited,
    StoreUnavailable,
    VisitNotFound,
    WrongState,
)
from queue_service.feedback.store import FeedbackStore
from queue_service.history.store.day_store import DayStore
from queue_service.history.store.history_store import HistoryStore
from queue_service.interventions.store import InterventionStore
from queue_service.lifeline.store import LifelineStore
from queue_service.live.store import StreamStore
from queue_service.metrics.store import ReadingStore
from queue_service.mobile.store import MobileStore
from queue_service.notes.store import NoteStore
from queue_service.paper.store import PaperStore
from queue_service.playbook.store import PlaybookStore
from queue_service.reception.store import ReceptionStore
from queue_service.referrals.store import ReferralStore
from queue_service.removal.store import RemovalStore
from queue_service.reports.store import ReportStore
from queue_service.store.redis_store import RedisStore, Reply
from queue_service.video.store import VideoStore
from queue_service.visits.rules.answer import Answer, read_answer
from queue_service.visits.store.visit_store import VisitStore
from queue_service.webhooks.store import WebhookStore

ATTEMPTS: Final = 64
"""How often a decision is made anew when the visit, counter or configuration changed meanwhile."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Queue:
    """What operations work with: the stores of all capabilities, made once in a process."""

    store: RedisStore
    access: AccessStore
    alerts: AlertStore
    board: BoardStore
    branches: BranchStore
    charts: ChartStore
    contacts: ContactStore
    counters: CounterStore
    days: DayStore
    devices: DeviceStore
    feedback: FeedbackStore
    history: HistoryStore
    interventions: InterventionStore
    lifelines: LifelineStore
    mobile: MobileStore
    notes: NoteStore
    paper: PaperStore
    playbook: PlaybookStore
    readings: ReadingStore
    reception: ReceptionStore
    referrals: ReferralStore
    removals: RemovalStore
    reports: ReportStore
    streams: StreamStore
    video: VideoStore
    visits: VisitStore
    webhooks: WebhookStore
    kiosk_tickets_per_minute: int = 60
    playbook_four_eyes: bool = False


def open_queue(
    store: RedisStore, *, kiosk_tickets_per_minute: int = 60, playbook_four_eyes: bool = False
) -> Queue:
    """The stores of all capabilities over one door to Redis."""
    return Queue(
        store=store,
        access=AccessStore(store),
        alerts=AlertStore(store),
        board=BoardStore(store),
        branches=BranchStore(store),
        charts=ChartStore(store),
        contacts=ContactStore(store),
        counters=CounterStore(store),
        days=DayStore(store),
        devices=DeviceStore(store),
        feedback=FeedbackStore(store),
        history=HistoryStore(store),
        interventions=InterventionStore(store),
        lifelines=LifelineStore(store),
        mobile=MobileStore(store),
        notes=NoteStore(store),
        paper=PaperStore(store),
        playbook=PlaybookStore(store),
        readings=ReadingStore(store),
        reception=ReceptionStore(store),
        referrals=ReferralStore(store),
        removals=RemovalStore(store),
        reports=ReportStore(store),
        streams=StreamStore(store),
        video=VideoStore(store),
        visits=VisitStore(store),
        webhooks=WebhookStore(store),
        kiosk_tickets_per_minute=kiosk_tickets_per_minute,
        playbook_four_eyes=playbook_four_eyes,
    )


class Command(NamedTuple):
    """Who does something, where, and how to recognise it when it is repeated.

    ``at`` is its time in a historic branch, in ms; elsewhere the store's clock counts.
    """

    branch: str
    caller: Caller
    idempotency: IdempotencyKey | None = None
    at: int | None = None


def present(command: Command) -> int:
    """The command's time (ms), else that of this machine's clock, which is to be checked."""
    return command.at if command.at is not None else int(time() * 1000)


def guess_moment(branch: Branch, command: Command) -> Moment:
    """The calendar by this machine's clock; the script that gets it checks it by the store's."""
    return moment(branch, present(command))


def once(
    queue: Queue, command: Command, act: Callable[[], Result], tell_again: Callable[[str], Result]
) -> Result:
    """Do it, or give the first answer again to a repeated request.

    The scripts recognise a repetition themselves. Here are those that no script saw, because the
    first time has left a state that refuses the command. What a configuration refused that is
    no longer in force is done anew.
    """
    try:
        return act()
    except (IdempotencyKeyReused, StoreUnavailable):
        # What the store did not confirm is not told as done: a repeat finds out.
        raise
    except QueueError as refused:
        answer = remembered(queue, command)
        if answer is not None:
            return tell_again(answer)
        if not queue.branches.outdated(command.branch):
            raise _paused(queue, command, refused) from None
    return act()


def _paused(queue: Queue, command: Command, refused: QueueError) -> QueueError:
    """What is told of a counter that is not open because it is paused; else the refusal itself."""
    counter = refused.extra.get("counter") if isinstance(refused, CounterClosed) else None
    if counter is None or counter not in queue.counters.states(command.branch).paused:
        return refused
    sentence = f"Counter {counter} is paused; go on there first."
    return CounterPaused(sentence, counter=counter)


def remembered(queue: Queue, command: Command) -> str | None:
    """What was answered to this command before, or None. Raises IdempotencyKeyReused."""
    kept = command.idempotency and queue.visits.remembered(command.branch, command.idempotency)
    if not kept or command.idempotency is None:
        return None
    fingerprint, answer = kept
    if fingerprint != command.idempotency.fingerprint:
        raise key_reused()
    return answer


def key_reused() -> IdempotencyKeyReused:
    """The refusal of a key that belongs to another request."""
    return IdempotencyKeyReused("This Idempotency-Key was used for another request; use a new one.")


def answer_in(reply: Reply, counter: str = "") -> Answer | None:
    """The answer in a script's reply, or None when it has to be tried anew.

    Raises what the reply refuses.
    """
    status = reply[0]
    if status in ("done", "replayed"):
        return read_answer(reply[1], replayed=status == "replayed")
    if status in ("stale", "changed"):
        return None
    raise refusal(reply, counter)


def refusal(reply: Reply, counter: str = "") -> QueueError:
    """The error behind a script's refusing reply."""
    status = reply[0]
    if status == "reused":
        return key_reused()
    if status == "busy":
        return CounterBusy(
            f"Counter {counter} has a visit already; finish it, park it or send it on first.",
            visit=reply[1],
        )
    if status == "closed":
        return CounterClosed(f"Counter {counter} is closed; open it first.", counter=counter)
    if status == "limited":
        return RateLimited(
            "This screen has issued many tickets in a short time; wait a moment.",
            retry_after=int(reply[1]),
        )
    if status == "taken":
        return WrongState(
            "The number has been given to somebody else since; issue a new ticket.",
            state="completed",
        )
    return VisitNotFound("There is no such visit; it may be older than what is kept.")


def exhausted() -> StoreUnavailable:
    """Too many others changed the same thing at the same time."""
    return StoreUnavailable("Too much is happening at once; try again.", retry_after=1)
