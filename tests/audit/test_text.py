"""The details of an entry in the language of the reader; names stay as they are."""

from __future__ import annotations

import pytest

from queue_service.access.rules.sign_in_refusals import SENTENCES
from queue_service.audit.text import REASON_WORDS, detail_words
from queue_service.language.wording import Wording
from queue_service.store.audit_log import AuditEntry

ZONE = "Europe/Copenhagen"
DETAILS = {"role": "clerk", "until": "day", "active": "no", "counter": "day", "revision": "f00"}


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("da", [("Rolle", "Medarbejder"), ("Til", "dagen er slut"), ("Aktiv", "nej")]),
        ("en", [("Role", "Clerk"), ("Until", "the end of the day"), ("Active", "no")]),
    ],
)
def test_words_of_the_project_are_translated_and_names_are_not(
    language: str, shown: list[tuple[str, str]]
) -> None:
    entry = AuditEntry("account.added", "done", "machine", "", "", "", "", details=DETAILS)
    say = Wording(language)
    role, until, active = shown
    assert detail_words(entry, say, ZONE) == [role, until, (say("Counter"), "day"), active]


def detail(name: str, value: str) -> str:
    entry = AuditEntry("account.added", "done", "machine", "", "", "", "", details={name: value})
    ((_, shown),) = detail_words(entry, Wording("da"), ZONE)
    return shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("until", "opening", "den næste åbning"),
        ("until", "closing", "lukketid"),
        ("until", "time", "et bestemt klokkeslæt"),
        ("reason", "no_roles", "ingen rolle i kommunens konto"),
        ("since", "2026-09-02T22:27:05.677Z", "Torsdag den 3. september 2026, 0.27"),
        ("since", "2026-09-02", "2026-09-02"),
    ],
)
def test_ways_reasons_and_instants_are_shown_in_words(name: str, value: str, shown: str) -> None:
    assert detail(name, value) == shown


def test_each_reason_of_a_refused_login_has_words() -> None:
    assert set(REASON_WORDS) == set(SENTENCES)
    assert all(detail("reason", reason) != reason for reason in SENTENCES)
