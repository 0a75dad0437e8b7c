"""How a program that runs for long tells whoever started it that it is ready."""

from __future__ import annotations

import argparse
import os


def add_ready_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--ready-fd``."""
    parser.add_argument(
        "--ready-fd", type=int, default=None, help="write a byte to this open file when ready"
    )


def tell_ready(descriptor: int | None) -> None:
    """Write the byte, if somebody waits for it."""
    if descriptor is not None:
        os.write(descriptor, b"1")
        os.close(descriptor)
