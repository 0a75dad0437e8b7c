"""Entries of the audit log, from who acts."""

from __future__ import annotations

from collections.abc import Mapping

from queue_service.access.rules.caller import Caller
from queue_service.contract.actions import Action
from queue_service.store.audit_log import AuditEntry


def entry_by(
    by: Caller,
    action: Action,
    *,
    branch: str | None = None,
    target: str = "",
    refused: bool = False,
    details: Mapping[str, str] | None = None,
) -> AuditEntry:
    """An entry about an action of ``by``; details that are empty are left out."""
    return AuditEntry(
        action=action,
        result="refused" if refused else "done",
        kind=by.kind,
        by=by.id,
        name=by.name,
        role=by.role,
        address=by.address,
        branch=branch,
        target=target,
        details={name: text for name, text in (details or {}).items() if text},
    )


def refused_entry(
    action: Action,
    address: str,
    *,
    branch: str | None = None,
    target: str = "",
    details: Mapping[str, str] | None = None,
) -> AuditEntry:
    """An entry about a refusal of somebody who is not known, from an address."""
    return AuditEntry(
        action=action,
        result="refused",
        kind="unknown",
        by="",
        name="",
        role="",
        address=address,
        branch=branch,
        target=target,
        details=details or {},
    )
