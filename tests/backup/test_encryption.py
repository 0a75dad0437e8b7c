"""A backup that only the holder of a key can read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from queue_service.backup.encryption import KeyRefused, encrypt, make_key, opened
from tests.programs import find_program
from tests.running import environment
from tests.store.serving import serving


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """The file of a secret key."""
    make_key(tmp_path / "key")
    return tmp_path / "key"


def sealed(folder: Path, public: str, text: bytes = b"all of it") -> Path:
    """A file that is encrypted for a key."""
    plain, file = folder / "plain", folder / "sealed"
    plain.write_bytes(text)
    with plain.open("rb") as source, file.open("wb") as sink:
        encrypt(source, sink, [public])
    plain.unlink()
    return file


def test_with_a_key_only_its_holder_restores_it(data_dir: Path, tmp_path: Path) -> None:
    keys: dict[str, str] = {}

    def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "queue_service", *arguments]
        given = environment(folder, **keys)
        return subprocess.run(command, env=given, capture_output=True, text=True, timeout=60)

    former, following = data_dir / "former", data_dir / "next"
    key, file = str(tmp_path / "key"), tmp_path / "backup"
    variable, _, public = run(former, "backup", "--new-key", key).stdout.split()[0].partition("=")
    keys[variable] = public
    with serving(former):
        pass
    assert run(former, "user", "add", "eva", "--role", "admin", "--generate").returncode == 0
    assert "Only who has the secret key can read it" in run(former, "backup", str(file)).stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"about.json" not in file.read_bytes()
    keys.clear()
    without = run(following, "restore", str(file))
    assert (without.returncode, without.stdout) == (1, "")
    assert "is encrypted: name the file of its secret key with --key" in without.stderr
    assert run(following, "restore", str(file), "--key", key).returncode == 0
    assert "eva" in run(following, "user", "list").stdout


def test_age_reads_it_as_well(tmp_path: Path, key: Path) -> None:
    age = find_program("age", package="age")
    public = key.read_text().split()[3]
    done = subprocess.run(
        [age, "--decrypt", "--identity", key, sealed(tmp_path, public)], capture_output=True
    )
    assert done.stdout == b"all of it"


def test_a_key_is_its_owners_alone_and_never_written_over(key: Path) -> None:
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_text()
    with pytest.raises(KeyRefused, match="cannot be written: File exists"):
        make_key(key)
    assert key.read_text() == before


def test_an_unreadable_file_is_reported(tmp_path: Path, key: Path) -> None:
    file = sealed(tmp_path, key.read_text().split()[3])
    other, none = tmp_path / "other", tmp_path / "none"
    make_key(other)
    none.write_text("nothing")
    cut = tmp_path / "cut"
    cut.write_bytes(file.read_bytes()[:-1])
    refused = (
        (file, None, "is encrypted: name"),
        (file, other, "does not open"),
        (file, none, "holds no secret key"),
        (file, tmp_path / "missing", "cannot be read: No such file"),
        (cut, key, "is damaged"),
    )
    for backup, wrong, sentence in refused:
        with pytest.raises(KeyRefused, match=sentence), opened(backup, wrong):
            pass
    with opened(file, key) as plain:
        assert plain.read_bytes() == b"all of it"
    assert not plain.exists()


def test_a_public_key_that_is_none_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(KeyRefused, match="QUEUE_BACKUP_KEYS has a value"):
        sealed(tmp_path, "age1nonsense")
