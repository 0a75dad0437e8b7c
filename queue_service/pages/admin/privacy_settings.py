"""The settings that the papers of data protection speak of, without names and passwords."""

from __future__ import annotations

from urllib.parse import urlsplit

from queue_service.notify.push_contact import no_push_because
from queue_service.privacy.rules.facts import Surroundings
from queue_service.runtime.cluster_address import SCHEMES as CLUSTER
from queue_service.runtime.cluster_address import ClusterAddress
from queue_service.runtime.phone_address import phone_address
from queue_service.runtime.sentinel_address import SCHEMES as SENTINEL
from queue_service.runtime.sentinel_address import SentinelAddress
from queue_service.runtime.settings import Settings

_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


def surroundings(settings: Settings) -> Surroundings:
    """The part of the settings that the papers need."""
    return Surroundings(
        publisher=settings.publisher,
        public_host=_host(settings.public_url),
        https=settings.public_url.startswith("https://"),
        phone=bool(phone_address(settings).url),
        push=not no_push_because(settings),
        audit_days=settings.audit_days,
        store_hosts=_elsewhere(_store_hosts(settings.redis_url or "")),
        store_encrypted=(settings.redis_url or "").startswith("rediss"),
        replicas=settings.replicas_to_wait,
        backups_encrypted=bool(settings.backup_keys),
        mail_host=_host(settings.smtp_url or ""),
        sms_host=_host(settings.sms_url),
        sms_countries=settings.sms_countries,
        turn_hosts=tuple(_ice_host(one) for one in settings.video_turn),
        stun_hosts=tuple(_ice_host(one) for one in settings.video_stun),
        syslog_host=_host(settings.audit_syslog),
        syslog_encrypted=settings.audit_syslog.startswith("tls://"),
        audit_webhook_host=_host(settings.audit_webhook),
        central_server=_host(settings.home_url),
        provider_host=_host(settings.provider.issuer) if settings.provider else "",
    )


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def _store_hosts(url: str) -> tuple[str, ...]:
    """The servers that the address of the store names; none for a socket."""
    if url.startswith(SENTINEL):
        return tuple(host for host, _ in SentinelAddress.parse(url).sentinels)
    if url.startswith(CLUSTER):
        return tuple(host for host, _ in ClusterAddress.parse(url).servers)
    return (_host(url),) if url and not url.startswith("unix") else ()


def _elsewhere(hosts: tuple[str, ...]) -> tuple[str, ...]:
    """The hosts that are not this machine, each once."""
    return tuple(dict.fromkeys(host for host in hosts if host and host not in _THIS_MACHINE))


def _ice_host(address: str) -> str:
    """The host of ``turn:host:port?transport=udp``."""
    plain = address.partition(":")[2].partition("?")[0]
    return urlsplit(f"//{plain}").hostname or plain
