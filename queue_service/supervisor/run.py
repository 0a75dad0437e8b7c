"""The order in which everything starts."""

from __future__ import annotations

import http
import http.client
import logging
import socket
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from redis import Redis

from queue_service import __version__
from queue_service.errors import StoreUnavailable
from queue_service.runtime import central_server_file, data_folder, logs
from queue_service.runtime.settings import Settings, taken_notify_socket, unknown_variables
from queue_service.store.connection.clients import connect
from queue_service.store.server.durability import settings_in_force
from queue_service.store.server.embedded import prepare_folder, store_folder
from queue_service.store.server.running import checked, left_out_the_end, log_file
from queue_service.supervisor import banner, programs, terminal
from queue_service.supervisor.children import Children
from queue_service.supervisor.preflight import base_url, listening, own_folder
from queue_service.supervisor.prometheus import Prometheus
from queue_service.supervisor.signals import Stopped, signals
from queue_service.supervisor.systemd import Systemd

_log: Final = logging.getLogger(__name__)

_PROBE_SECONDS = 1.0
_CHANGE_SECONDS = 5.0
"""How long a change of the store is waited for, which it may have to wait with for replicas."""

_LEFT_OUT = (
    "The store has left out the end of its file, which was not written whole, as after a loss of"
    " power. Nothing that was acknowledged is among it."
)
_NO_CHANGES = (
    "The store takes no changes yet, so no number can be issued or called."
    " `queue-service doctor store` says why."
)


def run(settings: Settings, prometheus_port: int | None = None) -> int:
    """Run the service until it is asked to stop; returns the exit code.

    With a port Prometheus runs next to it and scrapes it; 0 lets the system choose the port. Raises
    OperatorError, with everything stopped, when it cannot start or a part of it keeps ending.
    """
    _warn_of_unknown()
    systemd = Systemd(taken_notify_socket())
    prometheus = None if prometheus_port is None else Prometheus.find(prometheus_port)
    with ExitStack() as stack:
        waiting = stack.enter_context(signals())
        try:
            lock = stack.enter_context(own_folder(settings, waiting))
            if settings.home_url:
                kept = central_server_file.CentralServerAccess(
                    settings.home_url, settings.home_token
                )
                central_server_file.keep(settings.data_dir, kept)
            listener = stack.enter_context(listening(settings))
            if not settings.redis_url:
                prepare_folder(
                    settings.data_dir
                )  # it decides on the socket, which the client needs
            client = stack.enter_context(connect(settings))
            log = _open_log(stack, settings)
            children = Children(client, waiting, systemd, [log], settings.drain_seconds)
            stack.callback(children.stop)
            _start(children, settings, lock, listener)
            url = base_url(settings, listener)
            if prometheus is not None:
                children.add(prometheus.program(settings, client, url))
                children.wait_for("prometheus", prometheus.is_ready)
            try:
                banner.say(settings, client, url, prometheus.url if prometheus else None)
            except StoreUnavailable:  # it takes no changes, and a screen's link is one
                terminal.say(f"ready {url}")
            _log.info("version %s is ready at %s", __version__, url)
            systemd.notify("READY=1", f"STATUS=Version {__version__} is ready at {url}")
            children.watch()
        except Stopped:
            systemd.notify("STOPPING=1")
            terminal.say("Stopping …")
            _log.info("was asked to stop")
    return 0


def _open_log(stack: ExitStack, settings: Settings) -> Path:
    """Write the log of this process into a file of its own, next to those of the parts."""
    settings.log_dir.mkdir(mode=0o700, exist_ok=True)
    log = settings.log_dir / "supervisor.log"
    logs.configure("supervisor", settings, stack.enter_context(log.open("a", encoding="utf-8")))
    return log


def _start(
    children: Children, settings: Settings, lock: data_folder.Lock, listener: socket.socket
) -> None:
    """Start all of it and wait until pages are served; report what else is missing."""
    folder = store_folder(settings.data_dir)
    log = log_file(folder)
    written = log.stat().st_size if log.exists() else 0
    if settings.redis_url:
        _warn(checked(settings))
    else:
        children.add_store(programs.store(settings, lock))
    web = programs.web(settings, listener.fileno())
    children.add(web)
    children.wait_for_store()
    if not settings.redis_url and left_out_the_end(folder, written):
        terminal.say(_LEFT_OUT)
        _log.warning(_LEFT_OUT)
    children.mark_format()
    background = [children.add(make(settings)) for make in (programs.worker, programs.schedule)]
    children.wait_for(web.name, lambda: _answers(listener, "/healthz", _PROBE_SECONDS))
    for child in background:
        children.wait_for_background(child)
    if not _answers(listener, "/readyz", _CHANGE_SECONDS):
        terminal.say(_NO_CHANGES)
        _log.warning(_NO_CHANGES)
    # Letters and files are not needed in the first second, so these delay nothing.
    children.add(programs.deliveries(settings))
    children.add(programs.files(settings))


def _warn_of_unknown() -> None:
    """Say which variables do nothing: a misspelled one would be missed in silence."""
    for name, alike in unknown_variables().items():
        hint = f"; did you mean {alike}?" if alike else "."
        print(f"Warning: {name} is no setting of this service{hint}", file=sys.stderr)


def _warn(store: Redis) -> None:
    """Say what a store that is not ours may do to tickets that were acknowledged."""
    for one in settings_in_force(store):
        if one.value is None:
            print(
                f"Warning: the store's {one.name} cannot be asked: check yourself that it is"
                f" {one.needed}, or tickets may be lost.",
                file=sys.stderr,
            )
        elif not one.good:
            print(
                f"Warning: the store may lose tickets: its {one.name} is {one.value}, and has to"
                f" be {one.needed}.",
                file=sys.stderr,
            )


def _answers(listener: socket.socket, path: str, seconds: float) -> bool:
    """Whether the web says that this is well, within so many seconds."""
    host, port = listener.getsockname()[:2]
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
