"""The response with a branch's state.

New members may come; those here stay.
"""

from __future__ import annotations

from queue_service.contacts.rules import ContactChannel
from queue_service.contract.answers import Count, Instant, Ratio, Seconds
from queue_service.contract.words import DateText, Id, LanguageTag, Published
from queue_service.counters.contract import CounterState, PauseAnswer
from queue_service.interventions.contract import InterventionAnswer
from queue_service.visits.rules.visit import State


class QueueState(Published):
    """The visits that wait for one service; ``taken``: an open counter takes it.

    ``later`` is how many asked for a later time; they are not among those ``waiting`` until then.
    While they are carried over ``oldest_issued_at`` is as long ago as they had waited.
    """

    service: Id
    waiting: Count
    later: Count
    oldest_issued_at: Instant | None
    longest_wait_seconds: Seconds | None
    taken: bool


class CounterInState(Published):
    """A counter and the number that is called or served there. To a screen one that serves is
    ``free``, but for the video counter that the screen was set up for.

    ``recalls``, ``language`` and ``silent`` (the call is not heard) are its visit's, else null.
    ``names``: by language, empty if its name is the same in all; ``name`` is that of the
    branch's first language.
    """

    id: Id
    name: str
    names: dict[LanguageTag, str]
    state: CounterState
    number: str | None
    team: Id | None
    service: Id | None
    since: Instant | None
    recalls: Count | None
    language: LanguageTag | None
    pause: PauseAnswer | None
    silent: bool | None


class RecentCall(Published):
    """A call among today's last ten, and the present state of its visit; ``silent``: not heard.

    A screen sees whether its visit is still ``called``, ``waiting`` again, a ``no_show`` or
    ``abandoned``; null once the citizen has come. ``missed_at`` is when it became a no-show.
    """

    number: str
    counter: Id
    called_at: Instant
    recalls: Count
    language: LanguageTag
    state: State | None
    silent: bool
    missed_at: Instant | None = None


class Tally(Published):
    """Today's visits, by their state; ``paper``: how many of those issued had a number on paper.

    ``contacts`` without a ticket, and the same by channel. All is null to kiosks and displays.
    """

    issued: Count | None
    completed: Count | None
    no_show: Count | None
    abandoned: Count | None
    incomplete: Count | None
    paper: Count | None
    contacts: Count | None
    contacts_by_channel: dict[ContactChannel, Count] | None


class GoalToday(Published):
    """A goal's state; it can take ``budget`` more misses, ``ratio`` is null without judged.

    A goal on citizens' answers has judged nothing of the running day, whose answers are shown
    tomorrow.
    """

    id: Id
    threshold_seconds: float | None
    target_ratio: Ratio
    judged: Count
    within: Count
    ratio: Ratio | None
    budget: int
    overdue: Count


class ClosedService(Published):
    """A service outside its own hours; ``opens_at`` is null if that is not in the next 60 days."""

    service: Id
    opens_at: Instant | None


class StateAnswer(Published):
    """The branch now. ``quiet``: displays make no sound. ``goals`` is empty to kiosks and displays,
    whose ``event_id`` is that of the last event they received.

    ``private_waiting``: those who wait for services behind a closed door, whose queues a display
    does not see. ``missed``: numbers of missed calls that keep their place, newest first.
    ``closed_services``: kiosks give no numbers for them now, whether or not the branch is open.
    """

    branch: Id
    at: Instant
    event_id: str
    business_date: DateText
    open: bool
    quiet: bool
    private_waiting: Count
    queues: list[QueueState]
    counters: list[CounterInState]
    calls: list[RecentCall]
    missed: list[RecentCall]
    today: Tally
    goals: list[GoalToday]
    interventions: list[InterventionAnswer]
    closed_services: list[ClosedService]
