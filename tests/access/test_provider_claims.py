"""The meaning of a provider's claims: roles with their branches, and names."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.access.rules.caller import Grant
from queue_service.access.rules.credentials import MOST_GRANTS
from queue_service.access.rules.provider_claims import grants_of, name_of
from queue_service.access.rules.sign_in_refusals import SENTENCES, SignInRefused


def reason(claims: dict[str, Any], claim: str = "roles") -> str:
    with pytest.raises(SignInRefused) as refused:
        grants_of(claims, claim)
    assert refused.value.detail == SENTENCES[refused.value.reason]
    return refused.value.reason


@pytest.mark.parametrize(
    ("roles", "grants"),
    [
        (["queue-clerk"], [("clerk", None)]),
        (["queue-admin"], [("admin", None)]),
        ("queue-supervisor", [("supervisor", None)]),
        (["queue-clerk:biblioteket"], [("clerk", "biblioteket")]),
        ([" Queue-Clerk:Biblioteket "], [("clerk", "biblioteket")]),
        (["offline_access", "uma_authorization", "queue-clerk"], [("clerk", None)]),
        (["queue-clerk", "queue-clerk"], [("clerk", None)]),
        (["queue-clerk", 7, None, "queue-admin:a"], [("admin", "a"), ("clerk", None)]),
        (
            ["queue-clerk:b", "queue-clerk:a", "queue-clerk", "queue-admin:c", "queue-admin"],
            [
                ("admin", None), ("admin", "c"), ("clerk", None), ("clerk", "a"), ("clerk", "b"),
            ],
        ),
    ],
)  # fmt: skip
def test_roles_of_a_claim(roles: object, grants: list[tuple[str, str | None]]) -> None:
    assert list(grants_of({"roles": roles}, "roles")) == grants


@pytest.mark.parametrize(
    "roles", [None, [], "", {}, 7, True, ["offline_access"], ["queue"], [None]]
)
def test_claims_without_a_role_are_refused(roles: object) -> None:
    assert reason({"roles": roles}) == "no_roles"


@pytest.mark.parametrize(
    "role",
    [
        "queue-", "queue-boss", "queue-kiosk", "queue-metrics", "queue-mobile", "queue-clerk:",
        "queue-clerk:a:b", "queue-clerk:-a", "queue-clerk:a b", "queue-clerk:" + 65 * "a",
        "queue-clerks", "queue-clerk/a",
    ],
)  # fmt: skip
def test_a_role_that_is_none_is_refused_next_to_others(role: str) -> None:
    assert reason({"roles": ["queue-clerk", role]}) == "unknown_role"


def test_roles_of_branches_are_in_the_order_of_their_ids() -> None:
    roles = [f"queue-clerk:b{number}" for number in (5, 3, 9, 1, 7, 2, 8)]
    found = [branch for _, branch in grants_of({"roles": roles}, "roles")]
    assert found == ["b1", "b2", "b3", "b5", "b7", "b8", "b9"]


def test_the_longest_id_of_a_branch_is_taken() -> None:
    branch = 64 * "a"
    assert grants_of({"roles": [f"queue-clerk:{branch}"]}, "roles") == (Grant("clerk", branch),)


def test_at_most_as_many_roles_as_an_account_has() -> None:
    roles = [f"queue-clerk:b{number}" for number in range(MOST_GRANTS)]
    assert len(grants_of({"roles": roles}, "roles")) == MOST_GRANTS
    assert reason({"roles": [*roles, "queue-admin"]}) == "too_many_roles"


@pytest.mark.parametrize(
    "claims",
    [
        {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "https://x"}}},
        {"hasgroups": True},
    ],
)
def test_groups_that_entra_leaves_out_are_named(claims: dict[str, Any]) -> None:
    assert reason(claims, "groups") == "overage"
    # App roles are never left out, so a person without one has none.
    assert reason(claims, "roles") == "no_roles"
    assert grants_of({**claims, "groups": ["queue-clerk"]}, "groups") == (Grant("clerk", None),)


@pytest.mark.parametrize("odd", [{"_claim_names": "groups"}, {"_claim_names": []}, {}])
def test_an_odd_list_of_names_is_as_none(odd: dict[str, Any]) -> None:
    assert reason(odd, "groups") == "no_roles"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("annk@holbaek.dk", "annk"),
        ("ANNK", "annk"),
        ("HOLB\\annk", "holb-annk"),
        ("Søren Å. Sørensen", "s-ren-.-s-rensen"),
        ("=cmd()", "cmd"),
        ("@x", ""),
        ("ßß@x", ""),
        ("", ""),
        (7, ""),
        (None, ""),
        (50 * "a", 40 * "a"),
    ],
)
def test_a_name_is_the_part_before_the_at(value: object, name: str) -> None:
    assert name_of({"preferred_username": value}, "preferred_username") == name


def test_without_a_claim_for_it_there_is_no_name() -> None:
    assert name_of({"": "annk", "preferred_username": "annk"}, "") == ""
