"""Web processes alone, on a store that runs elsewhere, as in a container."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from queue_service.runtime import process
from tests.ports import free_port
from tests.running import environment, eventually


@dataclass
class Replica:
    """A web replica with a folder and settings of its own; it keeps its port over a restart."""

    folder: Path
    settings: Mapping[str, str]
    port: int = field(default_factory=free_port)
    running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        environ = environment(
            self.folder,
            QUEUE_PORT=str(self.port),
            QUEUE_KIOSK_TICKETS_PER_MINUTE="0",
            **self.settings,
        )
        command = [sys.executable, "-m", "queue_service", "web"]
        self.folder.mkdir(exist_ok=True)
        self.running = process.spawn(command, self.folder / "web.log", environment=environ)
        eventually(lambda: self.get("/healthz") == 200)

    def stop(self) -> None:
        """Ask it to stop, as `docker stop` does, and wait for that."""
        if self.running is not None:
            self.running.terminate()
            self.running.wait(20)
            self.end()

    def end(self) -> None:
        """End it at once."""
        if self.running is not None:
            process.end_session(self.running)
            self.running = None

    def get(self, path: str) -> int:
        """The status of an answer; 0 while there is none."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()
