"""The keys of the playbook, which is the municipality's and no branch's."""

from __future__ import annotations

from typing import Final

ENTRIES: Final = "queue:{playbook}:entries"
"""Hash: service id → its entry as JSON (``playbook/rules.py``)."""


def versions(service: str) -> str:
    """List: every version of a service's entry that was approved, as JSON, the first one first."""
    return f"queue:{{playbook}}:versions:{service}"
