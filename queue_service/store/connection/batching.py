"""Scripts that requests ask for at the same time go to the store in one message.

A process serves many requests, and each waits for one script. Sent one by one, every script costs
both sides a message and a wake-up; gathered, the next message carries whatever was asked for
while the last one was on its way. At 32 kiosks that halves what a ticket costs the process.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import gevent
from gevent.hub import Waiter, get_hub
from hiredis import pack_command
from redis import Redis
from redis.exceptions import ConnectionError as StoreConnectionError
from redis.exceptions import ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as StoreTimeoutError

_LONGEST_MESSAGE: Final = 64
"""Scripts in one message: the store serves no other client until it has run all of a message."""

UNDERWAY: Final = 4
"""Messages on their way at a time. With one, all wait idly while the store waits for its disk."""

_ENOUGH: Final = 4
"""Scripts that are sent without waiting for more: the process has others to serve meanwhile."""

BatchedCommand = tuple[str | int, ...]


@dataclass(eq=False, slots=True)
class _PendingCommand:
    command: BatchedCommand
    reply: Any = field(default_factory=Waiter)


class Batching:
    """Sends the commands of a process's greenlets to the store, over a few own connections.

    A lost connection is tried again as the client's retry says, with all of its message: scripts
    that change something recognise themselves.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._waiting: list[_PendingCommand] = []
        self._free: list[Any] = [None] * UNDERWAY
        self._starting = False

    def ask(self, command: BatchedCommand) -> Any:
        """The reply to a command. Raises RedisError: the command's own or the connection's.

        The client's time limit holds for the messages being sent. Commands that wait behind a
        message that timed out are refused with it and never sent.
        """
        pending = _PendingCommand(command)
        self._waiting.append(pending)
        if self._free and len(self._waiting) >= _ENOUGH:
            # In this greenlet: a new one would run after all that are ready, and the store would be
            # idle until then.
            self._send_some(self._free.pop())
        elif self._free and not self._starting:
            self._starting = True
            gevent.spawn(self._send_all, self._free.pop())
        try:
            return pending.reply.get()
        except BaseException:
            if pending in self._waiting:  # given up before it was sent: it is not done late
                self._waiting.remove(pending)
            raise

    def _send_some(self, connection: Any) -> None:
        self._hand_on(self._send(connection))

    def _hand_on(self, connection: Any) -> None:
        if self._waiting:
            gevent.spawn(self._send_all, connection)
        else:
            self._free.append(connection)

    def _send_all(self, connection: Any) -> None:
        self._starting = False
        while self._waiting:
            connection = self._send(connection)
        self._free.append(connection)

    def _send(self, connection: Any) -> Any:
        """Send the next message and deliver the replies. Returns the connection."""
        # Before anything else: whatever lets others run might leave nothing to send.
        message = self._waiting[:_LONGEST_MESSAGE]
        del self._waiting[:_LONGEST_MESSAGE]
        replies: list[Any]
        try:
            if connection is None:
                connection = self._client.connection_pool.make_connection()
            replies = _exchange(connection, [pending.command for pending in message])
        except Exception as error:  # each of those who asked handles it
            if isinstance(error, StoreTimeoutError):
                message += self._waiting
                self._waiting.clear()
            replies = [error]
        except BaseException:
            # Anyone who sends is ended with its request: replies under way must answer no other
            # request.
            if connection is not None:
                connection.disconnect()
            self._hand_on(connection)
            _deliver(message, [StoreConnectionError("given up with the request that sent it")])
            raise
        _deliver(message, replies)
        return connection


def _deliver(message: list[_PendingCommand], replies: list[Any]) -> None:
    """Each its own reply; one alone is for all."""
    schedule = get_hub().loop.run_callback
    for pending, reply in zip(message, replies * (len(message) // len(replies)), strict=True):
        failed = isinstance(reply, Exception)
        schedule(pending.reply.throw if failed else pending.reply.switch, reply)


def _exchange(connection: Any, commands: list[BatchedCommand]) -> list[Any]:
    packed = b"".join([pack_command(command) for command in commands])  # type: ignore[arg-type]  # each begins with its name, a text

    def attempt() -> list[Any]:
        if not connection.is_connected:
            connection.connect()
        connection.send_packed_command([packed], check_health=False)
        return [_read_reply(connection) for _ in commands]

    replies: list[Any] = connection.retry.call_with_retry(
        attempt, lambda _: connection.disconnect()
    )
    return replies


def _read_reply(connection: Any) -> Any:
    try:
        return connection.read_response()
    except ReadOnlyError:
        raise  # no reply to one command: the connection leads to no primary any more
    except ResponseError as error:
        return error
