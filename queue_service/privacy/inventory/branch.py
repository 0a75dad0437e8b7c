"""The stored keys of a branch: its visits, its counters, its figures and its configuration."""

from __future__ import annotations

from typing import Final

from queue_service.alerts.keys import AlertKeys
from queue_service.bookings.keys import BookingKeys
from queue_service.lifeline.keys import LifelineKeys
from queue_service.privacy.inventory import documents as has
from queue_service.privacy.rules.stored_key import (
    ANY,
    FIGURES,
    MARK,
    NUMBER,
    OWN_TEXT,
    Spelling,
    StoredKey,
    document,
    hash_of,
    list_of,
    sorted_set,
    stream,
    string,
)
from queue_service.reception.keys import ReceptionKeys
from queue_service.referrals.keys import ReferralKeys
from queue_service.reports.keys import ReportKeys
from queue_service.store.keys import BranchKeys

_K: Final = BranchKeys(ANY)
_LIFELINE: Final = LifelineKeys(ANY)
_REFERRAL: Final = ReferralKeys(ANY)
_HELP: Final = ReceptionKeys(ANY)
_REPORT: Final = ReportKeys(ANY)
_ALERT: Final = AlertKeys(ANY)
_BOOKING: Final = BookingKeys(ANY)

_BEING_MADE: Final = Spelling(r"making [0-9a-f]+")
_HASH: Final = Spelling(r"\$argon2id\$[!-~]+")
_LISTENER: Final = Spelling(r"[A-Za-z0-9_:.-]+ [a-z0-9_-]*")
_COUNTER: Final = Spelling(
    r"[!-~]*\n[0-9]+\n[a-z0-9_-]+\n[^\n]*\n[a-z|0-9_-]*\n[a-z0-9_-]*\n[\s\S]*"
)
"""The answer of a counter that is opened or closed, with the counter's name."""
_MEMO: Final = f"{_K.prefix}memo:{ANY}"
"""The name of :meth:`BranchKeys.idempotency` ends in a digest."""

_VISITS: Final = (
    string(_K.visit(ANY), "visits", has.VISIT),
    sorted_set(_K.queue(ANY), "visits"),
    sorted_set(_K.since(ANY), "visits"),
    hash_of(_K.holds, "visits", {ANY: MARK}),
    hash_of(_K.offers, "visits", {ANY: MARK}),
    hash_of(_K.parked, "visits", {ANY: MARK}),
    hash_of(_K.open_numbers, "visits", {ANY: MARK}),
    list_of(_K.index(ANY), "visits"),
    sorted_set(_K.calls, "visits"),
    sorted_set(_K.missed, "visits"),
    hash_of(_K.busy_counters, "visits", {ANY: MARK}),
    hash_of(_K.paper(ANY), "visits", {ANY: MARK}),
    hash_of(_K.mobile_sent, "visits", {ANY: FIGURES}),
    hash_of(_K.mobile_twice, "visits", {ANY: document("*", "*.number", "*.version *.version.**")}),
    hash_of(_K.mobile_parts(ANY), "visits", {ANY: OWN_TEXT}),
    string(_K.follow_code(ANY), "followed"),
    hash_of(_K.reminders, "messages", {ANY: document("channel to place begun")}),
    string(_K.feedback_code(ANY), "codes"),
    string(_K.contact(ANY), "contacts", FIGURES),
    string(_HELP.call(ANY), "help", has.HELP_CALL),
    string(_LIFELINE.call(ANY), "lifeline", has.LIFELINE_CALL),
    string(_REFERRAL.document(ANY), "referrals", has.REFERRAL),
    sorted_set(_REFERRAL.received, "referrals"),
    hash_of(_REFERRAL.sent, "referrals", {ANY: MARK}),
    stream(_K.video_messages(ANY), "video", {"visit": MARK, "party": MARK, "message": OWN_TEXT}),
    string(_K.video_clerk(ANY), "video"),
    string(_MEMO, "repeats", has.ANSWER, _COUNTER, has.FILE, has.READER_ANSWER),
    stream(_K.events, "events", {"event": MARK, "data": has.EVENT}),
)

_BOOKINGS: Final = (
    string(_BOOKING.booking(ANY), "bookings", has.BOOKING),
    sorted_set(_BOOKING.by_time, "bookings"),
    sorted_set(_BOOKING.holds, "bookings"),
    sorted_set(_BOOKING.earlier, "bookings"),
    sorted_set(_K.coming, "bookings"),
    hash_of(_K.arriving, "bookings", {ANY: MARK}),
    string(_BOOKING.owner(ANY), "bookings"),
    hash_of(_BOOKING.letters, "bookings", {ANY: has.BOOKING_LETTER}),
    hash_of(_BOOKING.places, "figures", {ANY: NUMBER}),
    hash_of(_BOOKING.blocked, "figures", {ANY: NUMBER}),
    string(_BOOKING.changes, "operation", NUMBER),
    string(_BOOKING.settled, "operation", MARK),
    string(_BOOKING.wrong_codes(ANY), "addresses", NUMBER),
    string(_BOOKING.rate(ANY), "addresses", NUMBER),
)

_COUNTERS: Final = (
    hash_of(_K.open_counters, "operation", {ANY: MARK}),
    hash_of(_K.free_counters, "operation", {ANY: NUMBER}),
    hash_of(_K.paused_counters, "operation", {ANY: MARK}),
    hash_of(_K.counters_last_seen, "operation", {ANY: NUMBER}),
    sorted_set(_K.shifts, "operation"),
    sorted_set(_HELP.open_calls, "operation"),
    sorted_set(_HELP.listeners, "operation", _LISTENER),
    string(_HELP.made(ANY), "operation", NUMBER),
    sorted_set(_LIFELINE.open_calls, "operation"),
    sorted_set(_LIFELINE.missed_calls, "operation"),
    hash_of(_LIFELINE.places, "operation", {ANY: MARK}),
    hash_of(_LIFELINE.asking, "operation", {ANY: MARK}),
    string(_K.rate(ANY), "operation", NUMBER),
    string(_K.feedback_codes(ANY), "operation", NUMBER),
    string(_K.feedback_terminal(ANY), "operation"),
    string(_K.saved_terminal(ANY), "operation"),
    string(_K.feedback_wrong_codes(ANY), "addresses", NUMBER),
    string(_K.follow_wrong_codes(ANY), "addresses", NUMBER),
    string(_K.video_sent(ANY, ANY), "operation", NUMBER),
    string(_K.printing(ANY), "operation"),
    string(_K.paper_sheets, "operation", NUMBER),
    hash_of(_K.mobile, "operation", {ANY: OWN_TEXT}),
    hash_of(_K.mobile_days, "operation", {ANY: MARK}),
    sorted_set(_K.mobile_packages, "operation"),
)

_SCREENS: Final = (
    hash_of(_K.devices, "screens", {ANY: NUMBER}),
    hash_of(_K.sounds, "screens", {ANY: has.SOUND}),
    hash_of(_K.releases, "screens", {ANY: MARK}),
    string(_K.displays_pin, "screens", _HASH),
    hash_of(_K.printers, "screens", {ANY: has.PRINTER}),
    hash_of(_K.printer_states, "screens", {ANY: MARK}),
)

_FIGURES: Final = (
    hash_of(_K.numbers(ANY), "figures", {ANY: MARK}),
    hash_of(_K.day(ANY), "figures", {ANY: NUMBER}),
    string(_K.summary(ANY), "figures", FIGURES, _BEING_MADE),
    string(_K.final(ANY), "figures", FIGURES),
    string(_K.month(ANY), "figures", FIGURES),
    string(_K.service_month(ANY), "figures", FIGURES),
    sorted_set(_K.days, "figures"),
    string(_K.packed_until, "figures"),
    hash_of(_K.totals, "figures", {ANY: NUMBER}),
    hash_of(_K.feedback(ANY), "figures", {ANY: NUMBER}),
    hash_of(_K.booking_day(ANY), "figures", {ANY: NUMBER}),
    hash_of(_K.saved(ANY), "figures", {ANY: NUMBER}),
    hash_of(_K.contacts(ANY), "figures", {ANY: NUMBER}),
    hash_of(_K.reception(ANY), "figures", {ANY: NUMBER}),
    hash_of(_LIFELINE.day(ANY), "figures", {ANY: NUMBER}),
    hash_of(_REFERRAL.day(ANY), "figures", {ANY: NUMBER}),
    hash_of(_K.mobile_counts, "figures", {ANY: FIGURES}),
    hash_of(_K.waits, "figures", {ANY: MARK}),
    hash_of(_K.estimates, "figures", {ANY: MARK}),
    hash_of(_K.regression, "figures", {ANY: FIGURES}),
    hash_of(_K.regression_by_name, "figures", {ANY: FIGURES}),
    string(_K.fitted, "figures", FIGURES),
    hash_of(_K.staffing, "figures", {"basis": OWN_TEXT, "advice": FIGURES, "figures": FIGURES}),
    hash_of(_K.forecasts, "figures", {ANY: FIGURES}),
    string(_K.pace, "figures", FIGURES),
    list_of(_K.goals, "figures", OWN_TEXT),
    hash_of(_REPORT.reports, "figures", {ANY: OWN_TEXT}),
    hash_of(_K.chart(ANY), "files", {"spec": OWN_TEXT, "svg": OWN_TEXT}),
)

_CONFIGURATION: Final = (
    hash_of(_K.config, "configuration", has.CONFIG_FIELDS),
    hash_of(_K.names, "configuration", {ANY: OWN_TEXT}),
    hash_of(_K.notes, "configuration", {ANY: has.NOTES}),
    stream(
        _K.revisions,
        "audit",
        {"revision": MARK, "document": has.CONFIGURATION, "entry": has.AUDIT_ENTRY},
    ),
)

_ALERTS: Final = (
    string(_ALERT.open_alerts, "alerts", has.OPEN_ALERTS),
    list_of(_ALERT.history, "alerts", has.ALERT),
    hash_of(_ALERT.subscriptions, "subscriptions", {ANY: has.SUBSCRIPTION}),
    hash_of(_ALERT.outbox, "subscriptions", {ANY: has.DELIVERY}),
    string(_ALERT.tests(ANY), "operation", NUMBER),
    string(_ALERT.sending(ANY), "operation"),
    hash_of(_REPORT.readers, "readers", {ANY: has.READER}),
    hash_of(_REPORT.letters(ANY), "readers", {ANY: MARK}),
)

BRANCH_KEYS: Final[tuple[StoredKey, ...]] = (
    *_VISITS, *_BOOKINGS, *_COUNTERS, *_SCREENS, *_FIGURES, *_CONFIGURATION, *_ALERTS,
)  # fmt: skip
