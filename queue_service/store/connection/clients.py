"""Clients for the store: one kind for requests, one for readers, one for background jobs."""

from __future__ import annotations

from typing import Any, Final

from redis import BlockingConnectionPool, Redis
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.connection import SSLConnection
from redis.driver_info import DriverInfo
from redis.exceptions import ConnectionError as StoreConnectionError
from redis.exceptions import ReadOnlyError
from redis.retry import Retry

from queue_service.runtime import sentinel_address
from queue_service.runtime.cluster_address import ClusterAddress, is_cluster
from queue_service.runtime.settings import Settings
from queue_service.store.connection.batching import Batching
from queue_service.store.connection.cluster import ClusterBatching, ClusterClient, Router
from queue_service.store.connection.sentinel import sentinel_pool
from queue_service.store.connection.topology import ServerAddress, Topology
from queue_service.store.server.embedded import embedded_url
from queue_service.store.stream_reader import ClusterReader, ServerReader, StreamReader

_CONNECTIONS = 64
"""The most connections one process opens for requests; further requests wait for a free one."""

_CONNECT_SECONDS = 1.0
_READER_SECONDS = 3.0
_RETRIES = 2
_FREE_CONNECTION_SECONDS = 5.0
_ASK_FOR_SLOTS_SECONDS = 0.5
"""How long one server of a cluster is asked for the slots before the next."""

_DRIVER: Final = DriverInfo()
"""The library that each connection reports, whose version would be read from disk for each."""

_LOST: Final = (StoreConnectionError, ReadOnlyError)
"""After these a connection is made again: its server is gone, or is no primary any more."""


def store_url(settings: Settings) -> str:
    """The URL of the store: REDIS_URL, or the embedded server of the data folder."""
    return settings.redis_url or embedded_url(settings.data_dir)


def connect(settings: Settings) -> Redis:
    """A client for requests, with text in and out.

    A request waits at most ``store_timeout_seconds`` for a connection and for an answer. A lost
    connection is tried again twice, at once and safely, since scripts are idempotent by their
    key; a time-out is not, so that the caller learns of it in time.
    """
    url = store_url(settings)
    if is_cluster(url):
        return _cluster(url, settings.store_timeout_seconds)
    return _client(url, answer_within=settings.store_timeout_seconds, decode_responses=True)


def make_batching(client: Redis) -> Batching:
    """The batching that sends the scripts of this process's greenlets together, made for a client's
    store."""
    return ClusterBatching(client.router) if isinstance(client, ClusterClient) else Batching(client)


def open_reader(settings: Settings) -> StreamReader:
    """A reader that follows streams, with connections of its own, and never repeats a command by
    itself.

    It waits for a second at a time, so a longer silence is a store that hangs. Anyone who reads
    remembers the last entry of each stream and goes on from there.
    """
    url = store_url(settings)
    if is_cluster(url):
        client = _cluster(url, _READER_SECONDS)
        return ClusterReader(client, client.router)
    return ServerReader(connect_reader(settings))


def connect_reader(settings: Settings) -> Redis:
    """A client for a blocking reader of one server."""
    return Redis.from_pool(
        _pool(
            store_url(settings),
            max_connections=4,
            timeout=_FREE_CONNECTION_SECONDS,
            socket_timeout=_READER_SECONDS,
            socket_connect_timeout=_CONNECT_SECONDS,
            retry=Retry(ExponentialBackoff(), 0),
            decode_responses=True,
        )
    )


def connect_jobs(settings: Settings) -> Redis:
    """A client for a worker of the job queue, with bytes in and out as RQ wants them.

    It has no read time-out, because a worker blocks on its queue; RQ bounds its own waits.
    """
    return _client(
        settings.jobs_redis_url or store_url(settings),
        answer_within=None,
        decode_responses=False,
    )


def connect_job_health(settings: Settings) -> Redis:
    """A client that looks at the job queue from a request, and waits no longer than one may."""
    return _client(
        settings.jobs_redis_url or store_url(settings),
        answer_within=settings.store_timeout_seconds,
        decode_responses=True,
    )


def connect_files(settings: Settings) -> Redis:
    """A client for asking for jobs and picking up their files; bytes in and out."""
    return _client(
        settings.jobs_redis_url or store_url(settings),
        answer_within=settings.store_timeout_seconds,
        decode_responses=False,
    )


def _client(url: str, *, answer_within: float | None, decode_responses: bool) -> Redis:
    return Redis.from_pool(
        _pool(
            url,
            max_connections=_CONNECTIONS,
            timeout=answer_within or _FREE_CONNECTION_SECONDS,
            socket_timeout=answer_within,
            socket_connect_timeout=_CONNECT_SECONDS,
            retry=Retry(ExponentialBackoff(base=0.02, cap=0.2), _RETRIES, _LOST),
            decode_responses=decode_responses,
            encoding_errors="replace",
            driver_info=_DRIVER,
        )
    )


def _pool(url: str, **options: Any) -> BlockingConnectionPool:
    if url.startswith(sentinel_address.SCHEMES):
        return sentinel_pool(url, **options)
    return BlockingConnectionPool.from_url(url, **options)


def _cluster(url: str, answer_within: float) -> ClusterClient:
    """A client for a cluster. A lost command is repeated at the server that the cluster then
    names."""
    address = ClusterAddress.parse(url)
    options: dict[str, Any] = {
        **address.options,
        **({"connection_class": SSLConnection} if address.tls else {}),
        "retry": Retry(NoBackoff(), 0),
        "decode_responses": True,
        "encoding_errors": "replace",
        "driver_info": _DRIVER,
    }

    def pool(place: ServerAddress, seconds: float) -> BlockingConnectionPool:
        host, port = place
        make: Any = BlockingConnectionPool
        made: BlockingConnectionPool = make(
            host=host,
            port=port,
            max_connections=_CONNECTIONS,
            timeout=seconds,
            socket_timeout=seconds,
            socket_connect_timeout=min(seconds, _CONNECT_SECONDS),
            **options,
        )
        return made

    topology = Topology(
        address.servers,
        lambda place: Redis.from_pool(pool(place, answer_within)),
        lambda place: Redis.from_pool(pool(place, _ASK_FOR_SLOTS_SECONDS)),
    )
    return ClusterClient(Router(topology, answer_within), pool(address.servers[0], answer_within))
