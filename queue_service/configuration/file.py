"""A file with the configurations of branches: JSON or TOML."""

from __future__ import annotations

import json
import tomllib
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.contract.decoding import decode
from queue_service.errors import Invalid
from queue_service.language.catalogues import N_

REVISION: Final = "revision"
"""The member that names the revision a configuration was made from."""
_EXPECTED: Final = 'It must hold {"branches": {"id": {…}}}, or one branch as {"name": "…", …}.'


@dataclass(frozen=True, slots=True)
class FileBranch:
    """A configuration in a file, validated and with its defaults filled in.

    ``revision`` is the one that it was made from; None if the file has none.
    """

    document: Mapping[str, Any]
    revision: str | None = None


def file_text(branches: Iterable[Branch]) -> str:
    """The configurations as JSON, each with its revision, as :func:`read_branches` reads them."""
    documents = {branch.id: {REVISION: branch.edition, **branch.document} for branch in branches}
    return json.dumps({"branches": documents}, ensure_ascii=False, indent=2)


def branch_text(branch: Branch) -> str:
    """The configuration of one branch as JSON, with its id and revision."""
    document = {"id": branch.id, REVISION: branch.edition, **branch.document}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def read_branch(content: bytes, branch_id: str) -> FileBranch:
    """The configuration of a branch from JSON, with or without its id and revision.

    Raises Invalid, naming each field that is wrong.
    """
    try:
        value = decode(content)
    except ValueError:
        return FileBranch(parse_config(content))  # which says so
    if not isinstance(value, dict):
        return FileBranch(parse_config(value))
    if value.pop("id", branch_id) != branch_id:
        raise Invalid.at("id", N_("This is the configuration of another branch."))
    return _checked(branch_id, value)


def read_branches(file: str, content: bytes, only: str | None = None) -> dict[str, FileBranch]:
    """The configurations by the id of their branch.

    ``file`` is its name, ``only`` the id of the one that is wanted. Raises Invalid with a sentence
    that names every fault of each.
    """
    found: dict[str, FileBranch] = {}
    problems: list[str] = []
    for branch_id, document in _chosen(file, _decoded(file, content), only).items():
        try:
            found[branch_id] = _checked(branch_id, document)
        except Invalid as error:
            problems += _lines(branch_id, error)
    if problems:
        raise _refused("Nothing was changed; correct these:\n  " + "\n  ".join(problems))
    return found


def _checked(branch_id: str, document: Any) -> FileBranch:
    if not isinstance(document, dict) or REVISION not in document:
        return FileBranch(parse_config(document, branch_id))
    members = dict(document)
    revision = members.pop(REVISION)
    if not isinstance(revision, str) or not revision:
        raise Invalid.at(REVISION, N_("It must be as it was taken out."))
    return FileBranch(parse_config(members, branch_id), revision)


def _decoded(file: str, content: bytes) -> Any:
    """The content as JSON would have it; a name that ends with neither is of the kind it begins
    as."""
    text = content.removeprefix(BOM_UTF8)
    toml = not text.lstrip().startswith(b"{")
    if file.endswith((".toml", ".json")):
        toml = file.endswith(".toml")
    try:
        return _toml(text) if toml else decode(text)
    except (ValueError, RecursionError) as error:
        kind = "TOML" if toml else "JSON"
        expected = "It must be as `queue-service config export` writes it."
        raise _refused(f"{file} is not readable {kind}: {error}. {expected}") from None


def _toml(text: bytes) -> Any:
    """A date without quotation marks is the text of it, as in JSON."""
    return decode(json.dumps(tomllib.loads(text.decode("utf-8")), default=str).encode())


def _chosen(file: str, content: object, only: str | None) -> dict[str, Any]:
    found = _branches(file, content, only)
    if only is None:
        return found
    if only not in found:
        raise _refused(f"{file} holds no branch “{only}”: it holds {', '.join(found)}.")
    return {only: found[only]}


def _branches(file: str, content: object, only: str | None) -> dict[str, Any]:
    match content:
        case {"branches": dict() as branches, **rest} if not rest:
            return branches
        case {"id": branch_id, **document}:
            return {str(branch_id): document}
        case {"name": _} if only is not None:
            return {only: content}
        case {"name": _}:
            raise _refused(f"{file} holds one branch without its id: name it with --branch ID.")
    raise _refused(f"{file} holds no configuration. {_EXPECTED}")


def _refused(sentence: str) -> Invalid:
    return Invalid.at("", sentence, sentence)


def _lines(branch_id: str, error: Invalid) -> Iterator[str]:
    faults = error.extra["errors"]
    if isinstance(faults, list):
        for fault in faults:
            yield " ".join(filter(None, (f"{branch_id}:", fault["field"], fault["reason"])))
