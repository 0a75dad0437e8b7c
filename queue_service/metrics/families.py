"""Every metric of ``/metrics/queue``: its name, kind and meaning, in the order of the output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Family:
    """One metric with all its series."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    meaning: str

    @property
    def heading(self) -> str:
        """The lines that come before its samples."""
        return f"# HELP {self.name} {self.meaning}\n# TYPE {self.name} {self.kind}\n"


ISSUED: Final = Family("queue_visits_issued_total", "counter", "Visits begun, by service of issue.")
ENDED: Final = Family(
    "queue_visits_ended_total",
    "counter",
    "Visits ended, by final state. A visit that is brought back stays counted, see returned.",
)
RETURNED: Final = Family(
    "queue_visits_returned_total",
    "counter",
    "Endings taken back by an undo or a requeue, by the state that was left.",
)
INQUIRIES: Final = Family(
    "queue_inquiries_completed_total", "counter", "Inquiries completed, by outcome."
)
WITHIN: Final = Family(
    "queue_goal_within_total",
    "counter",
    "Of what a goal has judged, what was within it: strictly below its threshold of that time.",
)
JUDGED: Final = Family(
    "queue_goal_judged_total",
    "counter",
    "Judgements of a goal. A judgement that is taken back stays counted, see returned.",
)
RETURNED_WITHIN: Final = Family(
    "queue_goal_returned_within_total",
    "counter",
    "Judgements taken back by an undo that had been within the goal.",
)
RETURNED_JUDGED: Final = Family(
    "queue_goal_returned_judged_total", "counter", "Judgements of a goal taken back by an undo."
)
WITHIN_TODAY: Final = Family(
    "queue_goal_within_today", "gauge", "Of today's judged, what is within the goal, as corrected."
)
JUDGED_TODAY: Final = Family(
    "queue_goal_judged_today", "gauge", "Judgements of a goal on today's visits, as corrected."
)
WAITING_TIME: Final = Family(
    "queue_waiting_seconds",
    "histogram",
    "From issued to first called, once for each visit. A walk-in has none.",
)
HANDLING_TIME: Final = Family(
    "queue_handling_seconds",
    "histogram",
    "From started to completed of an inquiry, without parked time.",
)
ESTIMATES: Final = Family(
    "queue_estimated_waits_total",
    "counter",
    "First waits that are over, by people ahead and by whether they lay within the estimate.",
)
WAITING: Final = Family("queue_visits_waiting", "gauge", "Visits that wait now.")
OLDEST: Final = Family(
    "queue_oldest_waiting_timestamp_seconds",
    "gauge",
    "Time of arrival of the longest-waiting visit. Absent if nobody waits.",
)
COUNTERS: Final = Family("queue_counters", "gauge", "Counters in a state now.")
INTERVENTIONS: Final = Family(
    "queue_interventions_in_force",
    "gauge",
    "Temporary changes by supervisors, by kind.",
)
PAUSES: Final = Family("queue_pauses_total", "counter", "Pauses of counters that began, by reason.")
PAUSES_RETURNED: Final = Family(
    "queue_pauses_returned_total", "counter", "Of those, pauses that were taken back at once."
)
PAUSED_SECONDS: Final = Family(
    "queue_paused_seconds_total",
    "counter",
    "How long counters were paused in pauses that are over, by reason.",
)
OPEN: Final = Family(
    "queue_branch_open", "gauge", "1 while the branch is open according to its opening hours."
)
CHANGED: Final = Family(
    "queue_branch_state_changed_timestamp_seconds",
    "gauge",
    "When opening hours last opened or closed the branch. 0: not within the last 400 days.",
)
TARGET: Final = Family(
    "queue_goal_target_ratio", "gauge", "The share that has to be within the goal."
)
THRESHOLD: Final = Family(
    "queue_goal_threshold_seconds",
    "gauge",
    "Below how many seconds is within the goal. Absent for a goal without a threshold.",
)
VIDEO_LINES: Final = Family(
    "queue_video_lines_total",
    "counter",
    "Connections of a video counter that were connected, lost, and connected again, by its screen.",
)
REMINDERS: Final = Family(
    "queue_reminders_total",
    "counter",
    "Messages to citizens near their turn or called, by channel and by whether they were sent.",
)
BOOKING_LETTERS: Final = Family(
    "queue_booking_letters_total",
    "counter",
    "Letters about appointments, by channel and by whether they were sent.",
)
LIFELINE_CALLS: Final = Family(
    "queue_lifeline_calls_total",
    "counter",
    "Calls to a lifeline that no longer ring, by how that ended; withdrawn: before the limit.",
)
LIFELINE_JUDGED: Final = Family(
    "queue_lifeline_judged_total", "counter", "Calls to a lifeline that were not withdrawn."
)
LIFELINE_WITHIN: Final = Family(
    "queue_lifeline_within_total",
    "counter",
    "Of those, what was answered strictly below the lifeline's limit of that time.",
)
CONTACTS: Final = Family(
    "queue_contacts_total",
    "counter",
    "Contacts without a ticket. A contact that is taken back stays counted, see returned.",
)
CONTACTS_RETURNED: Final = Family(
    "queue_contacts_returned_total", "counter", "Contacts without a ticket that were taken back."
)
ALL_CONTACTS_TODAY: Final = Family(
    "queue_all_contacts_today",
    "gauge",
    "Today's inquiries and contacts without a ticket, as corrected. Not of practice branches.",
)
CONTACTS_SHARE: Final = Family(
    "queue_all_contacts_share_ratio",
    "gauge",
    "A branch's share of today's contacts of all counted branches. Absent while there are none.",
)
NEEDS_NOTED: Final = Family(
    "queue_visit_needs_total",
    "counter",
    "Needs that staff noted of visits. A need that is taken back stays counted.",
)
PRIORITISED: Final = Family(
    "queue_visits_prioritised_total",
    "counter",
    "Visits that staff let come before others, by reason. One that is put back stays counted.",
)
HELP_CALLS: Final = Family(
    "queue_help_calls_total",
    "counter",
    "Calls for help from kiosks that were answered or are over, by how that ended.",
)
HELP_JUDGED: Final = Family(
    "queue_help_judged_total", "counter", "Calls for help that were not withdrawn."
)
HELP_WITHIN: Final = Family(
    "queue_help_within_total", "counter", "Of those, what was answered strictly below two minutes."
)
PAPER: Final = Family(
    "queue_paper_visits_total",
    "counter",
    "Visits that had a number on paper, counted everywhere when they were entered afterwards.",
)
PAPER_REMOVED: Final = Family(
    "queue_paper_visits_removed_total",
    "counter",
    "Of those, what was entered wrongly and removed. It stays counted elsewhere, see returned.",
)
FORECAST_ARRIVALS: Final = Family(
    "queue_forecast_arrivals",
    "gauge",
    "Arrivals expected of a whole day, today or tomorrow. Absent if none are expected.",
)
FORECAST_COUNTERS: Final = Family(
    "queue_forecast_counters_needed",
    "gauge",
    "Counters that the waiting goal needs in the present hour. Absent without advice.",
)
FORECAST_HELD: Final = Family(
    "queue_forecast_held_ratio",
    "gauge",
    "Of the last days, twenty at most, the share whose arrivals were in the range expected.",
)
BOOKINGS_TODAY: Final = Family(
    "queue_bookings_today",
    "gauge",
    "Bookings that were booked, moved or cancelled today, or whose time of today is over.",
)
FREE_TIME: Final = Family(
    "queue_free_time_working_days",
    "gauge",
    "Working days to the nearest free time, looked up this morning. Absent if none was free.",
)
UP: Final = Family("queue_collector_up", "gauge", "1 if the store answered this scrape.")
DURATION: Final = Family(
    "queue_collector_duration_seconds", "gauge", "How long it took to answer this scrape."
)

OF_BRANCHES: Final = (
    ISSUED, ENDED, RETURNED, INQUIRIES, WITHIN, JUDGED, RETURNED_WITHIN, RETURNED_JUDGED,
    WITHIN_TODAY, JUDGED_TODAY, WAITING_TIME, HANDLING_TIME, ESTIMATES, WAITING, OLDEST, COUNTERS,
    PAUSES, PAUSES_RETURNED, PAUSED_SECONDS, INTERVENTIONS, OPEN, CHANGED, TARGET, THRESHOLD,
    VIDEO_LINES, REMINDERS, BOOKING_LETTERS, LIFELINE_CALLS, LIFELINE_JUDGED, LIFELINE_WITHIN,
    NEEDS_NOTED,
    PRIORITISED, HELP_CALLS, HELP_JUDGED, HELP_WITHIN, CONTACTS, CONTACTS_RETURNED, PAPER,
    PAPER_REMOVED, ALL_CONTACTS_TODAY, CONTACTS_SHARE, FORECAST_ARRIVALS, FORECAST_COUNTERS,
    FORECAST_HELD, BOOKINGS_TODAY, FREE_TIME,
)  # fmt: skip
