"""The drawing process: a chart a line comes in, a picture a line goes out.

It ends with its parent process, or after so many seconds (its argument) without a chart.
"""

from __future__ import annotations

import json
import os
import select
import sys
from typing import Final

from queue_service.charts.draw import draw

_NICENESS: Final = 10
"""Charts wait for citizens, never the other way round."""


def main() -> None:
    """Draw until there is nothing to draw."""
    os.nice(_NICENESS)
    idle = float(sys.argv[1])
    while select.select([sys.stdin], [], [], idle)[0]:
        line = sys.stdin.readline()
        if not line:
            break
        sys.stdout.write(f"{json.dumps(_answer(line))}\n")
        sys.stdout.flush()


def _answer(line: str) -> dict[str, str]:
    try:
        return {"svg": draw(json.loads(line))}
    except ValueError as error:
        return {"error": str(error)}


if __name__ == "__main__":
    main()
