"""Checks of the store: its servers, replicas, sentinels and cluster."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from redis import Connection, ConnectionPool, Redis, SSLConnection
from redis.crc import REDIS_CLUSTER_HASH_SLOTS as SLOTS
from redis.exceptions import RedisError, ResponseError
from redis.sentinel import SentinelConnectionPool

from queue_service.commands.doctor.finding import DoctorFinding, service_store
from queue_service.commands.doctor.store_access import check_access, version_finding
from queue_service.runtime.cluster_address import is_cluster
from queue_service.runtime.settings import Settings
from queue_service.store.connection.cluster import own_key, primaries, replicas
from queue_service.store.server.durability import (
    InForce,
    settings_in_force,
    settings_of_replica,
)
from queue_service.store.server.running import address, reason

_MOST_SECONDS_APART: Final = 2.0

_WAITS_FOR_NONE: Final = (
    "QUEUE_REPLICAS_TO_WAIT is 0: what was acknowledged just before a failover may be lost. Set it"
    " to 1."
)

_FULL_COVERAGE: Final = "cluster-require-full-coverage"


def check_store(settings: Settings) -> Iterator[DoctorFinding]:
    """Each server of the store, its replicas, and the sentinels or cluster around them."""
    with service_store(settings) as client:
        yield DoctorFinding(True, f"{address(settings)} answers.")
        yield from check_access(client, settings)
        yield from _sentinels(client)
        servers = primaries(client)
        if is_cluster(settings.redis_url):
            yield from _cluster(client, servers)
        for name, server in servers.items():
            for finding in _of_server(server, own_key(client, name), settings):
                yield _named(name, finding)
        successors = {**replicas(client), **_sentinel_replicas(client)}
        if successors and not settings.replicas_to_wait:
            yield DoctorFinding(None, _WAITS_FOR_NONE)
        for name, replica in successors.items():
            for finding in _of_replica(replica):
                yield _named(name, finding)


def _of_server(server: Redis, key: str, settings: Settings) -> Iterator[DoctorFinding]:
    """The findings about one server; ``key`` is one that it has."""
    try:
        about: Mapping[str, Any] = server.info()
    except (RedisError, OSError) as error:
        yield DoctorFinding(False, f"It does not answer: {reason(error)}.")
        return
    yield _writable(server, key, about)
    yield version_finding(about)
    yield from map(_in_force, settings_in_force(server))
    yield _clock(server)
    count = int(about["connected_slaves"])
    yield DoctorFinding(
        count >= settings.replicas_to_wait,
        f"Replicas connected: {count};"
        f" QUEUE_REPLICAS_TO_WAIT asks for {settings.replicas_to_wait}.",
    )
    yield from _replicas(about)


def _of_replica(replica: Redis) -> Iterator[DoctorFinding]:
    """Its settings: they are the store's once it is promoted."""
    try:
        found = settings_of_replica(replica)
    except (RedisError, OSError) as error:
        yield DoctorFinding(
            None, f"Its settings cannot be asked: {reason(error)}; check them yourself."
        )
        return
    yield from map(_in_force, found)


def _named(server: str, finding: DoctorFinding) -> DoctorFinding:
    return replace(finding, text=f"{server}: {finding.text}") if server else finding


def _cluster(client: Redis, servers: Mapping[str, Redis]) -> Iterator[DoctorFinding]:
    """The cluster as its servers see it together."""
    asked: Any = client
    state = asked.execute_command("CLUSTER INFO")
    served, slots = int(state["cluster_slots_ok"]), int(state["cluster_slots_assigned"])
    yield DoctorFinding(
        served == SLOTS,
        f"It is a cluster of {len(servers)} primaries and {len(replicas(client))} replicas;"
        f" {served} of {SLOTS} slots are served"
        + (f", {SLOTS - slots} belong to no server." if slots < SLOTS else "."),
    )
    for place, about in asked.execute_command("CLUSTER NODES").items():
        flags = {*about["flags"].split(",")}
        if flags & {"fail", "noaddr"}:
            yield DoctorFinding(False, f"The cluster takes {place} for lost ({about['flags']}).")
        elif "fail?" in flags:
            yield DoctorFinding(
                False, f"A server suspects that {place} is lost ({about['flags']})."
            )
    for name, server in servers.items():
        yield from (_named(name, finding) for finding in _coverage(server))


def _coverage(server: Any) -> Iterator[DoctorFinding]:
    try:
        value = server.config_get(_FULL_COVERAGE).get(_FULL_COVERAGE)
    except ResponseError:
        yield DoctorFinding(
            None, f"{_FULL_COVERAGE} cannot be asked; check it yourself: it has to be no."
        )
        return
    except (RedisError, OSError):
        return  # failed connections are reported elsewhere
    yield DoctorFinding(
        value == "no",
        f"{_FULL_COVERAGE} is {value}; with yes the loss of one server stops every branch.",
    )


def _sentinels(client: Redis) -> Iterator[DoctorFinding]:
    """Each sentinel that the address names: the server that it takes for the primary."""
    pool: Any = client.connection_pool
    if not isinstance(pool, SentinelConnectionPool):
        return
    master, manager = str(pool.service_name), pool.sentinel_manager
    for sentinel in manager.sentinels:
        place = sentinel.connection_pool.connection_kwargs
        name = f"The sentinel at {place['host']}:{place['port']}"
        try:
            state = sentinel.sentinel_master(master)
        except (RedisError, OSError) as error:
            yield DoctorFinding(False, f"{name} does not answer for {master}: {reason(error)}.")
            continue
        others = int(state["num-other-sentinels"])
        yield DoctorFinding(
            not state["is_odown"],
            f"{name} takes {state['ip']}:{state['port']} for the primary of {master}; it knows"
            f" {state['num-slaves']} replicas and {others} other sentinels; its quorum is"
            f" {state['quorum']}.",
        )
        yield from _quorum(sentinel, name, master)


def _quorum(sentinel: Any, name: str, master: str) -> Iterator[DoctorFinding]:
    """Whether enough sentinels can be reached for another server to become the primary."""
    try:
        sentinel.execute_command("SENTINEL CKQUORUM", master)
    except ResponseError as refusal:
        if not str(refusal).startswith("NOQUORUM"):
            return  # it may not be asked
        yield DoctorFinding(
            False,
            f"{name} could not replace a lost primary: {str(refusal).rstrip('.')}. Start more"
            " sentinels, or set a lower quorum.",
        )
    except (RedisError, OSError) as error:
        why = reason(error)
        yield DoctorFinding(None, f"{name} did not say whether enough sentinels are there: {why}.")


def _sentinel_replicas(client: Redis) -> dict[str, Redis]:
    """The replicas that sentinels know of, by ``host:port``."""
    pool: Any = client.connection_pool
    if not isinstance(pool, SentinelConnectionPool):
        return {}
    manager, options = pool.sentinel_manager, pool.connection_kwargs
    kind = SSLConnection if issubclass(pool.connection_class, SSLConnection) else Connection
    kept = {name: value for name, value in options.items() if name != "connection_pool"}
    return {
        f"{host}:{port}": Redis.from_pool(
            ConnectionPool(connection_class=kind, **{**kept, "host": host, "port": port})
        )
        for host, port in manager.discover_slaves(pool.service_name)
    }


def _writable(server: Redis, key: str, about: Mapping[str, Any]) -> DoctorFinding:
    """Whether it takes a change, whatever it answers."""
    try:
        server.set(key, "1")
    except (RedisError, OSError) as refusal:
        return DoctorFinding(False, f"It takes no changes: {reason(refusal)}.")
    return DoctorFinding(True, f"It takes changes; its role is {about['role']}.")


def _replicas(about: Mapping[str, Any]) -> Iterator[DoctorFinding]:
    """How far each replica is behind the store."""
    written = int(about["master_repl_offset"])
    for number in range(int(about["connected_slaves"])):
        replica = about[f"slave{number}"]
        behind = max(0, written - int(replica["offset"]))
        yield DoctorFinding(
            replica["state"] == "online",
            f"The replica at {replica['ip']}:{replica['port']} is {replica['state']} and lacks"
            f" {behind} of {written} bytes; it was heard {replica['lag']} s ago.",
        )


def _in_force(one: InForce) -> DoctorFinding:
    if one.value is None:
        return DoctorFinding(
            None, f"{one.name} cannot be asked; check it yourself: it has to be {one.needed}."
        )
    return DoctorFinding(one.good, f"{one.name} is {one.value}; it has to be {one.needed}.")


def _clock(client: Redis) -> DoctorFinding:
    """The store's clock is the service's; logs and certificates go by this machine's."""
    seconds, microseconds = client.time()
    apart = time.time() - (seconds + microseconds / 1e6)
    return DoctorFinding(
        abs(apart) < _MOST_SECONDS_APART,
        f"This machine's clock and the store's are {abs(apart):.1f} s apart.",
    )
