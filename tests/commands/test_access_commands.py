"""`queue-service token`, `user` and `enrol`, as they are typed."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from redis import Redis

from queue_service import sample
from queue_service.access.operations import access, accounts, pairing
from queue_service.access.operations.attempts import Visitor
from queue_service.access.rules.caller import Caller
from queue_service.access.store import AccessStore
from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.cli import main
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.language.wording import date_and_time
from queue_service.passkeys.rules import Passkey
from queue_service.passkeys.store import PasskeyStore
from queue_service.printers.rules.printer import NetworkPrinter
from queue_service.printers.store import PrinterStore
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.visits.operations import issuing
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import document

LIBRARY = "biblioteket"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, settings: Settings, redis_client: Redis) -> AccessStore:
    """The store of credentials; the command finds it, with one branch."""
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    redis_store = RedisStore(redis_client)
    put_branch(Queue(redis_store), LIBRARY, sample.documents()[LIBRARY])
    return AccessStore(redis_store)


def test_a_token_is_all_that_a_script_reads_and_a_person_sees_what_it_is(
    store: AccessStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["token", "create", "--role", "kiosk", "--branch", LIBRARY]) == 0
    printed = capsys.readouterr()
    (token,) = store.tokens()
    until = date_and_time(token.expires_at, "UTC")
    message = f"A token of role kiosk, for biblioteket, until {until} UTC, shown only this once:\n"
    assert printed.err == message
    caller = access.identify(store, printed.out.removesuffix("\n"))
    assert caller == Caller(store.tokens()[0].id, "kiosk", LIBRARY)


@pytest.mark.parametrize("named_by", ["id", "secret"])
def test_a_token_is_revoked_by_its_id_or_itself(
    store: AccessStore, capsys: pytest.CaptureFixture[str], named_by: str
) -> None:
    token, secret = access.create_token(store, "metrics", None, now=1, label="Prometheus")
    assert main(["token", "list"]) == 0
    listed = capsys.readouterr().out
    assert token.id in listed
    assert "made (UTC)" in listed.splitlines()[0]
    assert "Prometheus" in listed
    assert secret not in listed
    assert main(["token", "revoke", token.id if named_by == "id" else secret]) == 0
    assert store.tokens() == []


def test_the_numbers_of_a_kiosk_end_with_its_token(
    store: AccessStore, redis_client: Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    queue = Queue(RedisStore(redis_client))
    kiosk, _ = access.create_token(store, "kiosk", LIBRARY, now=store.now())
    always = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
    put_branch(queue, LIBRARY, document(opening_hours=always))
    issuing.issue(queue, Command(LIBRARY, kiosk.caller()), "pas")
    assert main(["token", "revoke", kiosk.id, "--end-numbers", "5"]) == 0
    assert capsys.readouterr().out == "Numbers that have ended: 1.\n"
    assert queue.get(VisitStore).open_visits(LIBRARY) == []


def test_a_revoked_kiosk_has_no_printer(store: AccessStore, redis_client: Redis) -> None:
    printers = Queue(RedisStore(redis_client)).get(PrinterStore)
    kiosks = [access.create_token(store, "kiosk", LIBRARY, now=1)[0].id for _ in range(2)]
    for kiosk in kiosks:
        printers.set(LIBRARY, kiosk, NetworkPrinter("127.0.0.1", 9100, "80"))
    assert main(["token", "revoke", kiosks[0]]) == 0
    assert list(printers.all(LIBRARY)) == kiosks[1:]


def test_a_password_is_read_from_standard_input(
    store: AccessStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long password\n"))
    assert main(["user", "add", "skranke", "--role", "clerk", "--branch", LIBRARY]) == 0
    assert capsys.readouterr().out == "", "nothing is told that is known already"
    accounts.log_in(store, "skranke", "a long password", Visitor(""))


@pytest.mark.parametrize("more", [[], ["--generate"]], ids=["empty input", "asked for"])
def test_a_password_that_is_not_given_is_generated_and_printed(
    store: AccessStore,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: list[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["user", "add", "chef", "--role", "admin", *more]) == 0
    printed = capsys.readouterr()
    assert printed.err == "The password of chef, shown only this once:\n"
    first = printed.out.strip()
    assert main(["user", "password", "chef", *more]) == 0
    second = capsys.readouterr().out.strip()
    assert first != second
    accounts.log_in(store, "chef", second, Visitor(""))


def test_accounts_are_listed_and_closed(
    store: AccessStore, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts.add_account(store, "skranke", "a long password", "clerk", None, now=1)
    assert main(["user", "list"]) == 0
    assert "skranke" in capsys.readouterr().out
    assert main(["user", "remove", "skranke"]) == 0
    assert store.accounts() == []


def test_a_link_is_printed_for_the_screen(
    store: AccessStore, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["enrol", "display", "--branch", LIBRARY, "--address", "https://queue.example/"]
    assert main(given) == 0
    address, _, code = capsys.readouterr().out.strip().rpartition("/")
    assert address == "https://queue.example/enrol"
    assert access.enrol(store, code, now=store.now())[0].role == "display"


def test_six_letters_are_printed_next_to_the_link(
    store: AccessStore, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["enrol", "feedback", "--branch", LIBRARY, "--address", "https://queue.example/"]
    assert main(given) == 0
    printed = capsys.readouterr().err
    assert "https://queue.example/pair" in printed
    letters = printed.partition(" and type ")[2].partition(".")[0]
    visitor = Visitor("10.0.0.5")
    enrolled, _ = pairing.enrol_by_letters(store, letters, visitor, now=store.now())
    assert (enrolled.role, enrolled.feedback) == ("kiosk", True)


def test_a_link_is_printed_for_the_screen_of_a_video_counter(
    store: AccessStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["enrol", "kiosk", "--branch", LIBRARY, "--counter", "screen-1"]) == 0
    code = capsys.readouterr().out.strip().rpartition("/")[2]
    assert access.enrol(store, code, now=store.now())[0].counter == "screen-1"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (["token", "revoke", "nothing"], "No token has this id"),
        (["token", "create", "--role", "kiosk", "--branch", "nowhere"], "There is no branch"),
        (["user", "password", "nobody", "--generate"], "No account has this name"),
        (["user", "add", "two words", "--role", "clerk", "--generate"], "Correct name"),
        (
            ["user", "add", "chef", "--role", "admin", "--branch", "nowhere", "--generate"],
            "There is no branch",
        ),
        (["enrol", "kiosk", "--branch", "nowhere"], "There is no branch"),
        (["enrol", "kiosk", "--branch", LIBRARY, "--counter", "1"], "1 is no counter served by"),
        (["enrol", "display", "--branch", LIBRARY, "--counter", "1"], "is set up as a kiosk"),
    ],
)
def test_an_impossible_command_prints_one_sentence(
    store: AccessStore, capsys: pytest.CaptureFixture[str], typed: list[str], message: str
) -> None:
    assert main(typed) == 1
    assert message in capsys.readouterr().err
    assert (store.tokens(), store.accounts()) == ([], [])


def test_roles_are_added_and_taken_away_and_passkeys_removed(
    store: AccessStore, redis_client: Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    account = accounts.add_account(store, "anna", "correct horse", "clerk", LIBRARY, now=1)
    assert main(["user", "add-role", "anna", "--role", "supervisor"]) == 0
    assert main(["user", "add-role", "anna", "--role", "clerk", "--branch", "nowhere"]) == 1
    assert "nowhere" in capsys.readouterr().err
    assert main(["user", "role", "anna", "--role", "supervisor", "--branch", LIBRARY]) == 0
    assert main(["user", "list"]) == 0
    listed = capsys.readouterr().out
    assert [line.split() for line in listed.splitlines()[1:]] == [
        ["anna", "supervisor", LIBRARY],
        ["supervisor", "(all)"],
    ]
    assert main(["user", "remove-role", "anna", "--role", "supervisor"]) == 0
    changed = store.account("anna")
    assert changed is not None
    assert changed.grants == (("supervisor", LIBRARY),)
    passkey = Passkey("cred", "key", "anna", "queue.example", 1, 1)
    assert Queue(RedisStore(redis_client)).get(PasskeyStore).replace(account.id, None, passkey)
    capsys.readouterr()
    assert main(["user", "end-logins", "anna"]) == 0
    ended = store.account("anna")
    assert ended == replace(changed, version=changed.version + 1)
    assert main(["user", "remove-passkeys", "anna"]) == 0
    assert capsys.readouterr().out == "1 removed\n"
    assert main(["user", "remove-passkeys", "nobody"]) == 1
