"""Addresses of scripts, styles, fonts and pictures, which change when any of these files changes.

``/static/js/page.js`` is linked as ``/static/3f9c2a81d0b7/js/page.js``, with a digest of all files.
A browser keeps such a file for a year and asks for it no more: of the 59 modules of a counter's
page none is requested again. The imports of a script and the pictures of a style get the digest as
the file is sent, so that a module has one address and is run once.

Without a digest an address leads to the same file, and a browser asks each time if it has changed.
So it does with another digest, for instance if a page comes from a replica that was updated and
its script from one that was not, and for a file that was replaced while the process runs.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_ROOT: Final = "/static/"
_WITH_DIGEST: Final = re.compile(r"/static/([0-9a-f]{12})/")
_QUOTED: Final = re.compile(r"""(["'])/static/(?![0-9a-f]{12}/)""")
_DIGEST: Final = re.compile("[0-9a-f]{12}")
RELEASE_HEADER: Final = "X-Page-Release"
"""The header by which the page of a screen says which digest its scripts have."""
KEPT_A_YEAR: Final = "max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """The files in the ``static`` folders of packages, as they were when the process began.

    ``digest`` is twelve hexadecimal digits of their names and bytes; ``stamps`` are the time of the
    last change (ns) and the size of each.
    """

    digest: str
    stamps: frozenset[tuple[int, int]]

    def has(self, file: Path) -> bool:
        """Whether a file is still as it was, so that the digest is of it."""
        return _stamp(file) in self.stamps


@cache
def static_files(packages: tuple[Path, ...]) -> StaticFiles:
    """The files in the ``static`` folders of these packages."""
    digest, stamps = hashlib.sha256(), set()
    for package in packages:
        for file in sorted(package.rglob("static/**/*")):
            if file.is_file():
                stamps.add(stamp := _stamp(file))
                digest.update(f"{file.relative_to(package)}\0{stamp[1]}\0".encode())
                digest.update(file.read_bytes())
    return StaticFiles(digest.hexdigest()[:12], frozenset(stamps))


def _stamp(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_mtime_ns, found.st_size


def with_digest(address: str, digest: str) -> str:
    """The address with a digest; one that leads elsewhere stays as it is."""
    if not address.startswith(_ROOT):
        return address
    return f"{_ROOT}{digest}/{address.removeprefix(_ROOT)}"


def digest_in(path: str) -> str | None:
    """The digest in a path, None if it has none."""
    found = _WITH_DIGEST.match(path)
    return found[1] if found else None


def release_of_page(text: str) -> str:
    """The digest that a page reports; empty if it is none."""
    return text if _DIGEST.fullmatch(text) else ""


def without_digest(path: str) -> str:
    """The path by which the file is found."""
    return _WITH_DIGEST.sub(_ROOT, path, count=1) if path.startswith(_ROOT) else path


def links_with_digest(text: str, digest: str) -> str:
    """A script or style in which each quoted address of a file has the digest."""
    return _QUOTED.sub(rf"\1{_ROOT}{digest}/", text)
