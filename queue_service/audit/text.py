"""The audit log in words, for the page and its files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final, cast
from zoneinfo import ZoneInfo

from queue_service.access.rules.sign_in_refusals import RefusalReason
from queue_service.branches.rules.interventions import InterventionKind
from queue_service.configuration.text import part_words
from queue_service.contract.actions import Action, ActorKind
from queue_service.language.catalogues import N_
from queue_service.language.wording import Wording
from queue_service.store.audit_log import AuditEntry

ACTION_WORDS: Final[Mapping[Action, str]] = {
    "sign_in.accepted": N_("Logged in"),
    "sign_in.refused": N_("Login refused"),
    "sign_in.slowed": N_("Login has to wait after many failures"),
    "sign_in.pin_locked": N_("PIN locked after five wrong ones"),
    "sign_in.ended": N_("Logged out"),
    "access.refused": N_("Refused: the role or the branch does not allow it"),
    "account.added": N_("Login added"),
    "account.changed": N_("Role or branch of a login changed"),
    "account.removed": N_("Login closed"),
    "account.password_set": N_("Password of a login set"),
    "account.password_changed": N_("Own password changed"),
    "account.pin_set": N_("Own PIN set on a browser"),
    "account.pin_removed": N_("Own PIN removed from a browser"),
    "passkey.added": N_("Passkey added"),
    "passkey.removed": N_("Passkey removed"),
    "token.made": N_("Token made"),
    "token.revoked": N_("Token revoked"),
    "token.refused": N_("Token refused: it has ended"),
    "screen.link_made": N_("Link for a screen made"),
    "screen.set_up": N_("Screen set up"),
    "screen.paired": N_("Screen confirmed by its code"),
    "screen.revoked": N_("Access of a screen ended"),
    "screen.settings_opened": N_("Settings of a screen opened"),
    "screen.pin_set": N_("PIN of the displays set"),
    "screen.pin_removed": N_("PIN of the displays removed"),
    "screen.numbers_ended": N_("Numbers of a kiosk ended"),
    "screen.printer_chosen": N_("Printer of a kiosk chosen"),
    "screen.printer_removed": N_("Printer of a kiosk removed"),
    "branch.added": N_("Branch added"),
    "branch.removed": N_("Branch removed"),
    "branch.handed_over": N_("Bus handed over"),
    "branch.archived": N_("Branch archived"),
    "branch.unarchived": N_("Branch put into use again"),
    "branch.day_closed": N_("Day closed by hand"),
    "configuration.changed": N_("Configuration changed"),
    "configuration.restored": N_("Earlier configuration restored"),
    "intervention.begun": N_("Change for some hours begun"),
    "intervention.ended": N_("Change for some hours ended"),
    "booking.blocked": N_("Places of appointments blocked"),
    "booking.released": N_("Blocked places of appointments released"),
    "export.ordered": N_("File ordered"),
    "export.fetched": N_("File taken out"),
    "export.audit": N_("Audit log taken out"),
    "export.paper": N_("Paper of data protection taken out"),
    "webhook.added": N_("Webhook added"),
    "webhook.changed": N_("Webhook changed"),
    "webhook.secret_replaced": N_("Secret of a webhook replaced"),
    "webhook.removed": N_("Webhook removed"),
    "backup.made": N_("Backup made"),
    "backup.restored": N_("Backup restored"),
}

GROUP_WORDS: Final[Mapping[str, str]] = {
    "sign_in.*": N_("Logins"),
    "access.*": N_("Refusals"),
    "account.*": N_("People"),
    "passkey.*": N_("Passkeys"),
    "token.*": N_("Tokens"),
    "screen.*": N_("Screens"),
    "branch.*": N_("Branches"),
    "configuration.*": N_("Configuration"),
    "intervention.*": N_("Changes for some hours"),
    "booking.*": N_("Appointments"),
    "export.*": N_("Files"),
    "webhook.*": N_("Webhooks"),
    "backup.*": N_("Backups"),
}

DETAIL_WORDS: Final[Mapping[str, str]] = {
    "reason": N_("Reason"),
    "role": N_("Role"),
    "role_before": N_("Role before"),
    "branch_before": N_("Branch before"),
    "printer": N_("Printer"),
    "screen_address": N_("Address of the screen"),
    "browser": N_("Browser"),
    "since": N_("Since"),
    "numbers": N_("Numbers that ended"),
    "until": N_("Until"),
    "counter": N_("Counter"),
    "team": N_("Team"),
    "services": N_("Services"),
    "limit": N_("Limit"),
    "content": N_("Content"),
    "date": N_("Date"),
    "time": N_("Time"),
    "places": N_("Places"),
    "appointments": N_("Appointments"),
    "letters": N_("Letters sent"),
    "first": N_("First date"),
    "last": N_("Last date"),
    "branches": N_("Branches"),
    "host": N_("Host"),
    "active": N_("Active"),
    "way": N_("By"),
    "passkey": N_("Passkey"),
}
"""Details that a page shows, in their order; the others are for programs."""

_ROLE_WORDS: Final[Mapping[str, str]] = {
    "kiosk": N_("Kiosk"),
    "display": N_("Waiting-room display"),
    "clerk": N_("Clerk"),
    "supervisor": N_("Supervisor"),
    "admin": N_("Administrator"),
    "metrics": N_("Metrics"),
    "mobile": N_("Book bus"),
}
_VALUE_WORDS: Final[Mapping[tuple[str, str], str]] = {
    **{(name, role): _ROLE_WORDS[role] for name in ("role", "role_before") for role in _ROLE_WORDS},
    ("active", "yes"): N_("yes"),
    ("active", "no"): N_("no"),
    ("until", "day"): N_("the end of the day"),
    ("until", "time"): N_("a time of the day"),
    ("until", "closing"): N_("closing time"),
    ("until", "opening"): N_("the next opening"),
    ("way", "provider"): N_("the town’s account"),
    ("way", "pin"): N_("PIN"),
    ("way", "passkey"): N_("passkey"),
    ("way", "password_and_passkey"): N_("password and passkey"),
}

REASON_WORDS: Final[Mapping[RefusalReason, str]] = {
    "not_begun": N_("begun too long ago, in another browser, or used already"),
    "provider_refused": N_("the town’s sign-in stopped"),
    "provider_away": N_("the town’s sign-in did not answer"),
    "provider_document": N_("the town’s sign-in describes itself wrongly"),
    "client_refused": N_("the town’s sign-in does not know this service"),
    "code_refused": N_("the town’s sign-in did not accept its own answer"),
    "signature": N_("its answer is wrongly signed"),
    "other_token": N_("its answer is for another service or sign-in"),
    "clock": N_("the clocks differ"),
    "no_roles": N_("no role in the town’s account"),
    "overage": N_("too many groups in the town’s account"),
    "unknown_role": N_("an unknown role"),
    "unknown_branch": N_("an unknown branch"),
    "too_many_roles": N_("more than 30 roles"),
    "privileges": N_("the privileges cannot be read"),
    "other_authority": N_("privileges of another authority"),
    "no_proof": N_("no proof of a fresh login"),
    "other_person": N_("somebody else answered"),
}
"""Reasons for refused logins by the town’s accounts, shorter than the sentences to the person."""

KIND_WORDS: Final[Mapping[ActorKind, str]] = {
    "account": N_("Login"),
    "token": N_("Program"),
    "device": N_("Screen"),
    "machine": N_("The service"),
    "unknown": N_("Unknown"),
}

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_MACHINES: Final[Mapping[str, str]] = {
    "provider": N_("The town’s accounts"),
    "operator": N_("Operator at the machine"),
    "central-server": N_("Central server"),
}

INTERVENTION_WORDS: Final[Mapping[InterventionKind, str]] = {
    "lend_counter": N_("Lend a counter"),
    "open_counter": N_("Ask for a counter to be opened"),
    "pause_service": N_("Pause a service"),
    "cap_service": N_("Cap a service for today"),
    "announcement": N_("Announce something"),
    "not_today": N_("Say who is not reached today"),
    "carry_over": N_("Close for today, keep the queue"),
}


def detail_words(entry: AuditEntry, say: Wording, zone: str) -> list[tuple[str, str]]:
    """The details that a page shows, each with its value, in a language; instants by the clock of
    a zone."""
    return [
        (say(word), _value_words(name, value, say, zone))
        for name, word in DETAIL_WORDS.items()
        if (value := entry.details.get(name)) is not None
    ]


def _value_words(name: str, value: str, say: Wording, zone: str) -> str:
    if name == "reason":
        return say(REASON_WORDS.get(cast(RefusalReason, value), value))
    if _INSTANT.fullmatch(value):
        at = datetime.fromisoformat(value).astimezone(ZoneInfo(zone))
        instant = int(at.timestamp() * 1000)
        return f"{say.full_day(at.date().isoformat())}, {say.time_of_day(instant, zone)}"
    return say(_VALUE_WORDS[name, value]) if (name, value) in _VALUE_WORDS else value


def actor_word(entry: AuditEntry) -> str:
    """The name of the actor, or a text to translate if it has none."""
    if entry.kind == "machine":
        return _MACHINES.get(entry.by, KIND_WORDS["machine"])
    return entry.name or entry.by or KIND_WORDS[entry.kind]


def target_words(entry: AuditEntry, say: Wording) -> str:
    """The target in a language, as far as it is one of the project's own words."""
    if entry.action.startswith("intervention."):
        return say(INTERVENTION_WORDS.get(cast(InterventionKind, entry.target), entry.target))
    if entry.action.startswith("configuration."):
        return part_words(entry.target, say)
    # The label of a screen or webhook says more than its id; the actor's own name is there already.
    named = entry.details.get("label") or entry.details.get("name") or entry.target
    return "" if named == entry.name else named
