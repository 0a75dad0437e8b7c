"""Flask without the parts that this service does not use and every request would pay for.

Together they are a quarter of the cost of a ticket in the web process' Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from flask import Flask, Request, Response, request
from flask.globals import request_ctx
from flask.sessions import NullSession, SessionInterface, SessionMixin
from flask.templating import Environment
from flask.typing import ResponseReturnValue
from jinja2 import nodes
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, Rule
from werkzeug.sansio.utils import get_host

from queue_service.errors import (
    CounterNotFound,
    NotFound,
    NotOffered,
    ServiceInactive,
    ServiceNotFound,
)
from queue_service.runtime.cooperation import begin_turn, give_way, in_turns
from queue_service.web.compression import compressed_file
from queue_service.web.context import queue
from queue_service.web.static_addresses import StaticFiles, with_digest, without_digest

Found = tuple[Rule, Mapping[str, Any]]
"""The rule that matched, and the values in the path."""

_MOST_REMEMBERED: Final = 4096
_BY_CONFIGURATION: Final = (
    CounterNotFound,
    NotFound,
    NotOffered,
    ServiceInactive,
    ServiceNotFound,
)
"""Refusals that a configuration of the branch decides."""


class _NoSessions(SessionInterface):
    """A login is kept in the store (``web/security/permissions.py``): no cookie holds a session."""

    _nothing = NullSession()

    def open_session(self, *_: Any, **__: Any) -> SessionMixin:
        """The same nothing for every request; it refuses to be written to."""
        return self._nothing

    def save_session(self, *_: Any, **__: Any) -> None:
        """There is nothing to save."""


class _Rule(Rule):
    """An address whose builder is compiled when the address is first built.

    A process builds few of its 340 addresses, and compiling all of them is a tenth of its start.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: Callable[..., tuple[str, str]] | None = None

        def build(*args: Any, **kwargs: Any) -> tuple[str, str]:
            nonlocal compiled
            if compiled is None:
                compiled = Rule._compile_builder(self, append_unknown)
            return compiled(*args, **kwargs)

        return build


class _Paths(MapAdapter):
    """Remembers what a path has led to: most requests are for a few paths."""

    def __init__(self, known: dict[tuple[str, str], Found], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = known

    def match(self, *args: Any, **kwargs: Any) -> Any:
        """As werkzeug's. A path that leads nowhere, or elsewhere, is looked up each time."""
        if args or kwargs != {"return_rule": True}:
            return super().match(*args, **kwargs)
        path = self.default_method, self.path_info
        found = self._known.get(path)
        if found is None:
            found = super().match(return_rule=True)
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[path] = found
        rule, values = found
        return rule, dict(values)


class _Templates(Environment):
    """Templates that let others of the process go on while a long page is written."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        give_way()
        return super()._parse(source, name, filename)

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        give_way()
        return super()._generate(source, name, filename, defer_init)

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        """The text of these parts, which are written one by one."""
        return "".join(in_turns(parts))


class Application(Flask):
    """A Flask application whose views are plain functions on one host at the root of it."""

    session_interface = _NoSessions()
    jinja_environment = _Templates
    url_rule_class = _Rule

    def __init__(self, *args: Any, files: StaticFiles, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._files = files
        # An address with a slash too many leads nowhere, instead of elsewhere by a page of HTML.
        self.url_map.merge_slashes = False
        self._known_paths: dict[tuple[str, str], Found] = {}

    def send_static_file(self, filename: str) -> Response:
        """As Flask's, compressed where the browser takes that."""
        response = super().send_static_file(filename)
        return compressed_file(response, Path(str(self.static_folder), filename), self._files)

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """As Flask's; the address of a script, style, font or picture has the digest of them."""
        return with_digest(super().url_for(endpoint, **values), self._files.digest)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view is asynchronous, so none has to be asked."""
        return func

    def full_dispatch_request(self) -> Response:
        """As Flask's, without its signals: the service has no listeners."""
        self._got_first_request = True
        begin_turn()
        answer: ResponseReturnValue | HTTPException | None
        try:
            answer = self.preprocess_request()
            if answer is None:
                answer = self.dispatch_request()
        except Exception as error:  # each kind has its handler, as in Flask
            answer = self.handle_user_exception(error)
        return self.finalize_request(answer)

    def dispatch_request(self) -> ResponseReturnValue:
        """As Flask's, and once more if it found nothing by a configuration that is no longer in
        force: another process may have saved a new service a moment ago.

        A request that is refused has changed nothing. Only then is the store asked.
        """
        try:
            return super().dispatch_request()
        except _BY_CONFIGURATION:
            branch = (request.view_args or {}).get("branch")
            if branch is None or not queue().outdated(branch):
                raise
        return super().dispatch_request()

    def preprocess_request(self) -> ResponseReturnValue | None:
        """As Flask's, at once where no blueprint has hooks of its own."""
        if self.before_request_funcs.keys() - {None} or self.url_value_preprocessors:
            return super().preprocess_request()
        for before in self.before_request_funcs.get(None, ()):
            # No hook is asynchronous, as no view is.
            refusal: ResponseReturnValue | None = before()  # type: ignore[assignment]  # never awaited
            if refusal is not None:
                return refusal
        return None

    def process_response(self, response: Response) -> Response:
        """As Flask's, at once where no blueprint has hooks of its own."""
        if self.after_request_funcs.keys() - {None}:
            return super().process_response(response)
        # Its type does not show that it is a proxy.
        context = request_ctx._get_current_object()  # type: ignore[attr-defined]  # of the proxy
        own = reversed(self.after_request_funcs.get(None, ()))
        for after in (*context._after_request_functions, *own):
            response = after(response)
        return response

    def do_teardown_request(self, *exc: Any) -> None:
        """No-op."""
        if self.teardown_request_funcs:
            super().do_teardown_request(*exc)

    def do_teardown_appcontext(self, *exc: Any) -> None:
        """No-op."""
        if self.teardown_appcontext_funcs:
            super().do_teardown_appcontext(*exc)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Match by path alone: there are no subdomains and no host of one's own."""
        if request is None:
            return super().create_url_adapter(None)
        environ = request.environ
        return _Paths(
            self._known_paths,
            self.url_map,
            server_name=_host(
                request.scheme,
                environ.get("HTTP_HOST"),
                environ["SERVER_NAME"],
                int(environ["SERVER_PORT"]),
            ),
            script_name=request.root_path or "/",
            subdomain="",
            url_scheme=request.scheme,
            path_info=without_digest(request.path),
            default_method=request.method,
            query_args=environ.get("QUERY_STRING", ""),
        )


@lru_cache(maxsize=1024)
def _host(scheme: str, header: str | None, server: str, port: int) -> str:
    """The checked name by which the service is reached; empty when it is no name."""
    return get_host(scheme, header, (server, port))
