"""The meaning of the claims of a provider's ID token: roles with their branches, and a name.

A role is ``queue-clerk``, ``queue-supervisor`` or ``queue-admin``, for all branches, or with a
colon and the id of a branch. Values that do not begin with ``queue-`` belong to other services.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from queue_service.access.rules import privileges
from queue_service.access.rules.caller import Grant
from queue_service.access.rules.credentials import ACCOUNT_ROLES, MOST_GRANTS, AccountRole
from queue_service.access.rules.sign_in_refusals import SignInRefused

OWN: Final = "queue-"
"""Begins every role of this service."""
_ROLE: Final = re.compile(r"queue-([a-z]+)(?::([a-z0-9][a-z0-9_-]{0,63}))?")
_LONGEST_NAME: Final = 40
_NOT_OF_A_NAME: Final = re.compile(r"[^a-z0-9._-]+")


def grants_of(claims: Mapping[str, Any], claim: str, cvr: str = "") -> tuple[Grant, ...]:
    """The roles of a person, the strongest first.

    ``claim`` is the name of the claim that has them: a list of roles, one role, or a list of
    privileges of the authority with this CVR number. Raises SignInRefused without any role, for
    more than an account may have, and for a role that is none.
    """
    values = [value.strip().lower() for value in _values(claims, claim, cvr)]
    found = {_grant(value) for value in values if value.startswith(OWN)}
    if not found:
        raise SignInRefused("no_roles")
    if len(found) > MOST_GRANTS:
        raise SignInRefused("too_many_roles")
    return tuple(sorted(found, key=_strongest_first))


def name_of(claims: Mapping[str, Any], claim: str) -> str:
    """The name by which a person is recognised among colleagues, empty for none: the part before
    the ``@`` of a claim's value, in the letters of a login's name."""
    value = claims.get(claim)
    if not claim or not isinstance(value, str):
        return ""
    begin = value.partition("@")[0].strip().lower()
    return _NOT_OF_A_NAME.sub("-", begin).strip("-._")[:_LONGEST_NAME]


def _values(claims: Mapping[str, Any], claim: str, cvr: str) -> Sequence[str]:
    value = claims.get(claim)
    if value is None and claim in _left_out(claims):
        raise SignInRefused("overage")
    values = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    texts = [each for each in values if isinstance(each, str)]
    if len(texts) == 1 and privileges.is_privileges(texts[0]):
        return privileges.roles_in(texts[0], cvr)
    return texts


def _left_out(claims: Mapping[str, Any]) -> Sequence[str]:
    """The claims that Entra ID leaves out of a token because they are too long."""
    elsewhere = claims.get("_claim_names")
    names = [*elsewhere] if isinstance(elsewhere, dict) else []
    return [*names, "groups"] if claims.get("hasgroups") else names


def _grant(value: str) -> Grant:
    match = _ROLE.fullmatch(value)
    if match is None or match[1] not in ACCOUNT_ROLES:
        raise SignInRefused("unknown_role")
    return Grant(cast(AccountRole, match[1]), match[2])


def _strongest_first(grant: Grant) -> tuple[int, bool, str]:
    role = ACCOUNT_ROLES.index(cast(AccountRole, grant.role))
    return -role, grant.branch is not None, grant.branch or ""
