"""Prometheus next to the service: its configuration, its token and the command that runs it.

Everything it keeps lies in ``<data folder>/prometheus``, which is open to its owner alone.
"""

from __future__ import annotations

import http
import http.client
import json
import shutil
import socket
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from redis import Redis

from queue_service.access.operations import access
from queue_service.access.rules.credentials import digest
from queue_service.access.rules.lifetimes import DAY_MS, LONGEST_TOKEN_DAYS
from queue_service.access.store import AccessStore
from queue_service.command import Queue
from queue_service.errors import OperatorError
from queue_service.runtime.settings import Settings, search_path
from queue_service.store.redis_store import RedisStore
from queue_service.supervisor.child import Program

USUAL_PORT: Final = 9090

_HOST: Final = "127.0.0.1"
_LABEL: Final = "Prometheus next to the service"
_PROBE_SECONDS: Final = 1.0
_RENEWED_BEFORE_MS: Final = 180 * DAY_MS
_RULES: Final = resources.files("dashboards") / "prometheus" / "rules" / "*.yml"


@dataclass(frozen=True, slots=True)
class Prometheus:
    """The program, and the port on this machine that it shall listen on."""

    binary: Path
    port: int

    @classmethod
    def find(cls, port: int) -> Prometheus:
        """The installed one; port 0 lets the system choose. Raises OperatorError."""
        found = shutil.which("prometheus", path=search_path())
        if found is None:
            raise OperatorError(
                "Prometheus is not on the PATH: install it (Debian: apt install prometheus),"
                " or start without --with-prometheus."
            )
        return cls(Path(found), _free(port))

    @property
    def url(self) -> str:
        """The URL of its pages."""
        return f"http://{_HOST}:{self.port}/"

    def program(self, settings: Settings, client: Redis, service: str) -> Program:
        """The program, set up to scrape the service at the address ``service``."""
        folder = settings.data_dir / "prometheus"
        folder.mkdir(mode=0o700, exist_ok=True)
        config = folder / "prometheus.yml"
        # JSON is YAML, too.
        text = json.dumps(configuration(service, _token_file(folder, client)), indent=2)
        config.write_text(text, encoding="utf-8")
        command = [
            str(self.binary),
            f"--config.file={config}",
            f"--storage.tsdb.path={folder / 'data'}",
            "--storage.tsdb.retention.time=30d",
            f"--web.listen-address={_HOST}:{self.port}",
            "--log.level=warn",
        ]
        return Program("prometheus", lambda _: command, settings.log_dir / "prometheus.log")

    def is_ready(self) -> bool:
        """Whether it answers."""
        connection = http.client.HTTPConnection(_HOST, self.port, timeout=_PROBE_SECONDS)
        try:
            connection.request("GET", "/-/ready")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()


def configuration(service: str, token: Path, every: str = "5s") -> dict[str, Any]:
    """Prometheus' configuration: both jobs of a service on this machine, and the rules.

    ``token`` is the file with a token of role ``metrics``; ``every`` is how often to ask.
    """
    target = urlsplit(service).netloc

    def job(name: str, path: str, **labels: str) -> dict[str, Any]:
        return {
            "job_name": f"queue-service-{name}",
            "metrics_path": path,
            "authorization": {"credentials_file": str(token)},
            "static_configs": [{"targets": [target], "labels": labels}],
        }

    return {
        "global": {
            "scrape_interval": every,
            "scrape_timeout": every,
            "evaluation_interval": every,
            "external_labels": {"queue_url": service},
        },
        "rule_files": [str(_RULES)],
        "scrape_configs": [
            job("processes", "/metrics"),
            job("queue", "/metrics/queue", instance="queue"),
        ],
    }


def _free(port: int) -> int:
    try:
        with socket.create_server((_HOST, port)) as probe:
            return int(probe.getsockname()[1])
    except OSError:
        raise OperatorError(
            f"Port {port} on {_HOST} is taken: stop what uses it, or choose another one with"
            " --with-prometheus=PORT."
        ) from None


def _token_file(folder: Path, client: Redis) -> Path:
    """The file with its token: the one of the last time, while it lasts half a year longer."""
    file = folder / "token"
    store = Queue(RedisStore(client)).get(AccessStore)
    stored_token = file.read_text(encoding="utf-8").strip() if file.exists() else ""
    token, now = store.token(digest(stored_token)), store.now()
    if token is None or token.role != "metrics" or token.has_ended(now + _RENEWED_BEFORE_MS):
        _, secret = access.create_token(
            store, "metrics", None, now=now, label=_LABEL, days=LONGEST_TOKEN_DAYS
        )
        file.touch(mode=0o600)
        file.write_text(secret, encoding="utf-8")
    return file
