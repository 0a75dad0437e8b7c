"""The role profile of Danish authorities (OIO BPP), as it comes in a claim."""

from __future__ import annotations

import base64

import pytest

from queue_service.access.rules import privileges
from queue_service.access.rules.caller import Grant
from queue_service.access.rules.privileges import MOST_CHARACTERS, is_privileges, roles_in
from queue_service.access.rules.provider_claims import grants_of
from queue_service.access.rules.sign_in_refusals import SignInRefused

CVR = "12345678"
SCOPE = f"urn:dk:gov:saml:cvrNumberIdentifier:{CVR}"
OTHER = "urn:dk:gov:saml:cvrNumberIdentifier:87654321"
CLERK = "http://queue.example.dk/roles/usersystemrole/queue-clerk/1"
BRANCH = "http://queue.example.dk/constraints/queue-branch/1"


def group(*privileges: str, scope: str = SCOPE, **constraints: str) -> str:
    names = {"branch": BRANCH, "unit": "urn:dk:kombit:orgUnit"}
    limits = (f'<Constraint Name="{names[n]}">{v}</Constraint>' for n, v in constraints.items())
    granted = (f"<Privilege>{each}</Privilege>" for each in privileges)
    return f'<PrivilegeGroup Scope="{scope}">{"".join(limits)}{"".join(granted)}</PrivilegeGroup>'


def listed(*groups: str, namespace: str = "digst.dk", prefix: str = "bpp:") -> str:
    declared = f"xmlns{':' if prefix else ''}{prefix.rstrip(':')}"
    address = f"http://{namespace}/oiosaml/basic_privilege_profile"
    body = "".join(groups)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<{prefix}PrivilegeList {declared}="{address}">{body}</{prefix}PrivilegeList>'
    )


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def reason(value: str, cvr: str = CVR) -> str:
    with pytest.raises(SignInRefused) as refused:
        roles_in(value, cvr)
    return refused.value.reason


@pytest.mark.parametrize("namespace", ["digst.dk", "itst.dk"])
@pytest.mark.parametrize("prefix", ["bpp:", ""])
def test_both_versions_of_the_profile_are_read(namespace: str, prefix: str) -> None:
    value = encoded(listed(group(CLERK), namespace=namespace, prefix=prefix))
    assert is_privileges(value)
    assert roles_in(value, CVR) == ("queue-clerk",)
    assert grants_of({"privileges": value}, "privileges", CVR) == (Grant("clerk", None),)
    assert grants_of({"privileges": [value]}, "privileges", CVR) == (Grant("clerk", None),)


@pytest.mark.parametrize(
    ("privilege", "role"),
    [
        ("http://queue.example.dk/roles/usersystemrole/queue_clerk/1", "queue-clerk"),
        ("urn:dk:example:queue-admin", "queue-admin"),
        ("urn:dk:example:queue-clerk:biblioteket", "queue-clerk:biblioteket"),
        ("queue-supervisor", "queue-supervisor"),
        ("http://queue.example.dk/roles/usersystemrole/Queue-Clerk/12", "queue-clerk"),
        ("urn:dk:example:queue-boss", "queue-boss"),
    ],
)
def test_the_name_of_a_role_ends_its_privilege(privilege: str, role: str) -> None:
    assert roles_in(encoded(listed(group(privilege))), CVR) == (role,)


@pytest.mark.parametrize("other", ["urn:dk:sapa:caseworker", "http://x.dk/my-queue-clerk/1", ""])
def test_privileges_of_other_systems_mean_nothing(other: str) -> None:
    value = encoded(listed(group(other)))
    assert roles_in(value, CVR) == ()
    with pytest.raises(SignInRefused) as refused:
        grants_of({"privileges": value}, "privileges", CVR)
    assert refused.value.reason == "no_roles"


def test_a_role_that_is_none_is_refused() -> None:
    with pytest.raises(SignInRefused) as refused:
        grants_of({"p": encoded(listed(group("urn:dk:x:queue-boss")))}, "p", CVR)
    assert refused.value.reason == "unknown_role"


def test_a_constraint_names_the_branches() -> None:
    value = encoded(
        listed(group(CLERK, branch="biblioteket, Raadhuset"), group("urn:x:queue-admin"))
    )
    assert roles_in(value, CVR) == (
        "queue-clerk:biblioteket", "queue-clerk:raadhuset", "queue-admin",
    )  # fmt: skip


def test_a_role_never_counts_for_more_than_it_was_given_for() -> None:
    assert reason(encoded(listed(group(CLERK, unit="48df8b3d")))) == "privileges"
    assert reason(encoded(listed(group(CLERK, branch="a", unit="48df8b3d")))) == "privileges"
    assert reason(encoded(listed(group(CLERK, branch=" ")))) == "privileges"
    assert reason(encoded(listed(group("urn:x:queue-clerk:a", branch="b")))) == "privileges"
    # A limit of another system's privilege is not ours to judge.
    assert roles_in(encoded(listed(group("urn:x:other", unit="48df8b3d"))), CVR) == ()


def test_another_authority_grants_nothing_here() -> None:
    assert reason(encoded(listed(group(CLERK, scope=OTHER)))) == "other_authority"
    both = listed(group("urn:x:queue-admin", scope=OTHER), group(CLERK))
    assert roles_in(encoded(both), CVR) == ("queue-clerk",)
    assert reason(encoded(listed(group(CLERK))), cvr="") == "other_authority"
    without_number = listed(group(CLERK, scope=SCOPE.removesuffix(CVR)))
    assert reason(encoded(without_number), cvr="") == "other_authority"


def test_a_list_without_groups_grants_nothing() -> None:
    assert roles_in(encoded(listed()), CVR) == ()


BOMB = (
    '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<PrivilegeList xmlns="http://itst.dk/oiosaml/basic_privilege_profile">&b;</PrivilegeList>'
)
FILE = (
    '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    f'<PrivilegeList xmlns="http://itst.dk/oiosaml/basic_privilege_profile">{group("&a;")}</PrivilegeList>'
)


@pytest.mark.parametrize(
    "value",
    [
        encoded(f"<!DOCTYPE PrivilegeList>{listed(group(CLERK)).partition('?>')[2]}"),
        encoded(BOMB),
        encoded(FILE),
        encoded('<!DOCTYPE l SYSTEM "http://127.0.0.1/x.dtd"><PrivilegeList/>'),
        encoded(listed(group(CLERK)).replace("UTF-8", "UTF-16").encode("utf-16")),
        encoded(listed(group("&undeclared;"))),
        encoded(listed(group(CLERK))[:-3]),
        encoded("<PrivilegeList/>"),
        encoded("<html/>"),
        encoded(listed("<Other/>")),
        encoded(listed(group(f"<b>{CLERK}</b>"))),
        encoded(listed(f"<x:PrivilegeGroup xmlns:x='urn:x' Scope='{SCOPE}'/>")),
        encoded(listed(*(2000 * ["<PrivilegeGroup/>"]))),
        encoded(listed(group(CLERK))) + "*",
        encoded(listed(group(CLERK))).replace("P", "*P", 1),
        encoded(
            listed(group(CLERK)).replace("<Privilege>", "<Constraint>a</Constraint><Privilege>")
        ),
        encoded(b"<\xff\xfe>"),
        encoded("<"),
        "PHg=*",
        "PHg",
        encoded(listed(group(CLERK)) + MOST_CHARACTERS * " "),
    ],
)
def test_a_hostile_or_broken_document_is_refused(value: str) -> None:
    assert reason(value) == "privileges"


def test_the_most_elements_are_read() -> None:
    others = 1997 * ["<PrivilegeGroup/>"]
    assert roles_in(encoded(listed(group(CLERK), *others)), CVR) == ("queue-clerk",)
    assert reason(encoded(listed(group(CLERK), *others, "<PrivilegeGroup/>"))) == "privileges"


def test_the_longest_claim_is_read() -> None:
    text = listed(group(CLERK))
    space = MOST_CHARACTERS // 4 * 3 - len(text)
    assert len(encoded(text + space * " ")) == MOST_CHARACTERS
    assert roles_in(encoded(text + space * " "), CVR) == ("queue-clerk",)
    assert reason(encoded(text + (space + 1) * " ")) == "privileges"


def test_lines_and_a_byte_order_mark_are_borne() -> None:
    value = encoded(b"\xef\xbb\xbf" + listed(group(f"\n  {CLERK}\n")).encode())
    folded = "\n".join(value[at : at + 6] for at in range(0, len(value), 6))
    assert is_privileges(folded)
    assert roles_in(folded, CVR) == ("queue-clerk",)


@pytest.mark.parametrize(
    "value", ["queue-clerk", "", "a", "YWJj", "queue-clerk:biblioteket", "<x/>", "ø", "PH!g="]
)
def test_a_role_is_no_list(value: str) -> None:
    assert not privileges.is_privileges(value)
