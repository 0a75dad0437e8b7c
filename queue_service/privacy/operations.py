"""The facts of an installation, from its branches, its webhooks and its settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

from queue_service.access.audit_entries import entry_by
from queue_service.access.rules.caller import Caller
from queue_service.alerts.store import AlertStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.lifelines import lifelines_of
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.playbook.store import PlaybookStore
from queue_service.privacy.rules.facts import (
    BranchFacts,
    Facts,
    Recipient,
    RecipientKind,
    Surroundings,
)
from queue_service.privacy.rules.kept_data import Feature
from queue_service.store.audit_log import AuditLog
from queue_service.webhooks.store import WebhookStore

_WEBHOOK: Final = "webhook"


def facts_of(queue: Queue, around: Surroundings) -> Facts:
    """The facts, without branches for practice and those with replayed days."""
    branches = [branch for branch in queue.get(BranchStore).all() if branch.counted]
    found = tuple(_branch(branch) for branch in branches)
    webhooks = _hosts(each.url for each in queue.get(WebhookStore).endpoints() if each.active)
    alerts = _hosts(_alert_targets(queue, branches))
    features = {feature for branch in found for feature in branch.features}
    features |= set(_of_installation(queue, around, webhooks, alerts))
    recipients = tuple(_recipients(around, frozenset(features), webhooks, alerts))
    return Facts(around, found, frozenset(features), recipients)


def record_taken(queue: Queue, caller: Caller, paper: str, form: str) -> None:
    """Record in the audit log that a paper is taken out as a file."""
    queue.get(AuditLog).add(entry_by(caller, "export.paper", target=f"{paper}.{form}"))


def _branch(branch: Branch) -> BranchFacts:
    parts: dict[Feature, bool] = {
        "help": bool(branch.document.get("help_button")),
        "video": branch.has_video,
        "lifelines": bool(lifelines_of(branch)),
        "paper": branch.paper_numbers,
        "bus": bool(branch.stops),
        "public_page": branch.is_public,
        "private_services": any(service.private for service in branch.services.values()),
        "slip_answers": branch.feedback_on_slip,
        "bookings": bool(branch.bookings.offers),
    }
    features = frozenset(feature for feature, used in parts.items() if used)
    return BranchFacts(branch.name, branch.retention_days, features)


def _of_installation(
    queue: Queue, around: Surroundings, webhooks: tuple[str, ...], alerts: tuple[str, ...]
) -> Iterator[Feature]:
    """The parts that all branches share."""
    parts: dict[Feature, bool] = {
        "phone": around.phone,
        "text_messages": around.phone and bool(around.sms_host),
        "push": around.phone and around.push,
        "mail": bool(around.mail_host),
        "provider": bool(around.provider_host),
        "playbook": bool(queue.get(PlaybookStore).all()),
        "webhooks": bool(webhooks),
        "alert_webhooks": bool(alerts),
        "audit_syslog": bool(around.syslog_host),
        "audit_webhook": bool(around.audit_webhook_host),
    }
    yield from (feature for feature, used in parts.items() if used)


def _recipients(
    around: Surroundings,
    features: frozenset[Feature],
    webhooks: tuple[str, ...],
    alerts: tuple[str, ...],
) -> Iterator[Recipient]:
    """The systems that the installation is set up to send to."""
    messages = around.sms_host if {"text_messages", "bookings"} & features else ""
    video = "video" in features
    hosts: dict[RecipientKind, tuple[str, ...]] = {
        "store": around.store_hosts,
        "central_server": (around.central_server,),
        "provider": (around.provider_host,),
        "mail": (around.mail_host,),
        "sms": (messages,),
        "turn": around.turn_hosts if video else (),
        "stun": around.stun_hosts if video else (),
        "webhooks": webhooks,
        "alert_webhooks": alerts,
        "audit_syslog": (around.syslog_host,),
        "audit_webhook": (around.audit_webhook_host,),
    }
    yield from (Recipient(kind, found) for kind, found in hosts.items() if any(found))
    if "push" in features:
        yield Recipient("push")


def _alert_targets(queue: Queue, branches: Iterable[Branch]) -> Iterator[str]:
    for branch in branches:
        for each in queue.get(AlertStore).subscriptions(branch.id):
            if each.channel == _WEBHOOK:
                yield each.target


def _hosts(addresses: Iterable[str]) -> tuple[str, ...]:
    """The hosts of addresses, each once."""
    return tuple(sorted({urlsplit(address).hostname or "" for address in addresses}))
