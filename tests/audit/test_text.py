"""The details of an entry in the language of the reader; names stay as they are."""

from __future__ import annotations

import pytest

from queue_service.audit.text import detail_words
from queue_service.language.wording import Wording
from queue_service.store.audit_log import AuditEntry

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
    assert detail_words(entry, say) == [role, until, (say("Counter"), "day"), active]
