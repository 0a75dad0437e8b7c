"""gunicorn's worker, with the service's own responses for requests it refuses before the
application sees it.

gunicorn answers a request line or header that it cannot read with a page of its own in HTML. It
would also read to its end whatever the application refused to read, and reveal its name.
"""

from __future__ import annotations

import socket
from time import monotonic
from typing import Any, Final

import gevent
from flask import Response
from gunicorn.glogging import Logger as GunicornLogger
from gunicorn.http import errors, parser, wsgi
from gunicorn.http.body import ChunkedReader, LengthReader
from gunicorn.http.unreader import SocketUnreader
from gunicorn.util import close_graceful, write_nonblock
from gunicorn.workers.ggevent import GeventWorker

from queue_service.runtime import logs
from queue_service.web import request_ids
from queue_service.web.problems.errors import problem
from queue_service.web.requests import BodyTooSlow
from queue_service.web.serving import stopping
from queue_service.web.serving.connections import HandedOver

_TOO_LARGE: Final = (errors.LimitRequestLine, errors.LimitRequestHeaders)
_WITH_HOST: Final = (1, 1)
"""From this version of HTTP on every request has to say its host (RFC 9112, section 3.2)."""
_OURS: Final = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)
"""Kinds of the reader's exceptions that are about a header of our own answer."""

_MOST_UNREAD_BYTES: Final = 1024 * 1024
"""So much of a refused request is still read from the connection, so that the answer arrives."""


_MOST_SKIPPED_BYTES: Final = 64 * 1024
"""An unread body up to this is skipped, so that the connection can be used again."""


LONGEST_REQUEST_SECONDS: Final = 3
"""How long what is being answered when a process ends may still take. Event streams are cut off."""


BODY_SECONDS: Final = 10.0
"""How long a request's body may take to come, so that no client holds connections by bodies that
never end. ``deploy/Caddyfile`` has the same limit."""


_LONGEST_SILENCE_MS: Final = 30_000
"""How long what was sent may stay unconfirmed."""


class BodyUnreader(SocketUnreader):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's source of a connection's bytes, with a limit to the time of a request's body."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ends: float | None = None
        self.is_late = False

    def limit(self, seconds: float | None) -> None:
        """The time that a body may take from now on; None: no body is expected."""
        self._ends = None if seconds is None else monotonic() + seconds

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next chunk. Raises BodyTooSlow if that is not there in time."""
        if self._ends is None:
            return bytes(super().chunk(size_hint))
        before = self.sock.gettimeout()
        try:
            self.sock.settimeout(max(0.001, self._ends - monotonic()))
            return bytes(super().chunk(size_hint))
        except TimeoutError:
            self.is_late = True
            raise BodyTooSlow("The body did not come in time; send it again, faster.") from None
        finally:
            self.sock.settimeout(before)


parser.SocketUnreader = BodyUnreader  # gunicorn takes its sources from this name


class Logger(GunicornLogger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's own messages, written as everything else of this process is."""

    def setup(self, cfg: Any) -> None:
        """Leave the lines to the root logger."""
        super().setup(cfg)
        self.error_log.propagate = True

    def _set_handler(self, *_: Any, **__: Any) -> None:
        """gunicorn's handlers write a format of its own."""


class _Packet(list[bytes]):
    """Replaces a connection and buffers what is sent, so that it goes out together."""

    sendall = list.append


class _Response(wsgi.Response):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's answer, whose headers go out in one packet with the first of its body.

    It ends the connection if it came before the request was read.
    """

    sock: Any

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        # Decided once: a connection that was announced as kept alive and is closed loses the next
        # request, and a process may be asked to stop between an answer's headers and its end.
        self._is_last = stopping.has_begun()

    def should_close(self) -> bool:
        """Whether the connection ends after this response."""
        late = self.req.unreader.is_late
        return bool(super().should_close()) or late or _is_unread(self.req) or self._is_last

    def write(self, arg: bytes) -> None:
        """Send a part of the body, the first of them with the headers."""
        if self.headers_sent:
            super().write(arg)
            return
        connection, self.sock = self.sock, _Packet()
        try:
            super().write(arg)
            connection.sendall(b"".join(self.sock))
        finally:
            self.sock = connection

    def default_headers(self) -> list[str]:
        """The first headers of every answer, without the name of the program.

        HTTP/1.1 keeps a connection without a header that says so; a page loads some twenty files.
        """
        lines = super().default_headers()
        kept = "Connection: keep-alive\r\n" if self.req.version >= (1, 1) else ""
        return [line for line in lines if line != kept and not line.startswith("Server:")]


wsgi.Response = _Response  # gunicorn takes its answers from this name


class Worker(GeventWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's gevent worker, which answers with problem documents alone.

    Asked to stop, it goes on answering for QUEUE_DRAIN_SECONDS, in which it says that it stops.
    """

    def init_process(self) -> None:
        """Begin in the process of its own."""
        keep_settings(self.cfg)
        super().init_process()

    def patch(self) -> None:
        """End connections on which nothing arrives any more, as after a pulled plug."""
        super().patch()
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # elsewhere the system's own limit holds
            for listener in self.sockets:  # and so for all connections accepted from it
                level, option = socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT
                listener.setsockopt(level, option, _LONGEST_SILENCE_MS)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Stop, once a proxy has had the time to notice."""
        stopping.begin()
        drain_seconds = self.cfg.graceful_timeout - LONGEST_REQUEST_SECONDS
        gevent.spawn_later(drain_seconds, self._stop, sig, frame)

    def _stop(self, sig: int, frame: Any) -> None:
        stopping.end()
        self.cfg.set("graceful_timeout", LONGEST_REQUEST_SECONDS)
        keep_settings(self.cfg)
        super().handle_exit(sig, frame)

    def handle_request(
        self, listener_name: Any, req: Any, sock: socket.socket, addr: tuple[Any, ...]
    ) -> bool:
        """Answer a request. The rest of its body is not read to the end, and a body that does not
        come within :data:`BODY_SECONDS` is refused.

        Raises StopIteration if the connection has to be closed. An event stream ends it early:
        its connection goes on in other hands, and ours is closed.
        """
        if req.version >= _WITH_HOST and not any(name == "HOST" for name, _ in req.headers):
            raise errors.InvalidHeader("Host")
        req.unreader.limit(BODY_SECONDS)
        try:
            return bool(super().handle_request(listener_name, req, sock, addr))
        except HandedOver:
            raise StopIteration from None
        except StopIteration:
            if _is_unread(req):
                close_graceful(sock, max_drain=_MOST_UNREAD_BYTES)
            raise
        finally:
            req.unreader.limit(None)

    def handle_error(
        self,
        req: Any,  # noqa: ARG002 - gunicorn's signature; the address may hold a secret
        client: socket.socket,
        addr: tuple[Any, ...] | None,  # noqa: ARG002 - nor is it logged who asks
        exc: BaseException,
    ) -> None:
        """Answer a request that could not be read, or that broke outside of the application."""
        if not isinstance(exc, Exception):
            return  # this process ends, and the connection with it
        logs.request_id.set(request_ids.make())
        response = _answer(exc)
        if response.status_code < 500:
            self.log.warning("a request cannot be read: %s", type(exc).__name__)
        else:
            self.log.error("a request failed outside of the application", exc_info=exc)
        try:
            write_nonblock(client, _encoded(response))
        except OSError as error:
            self.log.debug("the client has gone: %s", error)
        close_graceful(client, max_drain=_MOST_UNREAD_BYTES)


def keep_settings(cfg: Any) -> None:
    """Keep each of gunicorn's settings as an attribute, which is read at once.

    A request reads 25 of them, and gunicorn looks each up in two functions of its own.
    """
    vars(cfg).update({name: setting.get() for name, setting in cfg.settings.items()})


def _is_unread(req: Any) -> bool:
    """Whether more of a request's body is to come than is worth reading for nothing."""
    reader = getattr(req.body, "reader", None)
    if isinstance(reader, ChunkedReader):
        return reader.parser is not None
    return isinstance(reader, LengthReader) and reader.length > _MOST_SKIPPED_BYTES


def _answer(exc: BaseException) -> Response:
    if isinstance(exc, _TOO_LARGE):
        return problem("too_large", "The address or the headers are too long: send shorter ones.")
    if isinstance(exc, errors.ParseException) and not isinstance(exc, _OURS):
        return problem("malformed", "The request is no readable HTTP: check how it is sent.")
    return problem("internal", "Something went wrong here; it has been noted. Try again later.")


def _encoded(response: Response) -> bytes:
    response.headers["Connection"] = "close"
    response.headers[request_ids.HEADER] = logs.request_id.get()
    head = f"HTTP/1.1 {response.status}\r\n{response.headers}"
    return head.encode() + response.get_data()
