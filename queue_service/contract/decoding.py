"""Reading JSON as RFC 8259 has it, and nothing looser."""

from __future__ import annotations

import json
from typing import Any, Final


def decode(data: bytes) -> Any:
    """Read one JSON document in UTF-8, in which each name occurs once and no number is NaN.

    Raises ValueError when it is anything else.
    """
    try:
        return _DECODER.decode(data.decode("utf-8"))
    except RecursionError:
        raise ValueError("nested too deep") from None


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name is given twice")
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_each_name_once, parse_constant=_no_constant)
