"""The role profile of Danish authorities: OIO Basic Privilege Profile 1.0 to 1.2, with constraints.

A claim holds the Base64 of an XML document:

    <PrivilegeList xmlns="http://digst.dk/oiosaml/basic_privilege_profile">
      <PrivilegeGroup Scope="urn:dk:gov:saml:cvrNumberIdentifier:12345678">
        <Privilege>http://queue.example.dk/roles/usersystemrole/queue-clerk/1</Privilege>
        <Constraint Name="http://queue.example.dk/constraints/queue-branch/1">hovedbib</Constraint>
      </PrivilegeGroup>
    </PrivilegeList>

It comes from outside, so it is read without a document type, entities or other documents, and up to
:data:`MOST_CHARACTERS`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from queue_service.access.rules.sign_in_refusals import SignInRefused

MOST_CHARACTERS: Final = 64 * 1024
"""The longest claim that is read."""
_MOST_ELEMENTS: Final = 2000
_NAMESPACES: Final = (
    "http://itst.dk/oiosaml/basic_privilege_profile",
    "http://digst.dk/oiosaml/basic_privilege_profile",
)
_LISTS: Final = tuple(f"{namespace} PrivilegeList" for namespace in _NAMESPACES)
_CVR: Final = "urn:dk:gov:saml:cvrNumberIdentifier:"
_ROLE: Final = re.compile(r"(?:^|.*[/:])(queue[-_][a-z]+)(:[a-z0-9_-]+)?(?:/[0-9]+)?")
"""A privilege of this service, in whichever address or name its system has given it."""
_BRANCHES: Final = re.compile(r"(?:^|.*[/:])queue[-_]branch(?:/[0-9]+)?")


@dataclass(slots=True)
class _Group:
    """Privileges with their limits."""

    scope: str
    privileges: list[str] = field(default_factory=list)
    constraints: list[tuple[str, str]] = field(default_factory=list)


def is_privileges(value: str) -> bool:
    """Whether a claim's value is a list of privileges: Base64 of a text that begins with ``<``."""
    begin = "".join(value[:64].split())[:8]
    try:
        return base64.b64decode(begin, validate=True).lstrip(b"\xef\xbb\xbf").startswith(b"<")
    except ValueError:
        return False


def roles_in(value: str, cvr: str) -> tuple[str, ...]:
    """The roles that a list grants in the authority with this CVR number, such as
    ``queue-clerk:hovedbib``.

    Raises SignInRefused for a list that cannot be read, for one of other authorities alone, and for
    a role that is limited by a constraint that means nothing here, since it would count for more.
    """
    groups = _groups(value)
    own = [group for group in groups if cvr and group.scope == _CVR + cvr]
    if groups and not own:
        raise SignInRefused("other_authority")
    return tuple(role for group in own for role in _roles(group))


def _roles(group: _Group) -> Iterator[str]:
    found = [match for text in group.privileges if (match := _ROLE.fullmatch(text.lower()))]
    if not found:
        return
    if not all(_BRANCHES.fullmatch(name.lower()) for name, _ in group.constraints):
        raise SignInRefused("privileges")
    branches = [part for _, text in group.constraints for part in re.split(r"[\s,;]+", text)]
    named = [branch.lower() for branch in branches if branch]
    if group.constraints and not named:
        raise SignInRefused("privileges")
    for match in found:
        role, branch = match[1].replace("_", "-"), match[2]
        if named and branch:
            raise SignInRefused("privileges")
        yield from (f"{role}:{each}" for each in named) if named else (role + (branch or ""),)


def _groups(value: str) -> Sequence[_Group]:
    if len(value) > MOST_CHARACTERS:
        raise SignInRefused("privileges")
    try:
        text = base64.b64decode("".join(value.split()), validate=True).decode("utf-8-sig")
        return _Reader().read(text)
    except (ValueError, expat.ExpatError):
        raise SignInRefused("privileges") from None


class _Reader:
    """Reads one document. Raises ValueError for another one, as the parser raises its own error."""

    def __init__(self) -> None:
        self._groups: list[_Group] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._constraint = ""
        self._elements = 0

    def read(self, text: str) -> Sequence[_Group]:
        """The groups of the document."""
        # The text is decoded already, so the encoding that a document claims does not count.
        parser = expat.ParserCreate("utf-8", " ")
        parser.StartDoctypeDeclHandler = _refuse  # without it nothing declares an entity
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.Parse(text.encode(), True)
        return self._groups

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._path.append(name.removeprefix(self._namespace(name)))
        self._text.clear()
        match self._path[1:]:
            case []:
                if name not in _LISTS:
                    raise ValueError
            case ["PrivilegeGroup"]:
                self._groups.append(_Group(attributes.get("Scope", "").strip()))
            case ["PrivilegeGroup", "Privilege"]:
                pass
            case ["PrivilegeGroup", "Constraint"]:
                self._constraint = attributes.get("Name", "").strip()
            case _:
                raise ValueError
        if self._elements > _MOST_ELEMENTS:
            raise ValueError

    def _end(self, _name: str) -> None:
        text = "".join(self._text).strip()
        match self._path[1:]:
            case [_, "Privilege"]:
                self._groups[-1].privileges.append(text)
            case [_, "Constraint"]:
                self._groups[-1].constraints.append((self._constraint, text))
        self._path.pop()

    @staticmethod
    def _namespace(name: str) -> str:
        """The namespace before a name: elements below the list have one in some systems."""
        return next((f"{each} " for each in _NAMESPACES if name.startswith(f"{each} ")), "")


def _refuse(*_: object) -> None:
    raise ValueError
