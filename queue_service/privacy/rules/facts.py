"""The facts about an installation that the papers of data protection are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from queue_service.privacy.rules.kept_data import KINDS, Feature, Kind

RecipientKind = Literal[
    "store", "mail", "sms", "push", "turn", "stun", "webhooks", "alert_webhooks", "audit_syslog",
    "audit_webhook", "central_server", "provider",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recipient:
    """A system outside the service that receives personal data, or may; ``hosts`` as configured.

    Without ``hosts`` it is not known which system that is, as with push services.
    """

    kind: RecipientKind
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The settings that the papers speak of; hosts without names and passwords.

    ``store_hosts`` is empty for the embedded store. ``public_host`` is empty without a public
    address.
    """

    publisher: str = ""
    public_host: str = ""
    https: bool = False
    phone: bool = False
    push: bool = False
    audit_days: int = 365
    store_hosts: tuple[str, ...] = ()
    store_encrypted: bool = False
    replicas: int = 0
    backups_encrypted: bool = False
    mail_host: str = ""
    sms_host: str = ""
    sms_countries: tuple[str, ...] = ()
    turn_hosts: tuple[str, ...] = ()
    stun_hosts: tuple[str, ...] = ()
    syslog_host: str = ""
    syslog_encrypted: bool = False
    audit_webhook_host: str = ""
    central_server: str = ""
    provider_host: str = ""


@dataclass(frozen=True, slots=True)
class BranchFacts:
    """A branch that citizens come to: its name, for how long visits are kept, and its parts."""

    name: str
    retention_days: int
    features: frozenset[Feature]


@dataclass(frozen=True, slots=True)
class Facts:
    """All of them. ``recipients`` are in the order in which the papers list them."""

    surroundings: Surroundings
    branches: tuple[BranchFacts, ...]
    features: frozenset[Feature]
    recipients: tuple[Recipient, ...]

    @property
    def retention_days(self) -> tuple[int, ...]:
        """The retention of each branch."""
        return tuple(branch.retention_days for branch in self.branches)

    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of data that this installation has."""
        return tuple(
            kind for kind in KINDS if not kind.features or self.features & set(kind.features)
        )

    def where(self, feature: Feature) -> tuple[str, ...]:
        """The names of the branches with a part."""
        return tuple(branch.name for branch in self.branches if feature in branch.features)
