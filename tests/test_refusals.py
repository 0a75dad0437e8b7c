"""`queue-service up` if it cannot run: one sentence, and an exit code that says so."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.running import refused


def test_a_taken_port_is_named(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refused(data_dir, QUEUE_PORT=str(port)) == (
            f"Port {port} on 127.0.0.1 is taken:"
            " stop what uses it, or set QUEUE_PORT to another port."
        )


def test_an_address_of_another_machine_is_refused(data_dir: Path) -> None:
    assert refused(data_dir, QUEUE_HOST="192.0.2.1").startswith("192.0.2.1 is no address of this")


def test_a_data_folder_that_cannot_be_written_is_named(data_dir: Path) -> None:
    (data_dir / "file").touch()
    said = refused(data_dir / "file")
    assert said == f"{data_dir / 'file'} is a file: set QUEUE_DATA_DIR to a folder."
    said = refused(data_dir / "file" / "var")
    assert said.startswith(f"The data folder {data_dir / 'file' / 'var'} cannot be written to (")
    assert said.endswith("set QUEUE_DATA_DIR to a folder that can.")


def test_a_store_that_does_not_answer_is_named_without_its_password(data_dir: Path) -> None:
    said = refused(data_dir, REDIS_URL="redis://:secret@127.0.0.1:1/0")
    assert said.startswith("The store at redis://127.0.0.1:1/0 does not answer: ")
    assert "secret" not in said


def test_a_bad_setting_is_named(data_dir: Path) -> None:
    assert refused(data_dir, QUEUE_WEB_PROCESSES="many").startswith("QUEUE_WEB_PROCESSES is 'many'")
