"""Valid names, passwords, labels and roles, and the caller of a request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final, cast

import pytest

from queue_service.access.rules.browsers import browser_kind
from queue_service.access.rules.caller import Caller, Grant, Role
from queue_service.access.rules.credentials import (
    ACCOUNT_ROLES,
    LABEL_MAX,
    Account,
    Session,
    TokenRecord,
    checked_account_name,
    checked_binding,
    checked_branch,
    checked_label,
    checked_role,
    credential_id,
    csrf_token,
    digest,
    must_manage,
)
from queue_service.errors import Forbidden, Invalid

DIGEST: Final = hashlib.sha256(b"secret").hexdigest()


def test_a_secret_is_kept_as_its_digest_and_shown_as_its_beginning() -> None:
    assert digest("secret") == DIGEST
    assert len(digest("\ud800")) == 64, "a half of a pair is no reason to fail"
    assert credential_id(DIGEST) == DIGEST[:16]
    assert csrf_token("secret") == hashlib.sha256(b"csrf:secret").hexdigest()


def test_the_caller_of_a_token_and_of_a_session() -> None:
    token = TokenRecord(DIGEST, "kiosk", "bib", 5, counter="2")
    assert token.caller() == Caller(DIGEST[:16], "kiosk", "bib", None, "2")
    account = Account("a1", "skranke", "clerk", "bib", "hash", 5, version=3)
    session = Session(DIGEST, "skranke", "a1", 3)
    assert session.caller(account) == Caller("a1", "clerk", "bib", DIGEST[:16])
    for gone in (None, Account("a2", "skranke", "clerk", "bib", "hash", 5, version=3),
                 Account("a1", "skranke", "clerk", "bib", "hash", 5, version=4)):  # fmt: skip
        assert session.caller(gone) is None


@pytest.mark.parametrize(
    ("caller", "counter", "branch", "may"),
    [
        (Caller("c", "kiosk"), "1", "bib", (True, True)),
        (Caller("c", "kiosk", "bib", counter="1"), "1", "bib", (True, True)),
        (Caller("c", "kiosk", "bib", counter="1"), "2", "raadhuset", (False, False)),
        (Caller("c", "kiosk", "bib", counter="1"), None, "bib", (True, True)),
    ],
)
def test_a_caller_may_be_bound(
    caller: Caller, counter: str | None, branch: str, may: tuple[bool, bool]
) -> None:
    assert (caller.may_open(counter), caller.may_see(branch)) == may


NAME: Final = "Use 1 to 64 of small letters a to z, digits, dot, hyphen and underscore."


@pytest.mark.parametrize(
    ("check", "field", "reason"),
    [
        (lambda: checked_role("boss", ACCOUNT_ROLES), "role",
         "Choose one of: clerk, supervisor, admin."),
        (lambda: checked_branch("Holbæk"), "branch", "Use the branch's id, such as holbaek."),
        (lambda: checked_branch("-a"), "branch", "Use the branch's id, such as holbaek."),
        (lambda: checked_branch("a" * 65), "branch", "Use the branch's id, such as holbaek."),
        (lambda: checked_account_name("a" * 65), "name", NAME),
        (lambda: checked_account_name(""), "name", NAME),
        (lambda: checked_account_name("a b"), "name", NAME),
        (lambda: checked_label("x" * (LABEL_MAX + 1)), "label",
         "Use at most 60 characters on one line."),
        (lambda: checked_label("a\nb"), "label", "Use at most 60 characters on one line."),
        (lambda: checked_binding("mobile", None), "branch",
         "A token of role mobile is bound to one branch: name it."),
    ],
)  # fmt: skip
def test_an_unusable_value_is_refused_with_the_valid_ones(
    check: Callable[[], object], field: str, reason: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check()
    assert refused.value.extra["errors"] == [{"field": field, "reason": reason}]


def test_valid_values_are_kept() -> None:
    assert [checked_role(one, ACCOUNT_ROLES) for one in ACCOUNT_ROLES] == [*ACCOUNT_ROLES]
    assert [checked_branch(one) for one in (None, "a" * 64, "0_-a")] == [None, "a" * 64, "0_-a"]
    assert checked_account_name("  Skranke.1_-") == "skranke.1_-"
    assert checked_account_name("a" * 64) == "a" * 64
    assert checked_label(" " + "x" * LABEL_MAX + " ") == "x" * LABEL_MAX
    checked_binding("mobile", "bus")
    checked_binding("kiosk", None)


def test_an_administrator_of_one_branch_manages_that_one() -> None:
    must_manage(Caller("a", "admin"), None)
    must_manage(Caller("a", "admin", "bib"), "bib")
    for other in (None, "raadhuset"):
        with pytest.raises(Forbidden) as refused:
            must_manage(Caller("a", "admin", "bib"), other)
        assert refused.value.detail == (
            "You manage one branch only: ask an administrator of all branches."
        )


def test_a_secret_is_in_nothing_that_is_printed() -> None:
    some: tuple[Any, ...] = (
        TokenRecord(DIGEST, "kiosk", None, 0), Session(DIGEST, "a", "b", 1),
        Account("a", "b", "clerk", None, DIGEST, 0),
    )  # fmt: skip
    assert all(DIGEST not in repr(one) for one in some)
    assert cast("TokenRecord", some[0]).id == DIGEST[:16]


@pytest.mark.parametrize(
    ("user_agent", "kind"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
         "Firefox, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/142.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
         "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Unheard/1.0", "Linux"),
        ("<script>curl/8", ""),
    ],
)  # fmt: skip
def test_a_browser_is_recognised_by_its_kind_alone(user_agent: str, kind: str) -> None:
    assert browser_kind(user_agent) == kind


ONE: Final = Caller("c", "clerk", "bib")
SEVERAL: Final = Caller(
    "c",
    "clerk",
    "bib",
    more=(Grant("supervisor", "bib"), Grant("admin", "bus"), Grant("clerk", None)),
)
STAFF: Final[tuple[Role, ...]] = ("clerk", "supervisor", "admin")


@pytest.mark.parametrize(
    ("caller", "roles", "branch", "role"),
    [
        (ONE, STAFF, "bib", "clerk"),
        (ONE, STAFF, None, "clerk"),
        (ONE, STAFF, "bus", None),
        (ONE, ("admin",), "bib", None),
        (SEVERAL, STAFF, "bib", "supervisor"),
        (SEVERAL, STAFF, "bus", "admin"),
        (SEVERAL, STAFF, "elsewhere", "clerk"),
        (SEVERAL, STAFF, None, "admin"),
        (SEVERAL, ("clerk", "admin"), "bib", "clerk"),
        (SEVERAL, ("admin",), "bib", None),
        (SEVERAL, ("kiosk",), None, None),
    ],
)
def test_the_strongest_role_in_the_branch_counts(
    caller: Caller, roles: tuple[Role, ...], branch: str | None, role: Role | None
) -> None:
    acting = caller.acting(roles, branch)
    assert (acting.role if acting else None) == role
    assert acting is None or {grant.role for grant in acting.grants} <= {*roles}
    assert acting is None or branch is None or acting.may_see(branch)


def test_several_roles_are_of_their_own_branches() -> None:
    administrator = SEVERAL.acting({"admin"}, None)
    assert administrator is not None
    assert [administrator.covers(branch) for branch in ("bus", "bib", None)] == [True, False, False]
    assert SEVERAL.holds({"clerk"}, None)
    assert not SEVERAL.holds({"admin", "supervisor"}, None)
    assert [SEVERAL.role_in(branch) for branch in ("bib", "bus", "x")] == [
        "supervisor", "admin", "clerk",
    ]  # fmt: skip
    with pytest.raises(Forbidden):
        must_manage(administrator, "bib")
    must_manage(administrator, "bus")
