"""Accounts of the town's: made, renewed, and removed once they are not used any more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_service.access.operations import accounts, provider_accounts
from queue_service.access.rules.caller import Grant
from queue_service.access.rules.credentials import Account
from queue_service.access.rules.lifetimes import UNUSED_ACCOUNT_MS
from queue_service.access.store import AccessStore
from queue_service.command import Queue
from queue_service.errors import PreconditionFailed
from queue_service.store.audit_log import AuditEntry

SUBJECT = provider_accounts.subject_of("https://login.example.dk", "person-1")
CLERK, ADMIN = Grant("clerk", "biblioteket"), Grant("admin", None)
DAY = 24 * 3600 * 1000
NOW = 1_795_604_400_000


def renewed(store: AccessStore, *grants: Grant, name: str = "annk", now: int = NOW) -> Account:
    return provider_accounts.renewed(store, SUBJECT, name, grants, now=now)


def test_each_issuer_and_subject_has_a_digest_of_its_own() -> None:
    others = {
        provider_accounts.subject_of(issuer, subject)
        for issuer in ("https://a.dk", "https://a.dk/b")
        for subject in ("1", "2")
    }
    assert len(others | {SUBJECT}) == 5


def test_the_day_of_the_last_login_is_written_once_a_day(store: AccessStore) -> None:
    made = renewed(store, CLERK)
    assert (made.used_at, made.created_at) == (NOW, NOW)
    assert renewed(store, CLERK, now=NOW + DAY - 1).used_at == NOW
    later = renewed(store, CLERK, now=NOW + DAY)
    assert (later.used_at, later.version) == (NOW + DAY, made.version)
    changed = renewed(store, ADMIN, CLERK, now=NOW + DAY + 1)
    assert (changed.used_at, changed.version) == (NOW + DAY + 1, made.version + 1)
    # The order of roles is none of a change.
    assert renewed(store, CLERK, ADMIN, now=NOW + DAY + 2).version == changed.version
    assert store.account("annk@sso") == changed


def test_an_account_that_is_not_used_is_removed(store: AccessStore) -> None:
    renewed(store, CLERK)
    accounts.add_account(store, "chef", "correct horse battery", "admin", None, now=0)
    provider_accounts.expire(store, NOW + UNUSED_ACCOUNT_MS - 1)
    assert provider_accounts.find(store, SUBJECT) is not None
    provider_accounts.expire(store, NOW + UNUSED_ACCOUNT_MS)
    assert provider_accounts.find(store, SUBJECT) is None
    assert [each.name for each in store.accounts()] == ["chef"]
    assert renewed(store, CLERK, now=NOW + UNUSED_ACCOUNT_MS).name == "annk@sso"


class Racing(AccessStore):
    """A store in which somebody else changes an account before each change."""

    rounds = 0

    def change_account(
        self, before: Account, after: Account | None, entry: AuditEntry | None = None
    ) -> bool:
        """Change it after somebody else did."""
        if self.rounds:
            self.rounds -= 1
            assert super().change_account(before, replace(before, version=before.version + 1))
        return super().change_account(before, after, entry)


def test_a_change_of_the_same_moment_is_made_again(queue: Queue) -> None:
    store = Racing(queue.store)
    renewed(store, CLERK)
    store.rounds = 3
    assert renewed(store, ADMIN).grants == (ADMIN,)
    store.rounds = 2
    before = provider_accounts.find(store, SUBJECT)
    assert before is not None
    provider_accounts.end_logins(store, before)
    after = provider_accounts.find(store, SUBJECT)
    assert after is not None
    assert after.version == before.version + 3
    store.rounds = 100
    with pytest.raises(PreconditionFailed):
        renewed(store, CLERK)


def test_the_end_of_the_logins_of_a_removed_account_is_none(store: AccessStore) -> None:
    account = renewed(store, CLERK)
    accounts.remove_account(store, account.name)
    provider_accounts.end_logins(store, account)
    assert provider_accounts.find(store, SUBJECT) is None
