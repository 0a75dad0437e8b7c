"""The table of permissions as a document: `.venv/bin/python -m scripts.permissions` writes it.

The rows are those of `queue_service/web/security/route_roles.py`, by which requests are judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from queue_service.access.rules.credentials import ROLES
from queue_service.web.security.route_roles import ANY, Rule, rules

PAGE: Final = Path(__file__).parent.parent / "docs" / "permissions.md"

_HEADING: Final = "## Addresses\n\n"
_HEAD: Final = "| address | | role | branch |\n|---|---|---|---|\n"


def page(present: str) -> str:
    """The document with its table as the code has it now; its introduction stays."""
    introduction, heading, _ = present.partition(_HEADING)
    return f"{introduction}{heading}{_HEAD}{''.join(_rows())}"


def _rows() -> Iterator[str]:
    methods: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for (method, address), rule in sorted(rules().items(), key=lambda row: (row[0][1], row[0][0])):
        methods[f"`{address}`", _roles(rule), _branch(address, rule)].append(method)
    for (address, roles, branch), used in methods.items():
        yield f"| {address} | {', '.join(used)} | {roles} | {branch} |\n"


def _roles(rule: Rule) -> str:
    if rule.public:
        return "everybody"
    return "all but mobile" if rule.roles == ANY else ", ".join(r for r in ROLES if r in rule.roles)


def _branch(address: str, rule: Rule) -> str:
    if rule.all_branches:
        return "all"
    return "own" if "<branch>" in address and not rule.public else "–"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
