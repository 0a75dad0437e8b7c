"""The stream of one phone: the message of its visit, and each time that is another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Final

from gevent.event import Event

from queue_service.following.shared import REMOVED, PhoneSubscription, SharedBranch
from queue_service.web.serving.connections import CHECK_SECONDS, HandedOver, StreamAct
from queue_service.web.serving.handing_over import HandOver

STILL_SECONDS: Final = 15.0
_STILL: Final = b"event: still\ndata: {}\n\n"
"""The message that what the phone shows still holds."""


class PhoneStream:
    """One open stream. Its code is all it needs: no credential of it can be revoked."""

    caller: Final = None

    def __init__(self, branch: SharedBranch, visit_id: str) -> None:
        self._branch = branch
        self._visit = visit_id
        self._phone: PhoneSubscription | None = None
        self._lives_on = False
        self._sent_at = monotonic()

    def follow(self, hand_over: HandOver | None = None) -> Iterator[bytes]:
        """The bytes of the stream. Raises HandedOver once its connection is handed over."""
        arrived = Event()
        phone = self._phone = self._branch.subscribe(self._visit, arrived.set)
        yield b"retry: 2000\n\n" + (self._branch.message(self._visit) or REMOVED)
        if hand_over is not None:
            phone.wake = hand_over(self)
            self._lives_on = True
            raise HandedOver
        while not self.ended:
            yield from filter(None, (self.news(), self.comment(monotonic())))
            arrived.wait(CHECK_SECONDS)
            arrived.clear()

    def answered(self) -> None:
        """The request is over, and so is the stream unless it lives on."""
        if not self._lives_on:
            self.close()

    @property
    def ended(self) -> bool:
        """Whether another phone of the same visit has taken its place."""
        return self._phone is not None and self._phone.ended

    def news(self) -> bytes:
        """The message that has come since."""
        news = self._phone.take() if self._phone is not None else b""
        if news:
            self._sent_at = monotonic()
        return news

    def comment(self, now: float) -> bytes:
        """The message that nothing has changed, where that is known."""
        if now - self._sent_at < STILL_SECONDS - CHECK_SECONDS or not self._branch.is_fresh:
            return b""
        self._sent_at = now
        return _STILL

    def revoke(self) -> None:
        """Nothing of it can be revoked."""

    def due(self, now: float) -> Iterable[StreamAct]:  # noqa: ARG002 - of every stream
        """Nothing: a phone costs the store nothing while its stream is open."""
        return ()

    def farewell(self) -> bytes:
        """No last words: the phone connects again."""
        return b""

    def close(self) -> None:
        """The stream has no listener any more."""
        if self._phone is not None:
            self._branch.unsubscribe(self._phone)
