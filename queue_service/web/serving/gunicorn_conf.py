"""How gunicorn serves the pages and the API; it reads the names in this module.

The application is loaded once, before the processes are forked, which saves time and memory. So
everything that can wait has to be gevent's from the start. Only the locks of prometheus_client
stay the interpreter's own: nothing waits while it holds one, and every request takes several.
"""

# ruff: noqa: E402 - what is imported before the patch would keep blocking a whole process
from gevent import monkey
from prometheus_client import multiprocess

monkey.patch_all()

import gc

gc.disable()  # until the application has loaded: its code is no garbage

import resource
import shutil
from typing import Any

from queue_service.runtime import logs
from queue_service.runtime.settings import Settings
from queue_service.web.serving.gunicorn_worker import LONGEST_REQUEST_SECONDS

_settings = Settings.from_env()

logs.configure("web", _settings)

_host = f"[{_settings.host}]" if ":" in _settings.host else _settings.host
bind = f"{_host}:{_settings.port}"
backlog = 2048
workers = _settings.web_processes
worker_class = "queue_service.web.serving.gunicorn_worker.Worker"
worker_connections = 10_000
preload_app = True
keepalive = 30
timeout = 60
graceful_timeout = _settings.drain_seconds + LONGEST_REQUEST_SECONDS
loglevel = _settings.log_level
logger_class = "queue_service.web.serving.gunicorn_worker.Logger"
control_socket_disable = True

# Else whichever package happens to be installed would decide how requests are read.
http_parser = "python"

# gunicorn would look for modules in the folder it was started in before all others.
chdir = "/"

# The application itself decides which proxies it trusts (QUEUE_TRUSTED_PROXIES).
forwarded_allow_ips = ""


def on_starting(server: Any) -> None:
    """Allow as many open connections as the system lets us: each open page holds one.

    The code that is loaded by now stays for good, so the garbage collector of the processes need
    not look at it: that took 0.1 s at a time, in which a process served no request, and copied its
    memory.
    """
    gc.collect()
    gc.freeze()
    gc.enable()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    server.log.info("%d open files allowed", most)


def on_exit(_server: Any) -> None:
    """Give the memory back that the shared metrics took."""
    shutil.rmtree(_settings.metrics_dir, ignore_errors=True)


def child_exit(server: Any, worker: Any) -> None:
    """Take an ended process out of the gauges that count only the living."""
    server.log.debug("process %d ended", worker.pid)
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # not typed
