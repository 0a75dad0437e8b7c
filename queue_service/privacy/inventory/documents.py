"""The members of stored JSON documents, each named once more than in the code that writes it.

A new member of such a document is written here too, by somebody who has thought about what it
reveals of a person. A citizen has no name, no number and no free text in any of them, except
the addresses that they gave for messages, in ``reminders`` and in the contact of a booking.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.privacy.rules.stored_key import MARK, OWN_TEXT, Form, Json, document, within

_INQUIRY: Final = (
    "service outcome started_at running_since handled_ms completed_at counter team"
    " judged judged.* judged_parked judged_parked.*"
)
_QUEUED: Final = (
    "until place head_start_ms waited_ms queued_at held_until not_before away estimate"
    " booked_head_start_ms"
)
_VISIT: Final = " ".join(
    (
        "id number date state channel language issued_service issued_at place queued_at priority",
        "head_start_ms ahead counters_open counters_busy estimate waited_ms walked_ms held_until",
        "bound first_called_at called_at called_to recalled_at recalls started_at ended_at counter",
        "team judged judged.* stamp resumed_at stays issued_by silent for_team needs",
        "priority_reason closed carried_to source entered_at not_before away booked_for",
        "booked_head_start_ms",
        within("inquiries", _INQUIRY),
        within("errands", "service people"),
        within("earlier", _QUEUED),
    )
)
VISIT: Final = document(_VISIT)
_HELP_CALL: Final = "id date state taken_at ended_at kiosk place language called_at"
HELP_CALL: Final = document(_HELP_CALL)
_LIFELINE_CALL: Final = (
    "id date state taken_at ended_at lifeline branch counter number service visit rang_at"
    " within_ms hour place stamp acknowledged_at"
)
LIFELINE_CALL: Final = document(_LIFELINE_CALL)
_REFERRAL: Final = (
    "id number date service sender lifeline category day sent_at completed_at visit inquiry state"
    " accepted_at ended_at reason solvable settled settled_at onward"
)
REFERRAL: Final = document(_REFERRAL)
BOOKING: Final = document(
    "code service starts_at ends_at language channel state created_at booked_at held_until owner"
    " sequence earlier visit moved_from reminded_at displaced_at refused",
    within("contact", "mail text"),
    within("offered", "starts_at ends_at until"),
)
BOOKING_LETTER: Final = document(
    "reason code service starts_at ends_at language sequence at until tries begun_at next_at",
    within("contact", "mail text"),
)
EVENT: Final = document(
    "at id number service state counter language recalls silent private was left source date team",
    "reason revision from hall lifeline desk place sender receiver code starts_at channel was",
    "offered until places by",
    within("why", "queue place head_start_seconds chosen booked_for booked_head_start_seconds"),
)
NOTE: Final = "id date kind text at texts texts.*"
NOTES: Final = document(NOTE)
_INTERVENTION: Final = (
    "id kind date begins ends until asked_by counter team services limit texts texts.* screens"
    " numbers numbers.* ended_at"
)
_HOURS: Final = "hours hours.*"
CONFIGURATION: Final = document(
    "name timezone languages opening_hours opening_hours.* unsure_service no_show_after_seconds",
    "return_window_seconds priority_head_start_seconds retention_days historic practice archived",
    "outcomes_known help_button feedback_on_slip paper_numbers public_page street_address",
    "pause_limit_seconds quiet_hours quiet_hours.*",
    within("hours_exceptions", "date hours note note.*"),
    within("quiet_exceptions", "date hours"),
    within(
        "services",
        f"id name name.* prefix active kle kind private pictogram asks_people collects {_HOURS}"
        " description description.*",
    ),
    within(
        "counters",
        "id name name.* services video video.telephone accessible kind entrance",
    ),
    within("teams", "id name name.* services"),
    within("goals", f"id indicator threshold_seconds target_ratio services {_HOURS}"),
    within(
        "lifelines",
        f"id name name.* telephone {_HOURS} services answer_within_seconds target_ratio",
    ),
    within("stops", f"id name name.* {_HOURS}"),
    "bookings bookings.head_start_seconds bookings.early_seconds bookings.late_seconds",
    "bookings.hold_seconds",
    within(
        "bookings.offers",
        "service week week.* exceptions exceptions.date exceptions.hours length_minutes"
        " buffer_minutes at_once walk_in_percent same_day_percent days_ahead notice_minutes",
    ),
    within("pause_reasons", "id name name.*"),
)
CONFIG_FIELDS: Final[Mapping[str, Form]] = {
    "revision": MARK,
    "document": CONFIGURATION,
    "closed_at": MARK,
    "elsewhere": MARK,
    "home": OWN_TEXT,
    "taken_over": MARK,
    "sample_until": MARK,
    "interventions": document(_INTERVENTION),
    "closures": Json(),
    "removing": MARK,
    "playbook": MARK,
    "opening": MARK,
    "swept_at": MARK,
    "resumed_at": MARK,
}
PRINTER: Final = document("host port path speed flow paper")
SOUND: Final = document("sound voices voices.* by_server")
AUDIT_ENTRY: Final = document(
    "action result kind by name role address branch target details details.* id"
)
_ALERT: Final = (
    "id raised_at longest_ms acknowledged_at gone_at resolved_at told sent sent.* sent_at"
    " finding finding.cause finding.cause.kind finding.cause.goal finding.since finding.service"
    " finding.waiting finding.judged finding.within finding.target"
    " finding.cause.kiosk finding.hour finding.hour.label finding.hour.issued finding.hour.usual"
    " present present.open_counters present.counters present.waiting present.since"
)
ALERT: Final = document(_ALERT)
OPEN_ALERTS: Final = document(within("alerts", _ALERT), "holds holds.* told told.*")
SUBSCRIPTION: Final = document(
    "id owner kinds wait_minutes channel target language created_at all_clear secret"
)
DELIVERY: Final = document(
    "id event subscription channel created_at tries round error dead_at", within("alert", _ALERT)
)
READER: Final = document("id owner address kinds language since")
READER_ANSWER: Final = document("id hint kinds language since")
FILE: Final = document(
    "id state content from to format language branches name requested_at done of size problem",
    "kept_until",
)
ANSWER: Final = document(_VISIT, _HELP_CALL, _LIFELINE_CALL, _REFERRAL, _ALERT, _INTERVENTION, NOTE)
"""The first answer to a request; the visit of a video call is in it as at a counter."""
