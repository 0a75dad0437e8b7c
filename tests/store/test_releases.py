"""Every release refuses a store that a newer version has written, and leaves it as it is.

Each release that git has a tag of is taken from there and run; 0.1.0 and 0.2.0 do not refuse, as
docs/operating.md says.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from redis import Redis

from queue_service.runtime.settings import Settings
from queue_service.store.format import FORMAT, KEY
from tests.running import environment

ROOT = Path(__file__).parent.parent.parent
GIT = shutil.which("git") or ""
THIS = "this version"


def releases() -> list[str]:
    """The tags of releases that have to refuse, and this version itself."""
    command = [GIT, "tag", "--list", "v[0-9]*"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    tags = [tag for tag in listed.stdout.split() if not tag.startswith(("v0.1.", "v0.2."))]
    return [*tags, THIS]


@pytest.mark.parametrize("release", releases() if GIT else [THIS])
@pytest.mark.parametrize("part", ["web", "worker", "schedule"])
def test_a_newer_store_is_refused(
    release: str, part: str, redis_client: Redis, settings: Settings, tmp_path: Path
) -> None:
    code = ROOT if release == THIS else tmp_path / "release"
    if release != THIS:
        command = [GIT, "archive", release, "queue_service", "workers", "dashboards"]
        archive = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(code, filter="data")
    redis_client.set(KEY, FORMAT + 1)
    before = set(redis_client.scan_iter())
    done = subprocess.run(
        [sys.executable, "-m", "queue_service", part],
        cwd=code,
        env=environment(
            tmp_path, QUEUE_PORT="0", REDIS_URL=settings.redis_url or "", PYTHONPATH=str(code)
        ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "written by a newer version" in done.stderr
    assert set(redis_client.scan_iter()) == before
    assert redis_client.get(KEY) == str(FORMAT + 1)
