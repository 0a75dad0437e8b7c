"""Checks of the way to the store: its encryption, its user, and the version of its server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

from redis import Redis
from redis.exceptions import RedisError

from queue_service.commands.doctor.finding import DoctorFinding
from queue_service.runtime.settings import Settings
from queue_service.store.server.embedded import OLDEST_VERSION

_HERE: Final = ("localhost", "127.0.0.1", "::1")


class _Line(NamedTuple):
    """A line of releases, such as 8.2."""

    major: int
    minor: int


_MENDED: Final[Mapping[str, Mapping[_Line, int]]] = {
    "Redis": {_Line(7, 2): 11, _Line(7, 4): 6, _Line(8, 0): 4, _Line(8, 2): 2},
    "Valkey": {_Line(7, 2): 11, _Line(8, 0): 6, _Line(8, 1): 4},
}
"""The first release of each line that is free of CVE-2025-49844; later lines are from the start."""


def check_access(client: Redis, settings: Settings) -> Iterator[DoctorFinding]:
    """Whether the way to the store of ``REDIS_URL`` is closed to others."""
    if settings.redis_url is None:
        return  # its socket is open to its owner alone
    yield from _encryption(settings.redis_url)
    yield from _user(client)


def _encryption(url: str) -> Iterator[DoctorFinding]:
    scheme, _, rest = url.partition("://")
    place, _, query = rest.partition("?")
    if scheme.startswith("rediss"):
        checked = parse_qs(query).get("ssl_cert_reqs", ["required"])[-1] == "required"
        yield DoctorFinding(
            checked,
            "The connection is encrypted, and the server's certificate is checked."
            if checked
            else "The server's certificate is not checked, so anybody in between may pass for it:"
            " name its authority by ssl_ca_certs in place of ssl_cert_reqs.",
        )
    elif scheme != "unix" and not _is_here(place.partition("/")[0]):
        yield DoctorFinding(
            None,
            "The connection is not encrypted: keep its network closed to others, or use TLS"
            " (docs/stores.md).",
        )


def _is_here(servers: str) -> bool:
    hosts = servers.rpartition("@")[2].split(",")
    return all(host.rpartition(":")[0].strip("[]") in _HERE or host in _HERE for host in hosts)


def _user(client: Redis) -> Iterator[DoctorFinding]:
    asked: Any = client
    try:
        name = asked.acl_whoami()
    except RedisError:
        return  # a hosted store may not say
    yield DoctorFinding(
        None if name == "default" else True,
        "It lets the service do everything, as the user default: give it a user of its own"
        " (deploy/store-users)."
        if name == "default"
        else f"It knows the service as the user {name}.",
    )


def version_finding(about: Mapping[str, Any]) -> DoctorFinding:
    """Whether the server, from its INFO, is new enough.

    Distributions mend holes without a new version, so one before the release that mends
    CVE-2025-49844 needs a person to look.
    """
    name = "Valkey" if "valkey_version" in about else "Redis"
    version = str(about.get("valkey_version") or about["redis_version"])
    major, minor, patch = (int(part) for part in f"{version}.0.0".split(".")[:3])
    if major < OLDEST_VERSION:
        return DoctorFinding(False, f"It is {name} {version}; {OLDEST_VERSION} or newer is needed.")
    line, mended = _Line(major, minor), _MENDED[name]
    if line > max(mended) or patch >= mended.get(line, patch + 1):
        return DoctorFinding(True, f"It is {name} {version}.")
    first = mended.get(line)
    wanted = f"{major}.{minor}.{first}" if first else "a newer line"
    return DoctorFinding(
        None,
        f"It is {name} {version}; {wanted} mends CVE-2025-49844, by which a script could run any"
        " program. Update it, or see whether its package has the mend (docs/stores.md).",
    )
