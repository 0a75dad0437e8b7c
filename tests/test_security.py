"""The inventories of docs/security.md agree with the code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from queue_service.access.rules.privileges import MOST_CHARACTERS
from queue_service.mobile.rules import MOST_BYTES, MOST_PARTS, PART_CHARACTERS
from queue_service.printers.rules.raster import DOTS_PER_MM, MAX_HEIGHT
from queue_service.privacy.rules.kept_data import KINDS
from queue_service.runtime.logs import LARGEST_BYTES
from queue_service.web.requests import ADMIN_FORM_MAX_BYTES, FORM_MAX_BYTES, MAX_BODY_BYTES

ROOT: Final = Path(__file__).parent.parent
CODE: Final = ROOT / "queue_service"
SECTIONS: Final = re.split(
    r"^## ", (ROOT / "docs" / "security.md").read_text(encoding="utf-8"), flags=re.MULTILINE
)
LIBRARIES: Final = re.compile(
    r"^\s*(?:import|from) (?:argon2|authlib|cryptography|hmac|joserfc|pyrage|ssl|webauthn)\b",
    re.MULTILINE,
)
HASH: Final = re.compile(r"\b(?:md5|sha1|sha\d{3}|sha3_\d+|blake2[bs])\b")
NAME_OF_HASH: Final = {"sha1": "SHA-1", "sha256": "SHA-256", "blake2b": "BLAKE2b"}
LOG: Final = re.compile(r"log_dir / f?\"([\w{}]+\.log)\"|folder / \"(\w+\.log)\"")


def section(heading: str) -> str:
    """The text under a heading."""
    (found,) = (text for text in SECTIONS if text.startswith(f"{heading}\n"))
    return found


def modules() -> dict[str, str]:
    """The text of each module of the service by its path."""
    return {
        str(file.relative_to(CODE)): file.read_text(encoding="utf-8") for file in CODE.rglob("*.py")
    }


def test_every_module_with_cryptography_is_in_the_inventory() -> None:
    listed = section("Cryptography")
    found = [path for path, text in modules().items() if LIBRARIES.search(text)]
    assert len(found) > 15
    assert [path for path in found if f"`{path}`" not in listed] == []


def test_every_hash_of_the_code_is_in_the_inventory() -> None:
    listed = section("Cryptography")
    used = {name for text in modules().values() for name in HASH.findall(text)}
    assert [name for name in used if NAME_OF_HASH[name] not in listed] == []
    (weak,) = [path for path, text in modules().items() if re.search(r"\b(?:md5|sha1)\b", text)]
    assert weak == "video/rules.py"


def test_every_kind_of_data_has_one_level() -> None:
    rows = re.findall(r"^\| \*\*\w+\*\*.*", section("Levels of data"), re.MULTILINE)
    kinds = [kind for row in rows for kind in re.findall(r"`(\w+)`", row)]
    assert sorted(kinds) == sorted(kind.id for kind in KINDS)


def test_every_upload_has_its_size() -> None:
    listed = section("What can be uploaded")
    kib = (ADMIN_FORM_MAX_BYTES, FORM_MAX_BYTES, MAX_BODY_BYTES, PART_CHARACTERS, MOST_CHARACTERS)
    assert [size for size in kib if f"{size // 1024} KiB" not in listed] == []
    assert f"{MOST_PARTS} parts" in listed
    assert f"{MOST_BYTES // 2**20} MiB" in listed
    assert f"{MAX_HEIGHT // DOTS_PER_MM} mm" in listed


def test_every_log_file_is_in_the_inventory() -> None:
    listed = section("Logs")
    found = {name for text in modules().values() for pair in LOG.findall(text) for name in pair}
    named = {name for name in found if name and "{" not in name}
    assert named == {"web.log", "supervisor.log", "prometheus.log", "server.log"}
    programs = (CODE / "supervisor" / "programs.py").read_text(encoding="utf-8")
    named |= {f"{name}.log" for name in re.findall(r"_background\(settings, \"(\w+)\"", programs)}
    assert named - set(re.findall(r"`(\w+\.log)`", listed)) == set()
    assert f"{LARGEST_BYTES // 10**6} MB, and" in listed
