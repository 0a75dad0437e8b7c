"""The process that makes sheets of paper tickets: a page comes in as JSON, a PDF goes out.

Making one takes a second in which Python's lock is held, so no web process does it itself.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Final

from queue_service.reports.render import NoPdf, pdf_of

NO_PDF: Final = 3
"""The exit code where this machine cannot make a PDF."""
_NICENESS: Final = 10


def main() -> int:
    """Make one PDF."""
    os.nice(_NICENESS)
    order = json.load(sys.stdin)
    try:
        sys.stdout.buffer.write(pdf_of(order["html"], order["sheets"]))
    except NoPdf:
        return NO_PDF
    return 0


if __name__ == "__main__":
    sys.exit(main())
