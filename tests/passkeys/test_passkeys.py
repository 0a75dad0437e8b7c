"""Passkeys below the pages: registered, used to log in and to confirm, and refused."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Final

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from redis import Redis

from queue_service.access.keys import passkeys_of
from queue_service.access.operations import access, accounts, logins
from queue_service.access.operations.attempts import Visitor
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import Account
from queue_service.access.rules.lifetimes import CONFIRMED_MS
from queue_service.access.store import AccessStore
from queue_service.errors import Forbidden, Invalid, NotFound, Unauthenticated
from queue_service.passkeys.operations import passkeys
from queue_service.passkeys.rules import CHALLENGE_MS, MOST_PASSKEYS
from queue_service.passkeys.store import PasskeyStore, challenge_key
from queue_service.runtime.relying_party import RelyingParty, relying_party
from queue_service.store.redis_store import RedisStore
from tests.passkeys.authenticator import PRESENT, VERIFIED, Authenticator, Key

HERE: Final = RelyingParty("queue.example", "https://queue.example")
THERE: Final = Visitor("192.0.2.1", sender="192.0.2.1")
ASKED: Final = "qsq_" + "a" * 43
OTHER: Final = "qsq_" + "b" * 43


@dataclass(frozen=True)
class Office:
    """Two accounts on a store, each with a login, and a device."""

    passkeys: PasskeyStore
    access: AccessStore
    redis: Redis
    admin: Account
    clerk: Account
    device: Authenticator

    def caller(self, account: Account) -> Caller:
        """The caller of a new login."""
        found = access.identify(self.access, logins.begin_session(self.access, account))
        assert found is not None
        return found.at("192.0.2.1")

    def register(self, caller: Caller, label: str = "") -> Key:
        """Add a passkey of the caller's account."""
        options = passkeys.ask_to_make(self.passkeys, self.access, HERE, caller, ASKED)
        answer = self.device.make(options)
        passkeys.register(
            self.passkeys, self.access, HERE, caller, ASKED, answer, label=label, kind="Edge"
        )
        return self.device.keys[-1]

    def log_in(
        self, answer: str | None = None, browser: str = ASKED, site: RelyingParty = HERE
    ) -> Account:
        """Log in by the device's newest passkey, or by this answer."""
        if answer is None:
            answer = self.device.answer(self.asked())
        return passkeys.answer_login(self.passkeys, self.access, site, browser, answer, THERE)

    def asked(self) -> str:
        """The options of a question to log in."""
        return passkeys.ask_anybody(self.passkeys, HERE, ASKED)

    def refused(self) -> None:
        """The answer of the newest passkey is refused, and nothing of it was changed."""
        before = self.redis.hgetall(passkeys_of(self.admin.id))
        with pytest.raises(Unauthenticated, match="not accepted"):
            self.log_in()
        assert self.redis.hgetall(passkeys_of(self.admin.id)) == before


@pytest.fixture
def office(redis_client: Redis) -> Office:
    store = RedisStore(redis_client)
    known = AccessStore(store)
    admin, clerk = (
        accounts.add_account(known, name, "correct horse", role, branch, now=1)
        for name, role, branch in (("chef", "admin", None), ("skranke", "clerk", "a"))
    )
    device = Authenticator(HERE.origin)
    return Office(PasskeyStore(store), known, redis_client, admin, clerk, device)


def test_a_passkey_logs_in_without_a_name(office: Office) -> None:
    caller = office.caller(office.admin)
    key = office.register(caller, "work  phone")
    (kept,) = passkeys.own_passkeys(office.passkeys, office.access, caller)
    assert (kept.number, kept.label, kept.browser, kept.used_at) == (1, "work phone", "Edge", 0)
    before = office.access.now()
    assert office.log_in() == office.admin
    (used,) = office.passkeys.of(office.admin.id)
    assert used.sign_count == key.count == 1
    assert before <= used.used_at <= office.access.now()
    assert replace(used, sign_count=0, used_at=0) == kept


def test_the_options_ask_for_a_verified_user_and_for_no_attestation(office: Office) -> None:
    key = office.register(office.caller(office.admin))
    again = json.loads(
        passkeys.ask_to_make(
            office.passkeys, office.access, HERE, office.caller(office.admin), ASKED
        )
    )
    chosen = again["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert again["attestation"] == "none"
    assert again["rp"]["id"] == "queue.example"
    assert again["timeout"] == CHALLENGE_MS
    (known,) = again["excludeCredentials"]
    assert known["id"] == json.loads(office.device.answer(office.asked(), key))["id"]
    question = json.loads(office.asked())
    assert question["userVerification"] == "required"
    assert question.get("allowCredentials", []) == []


def test_a_question_is_answered_once_within_five_minutes_and_by_its_browser(
    office: Office,
) -> None:
    office.register(office.caller(office.admin))
    answer = office.device.answer(office.asked())
    with pytest.raises(Unauthenticated, match="five minutes"):
        office.log_in(answer, OTHER)
    remaining = int(office.redis.pttl(challenge_key("login", ASKED)))
    assert CHALLENGE_MS - 60_000 < remaining <= CHALLENGE_MS
    assert office.log_in(answer) == office.admin
    with pytest.raises(Unauthenticated, match="five minutes"):
        office.log_in(answer)
    office.asked()  # another question does not take the answer to the first
    with pytest.raises(Unauthenticated, match="not accepted"):
        office.log_in(answer)


def test_a_passkey_of_another_site_is_refused(office: Office) -> None:
    office.register(office.caller(office.admin))
    office.device.origin = "https://queue.example.evil"
    office.refused()
    office.device.origin = HERE.origin
    office.device.keys[-1].rp_id = "example"
    office.refused()
    office.device.keys[-1].rp_id = HERE.id
    with pytest.raises(Unauthenticated, match="not accepted"):
        office.log_in(site=RelyingParty("other.example", "https://other.example"))
    assert office.log_in() == office.admin


@pytest.mark.parametrize("flags", [0, PRESENT, VERIFIED])
def test_an_unverified_user_is_refused(office: Office, flags: int) -> None:
    office.register(office.caller(office.admin))
    office.device.flags = flags
    office.refused()
    caller = office.caller(office.clerk)
    with pytest.raises(Invalid, match="checked"):
        office.register(caller)
    assert passkeys.own_passkeys(office.passkeys, office.access, caller) == []


def test_a_copied_passkey_is_found_by_its_counter(office: Office) -> None:
    key = office.register(office.caller(office.admin))
    office.log_in()
    key.count -= 1
    office.refused()
    assert office.log_in() == office.admin


def test_a_passkey_without_a_counter_goes_on_without(office: Office) -> None:
    office.device.counts = False
    office.register(office.caller(office.admin))
    assert [office.log_in() for _ in range(2)] == [office.admin] * 2


def test_a_signature_by_another_key_is_refused(office: Office) -> None:
    key = office.register(office.caller(office.admin))
    office.device.keys[-1] = replace(key, private=Key("", "").private)
    office.refused()


def test_an_account_is_not_opened_by_a_passkey_of_another(office: Office) -> None:
    office.register(office.caller(office.clerk))
    for user in (office.admin.id, "acc_0", "", "*"):
        office.device.keys[-1].user = user
        with pytest.raises(Unauthenticated, match="not accepted"):
            office.log_in()
    options = passkeys.ask_to_confirm(office.passkeys, HERE, office.caller(office.admin), ASKED)
    with pytest.raises(Unauthenticated, match="not accepted"):
        passkeys.answer_confirmation(
            *(office.passkeys, office.access, HERE, office.caller(office.admin), ASKED),
            *(office.device.answer(options), THERE),
        )


@examples(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_answer_is_refused_without_a_trace(office: Office, data: st.DataObject) -> None:
    """Whatever is changed in it, and in whatever part."""
    if not office.device.keys:
        office.register(office.caller(office.admin))
    answer = json.loads(office.device.answer(office.asked()))
    damage = st.one_of(st.none(), st.integers(), st.text(max_size=60), st.lists(st.integers()))
    where = data.draw(st.sampled_from([answer, answer["response"]]))
    name = data.draw(st.sampled_from(sorted(set(where) - {"clientExtensionResults"})))
    old = where[name]
    at, replaced = data.draw(st.integers(0, 999)), data.draw(damage)  # signatures differ in length
    if isinstance(old, str) and data.draw(st.booleans()):
        at = at * (len(old) - 1) // 1000
        where[name] = old[:at] + ("A" if old[at] != "A" else "B") + old[at + 1 :]
    else:
        where[name] = replaced
    if name == "userHandle" and where[name] in (None, old):
        return
    text = data.draw(st.sampled_from([json.dumps(answer), json.dumps(answer)[:-9], "[]", ""]))
    with pytest.raises(Unauthenticated, match="not accepted"):
        office.log_in(text)


@pytest.mark.parametrize("answer", ["", "{}", "null", "x" * 20_000, '{"id": 1}', "[" * 9_000])
def test_a_damaged_new_passkey_is_refused(office: Office, answer: str) -> None:
    caller = office.caller(office.admin)
    passkeys.ask_to_make(office.passkeys, office.access, HERE, caller, ASKED)
    with pytest.raises(Invalid, match="checked"):
        passkeys.register(office.passkeys, office.access, HERE, caller, ASKED, answer)
    assert passkeys.own_passkeys(office.passkeys, office.access, caller) == []


def test_a_new_passkey_is_of_the_login_that_asked(office: Office) -> None:
    admin, clerk = office.caller(office.admin), office.caller(office.clerk)
    made = office.device.make(
        passkeys.ask_to_make(office.passkeys, office.access, HERE, admin, ASKED)
    )
    with pytest.raises(Invalid, match="five minutes"):
        passkeys.register(office.passkeys, office.access, HERE, clerk, ASKED, made)
    token = Caller("a token", "admin")
    with pytest.raises(NotFound):
        passkeys.ask_to_make(office.passkeys, office.access, HERE, token, ASKED)


@pytest.mark.parametrize(
    ("label", "right"),
    [("", True), ("Æbleø-2", True), ("a" * 20, True), ("a" * 21, False), ("a_b", False),
     ("<b>", False), ("key 2026", True), ("01019", False), ("0-1 0-1a9", False),
     ("a\nb", True), ("é", False)],
)  # fmt: skip
def test_the_label_is_short_and_plain(office: Office, label: str, right: bool) -> None:
    caller = office.caller(office.admin)
    if right:
        office.register(caller, label)
    else:
        with pytest.raises(Invalid, match="letters"):
            office.register(caller, label)
    assert len(passkeys.own_passkeys(office.passkeys, office.access, caller)) == right


def test_an_account_has_ten_passkeys_at_most(office: Office) -> None:
    caller = office.caller(office.admin)
    for _ in range(MOST_PASSKEYS):
        office.register(caller)
    with pytest.raises(Invalid, match="at most 10"):
        office.register(caller)
    numbers = [
        each.number for each in passkeys.own_passkeys(office.passkeys, office.access, caller)
    ]
    assert numbers == [*range(1, MOST_PASSKEYS + 1)]
    first = office.passkeys.of(office.admin.id)[0]
    passkeys.remove_own(office.passkeys, caller, first.id)
    office.register(caller)
    assert office.passkeys.of(office.admin.id)[-1].number == MOST_PASSKEYS + 1


def test_an_administrator_is_asked_for_one_after_the_password(office: Office) -> None:
    for account in (office.admin, office.clerk):
        assert passkeys.due_after_password(office.passkeys, HERE, account) == []
        office.register(office.caller(account))
    asked = (office.passkeys, HERE, office.admin)
    due = passkeys.due_after_password(*asked)
    assert [each.account_name for each in due] == ["chef"]
    assert passkeys.due_after_password(office.passkeys, HERE, office.clerk) == []
    # At another address no browser could use it, so the password alone is enough.
    other = RelyingParty("other.example", "https://other.example")
    for site in (None, other):
        assert passkeys.due_after_password(office.passkeys, site, office.admin) == []
    options = passkeys.ask_after_password(*asked, due, ASKED)
    (allowed,) = json.loads(options)["allowCredentials"]
    admins, clerks = office.device.keys
    with pytest.raises(Unauthenticated, match="not accepted"):
        _second(office, office.device.answer(options, clerks))
    options = passkeys.ask_after_password(*asked, due, ASKED)
    answer = office.device.answer(options, admins)
    assert json.loads(answer)["id"] == allowed["id"]
    with pytest.raises(Unauthenticated, match="five minutes"):
        office.log_in(answer)  # as if no password had come before
    assert _second(office, answer) == office.admin


def test_a_password_that_was_changed_meanwhile_counts_no_longer(office: Office) -> None:
    office.register(office.caller(office.admin))
    due = passkeys.due_after_password(office.passkeys, HERE, office.admin)
    options = passkeys.ask_after_password(office.passkeys, HERE, office.admin, due, ASKED)
    accounts.set_password(office.access, "chef", "another horse")
    with pytest.raises(Unauthenticated, match="not accepted"):
        _second(office, office.device.answer(options))


def test_a_passkey_confirms_as_the_password_does(office: Office) -> None:
    caller = office.caller(office.clerk)
    office.register(caller)
    later = office.access.now() + CONFIRMED_MS
    assert not logins.is_confirmed(office.access, caller, now=later)
    options = passkeys.ask_to_confirm(office.passkeys, HERE, caller, ASKED)
    passkeys.answer_confirmation(
        *(office.passkeys, office.access, HERE, caller, ASKED),
        *(office.device.answer(options), THERE),
        now=later,
    )
    assert logins.is_confirmed(office.access, caller, now=later)


def test_passkeys_are_removed_by_their_owner_and_by_who_manages_the_account(
    office: Office,
) -> None:
    admin, clerk = office.caller(office.admin), office.caller(office.clerk)
    office.register(admin)
    office.register(clerk)
    office.register(clerk)
    (kept,) = office.passkeys.of(office.admin.id)
    passkeys.remove_own(office.passkeys, clerk, kept.id)  # somebody else's: no effect
    passkeys.remove_own(office.passkeys, admin, kept.id)
    assert office.passkeys.counts([office.admin.id, office.clerk.id]) == {
        office.admin.id: 0,
        office.clerk.id: 2,
    }
    elsewhere = Caller("x", "admin", "b")
    with pytest.raises(Forbidden):
        passkeys.remove_all(office.passkeys, office.access, "skranke", by=elsewhere)
    assert passkeys.remove_all(office.passkeys, office.access, "skranke", by=admin) == 2
    assert passkeys.remove_all(office.passkeys, office.access, "skranke") == 0
    with pytest.raises(NotFound):
        passkeys.remove_all(office.passkeys, office.access, "nobody")


def test_a_closed_account_leaves_no_passkeys(office: Office) -> None:
    office.register(office.caller(office.clerk))
    accounts.remove_account(office.access, "skranke")
    assert not office.redis.exists(passkeys_of(office.clerk.id))
    with pytest.raises(Unauthenticated):
        office.log_in()


def _second(office: Office, answer: str) -> Account:
    asked = (office.passkeys, office.access, HERE, ASKED, answer, THERE)
    return passkeys.answer_login(*asked, after_password=True)


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://queue.example.dk", ("queue.example.dk", "https://queue.example.dk")),
        ("https://Queue.Example.dk:443/", ("queue.example.dk", "https://queue.example.dk")),
        ("https://queue.example:8443/x", ("queue.example", "https://queue.example:8443")),
        ("https://kø.dk", ("xn--k-5ga.dk", "https://xn--k-5ga.dk")),
        ("http://localhost:8000", ("localhost", "http://localhost:8000")),
        ("http://queue.localhost", ("queue.localhost", "http://queue.localhost")),
        ("https://queue", ("queue", "https://queue")),
        ("http://queue.example.dk", None),
        ("http://mylocalhost", None),
        ("https://10.1.2.3", None),
        ("http://127.0.0.1:8000", None),
        ("https://[2001:db8::1]", None),
        ("", None),
    ],
)
def test_the_site_comes_from_the_public_address(address: str, site: tuple[str, str] | None) -> None:
    assert relying_party(address) == site
