"""From an unknown value to a validated one, or to a refusal that a person understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from queue_service.contract.words import PATTERN_REASONS
from queue_service.errors import FieldError, Invalid

M = TypeVar("M", bound=BaseModel)


_KINDS: Final = {
    "string_type": "It must be a text.",
    "string_unicode": "It holds characters that do not exist.",
    "bool_type": "It must be true or false.",
    "int_type": "It must be a whole number.",
    "float_type": "It must be a number.",
    "list_type": "It must be a list.",
    "dict_type": "It must be an object.",
    "model_type": "It must be an object.",
    "missing": "It is missing.",
    "extra_forbidden": "There is no field with this name.",
}

_LIMITS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "literal_error": lambda c: f"It must be {c['expected']}.",
    "string_pattern_mismatch": lambda c: PATTERN_REASONS.get(
        c["pattern"], f"It must match the pattern {c['pattern']}."
    ),
    "string_too_short": lambda c: (
        "It must not be empty."
        if c["min_length"] == 1
        else f"It must have at least {c['min_length']} characters."
    ),
    "string_too_long": lambda c: f"It must not be longer than {c['max_length']} characters.",
    "greater_than": lambda c: f"It must be more than {_plain(c['gt'])}.",
    "greater_than_equal": lambda c: f"It must be at least {_plain(c['ge'])}.",
    "less_than_equal": lambda c: f"It must be at most {_plain(c['le'])}.",
    "too_short": lambda c: (
        f"It must have at least {c['min_length']}, and has {c['actual_length']}."
    ),
    "too_long": lambda c: f"It must have at most {c['max_length']}.",
}


_NO_FIELDS: Final = {"[key]", "[text]", "[translations]"}
"""Parts of a place that are no field: of which kind the value there is."""


def parse(model: type[M], raw: object) -> M:
    """Validate a decoded JSON value.

    Raises Invalid, naming each field that is missing, unknown or out of range.
    """
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        faults = [_fault(item) for item in error.errors(include_url=False, include_input=False)]
    raise Invalid.of(faults)


def path(location: Sequence[str | int]) -> str:
    """Write the path of a value: ``services[0].prefix``."""
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part not in _NO_FIELDS:
            text += f".{_printable(part)}" if text else _printable(part)
    return text


def _plain(limit: float) -> str:
    return str(int(limit)) if limit == int(limit) else str(limit)


def _printable(name: str) -> str:
    return name[:64].encode("utf-8", "backslashreplace").decode()


def _fault(error: Mapping[str, Any]) -> FieldError:
    context: Mapping[str, Any] = error.get("ctx", {})
    field = context.get("field") or path(error["loc"])
    return {"field": field, "reason": _reason(error, context)}


def _reason(error: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    kind = error["type"]
    if kind in _KINDS:
        return _KINDS[kind]
    explain = _LIMITS.get(kind)
    return explain(context) if explain else str(error["msg"])
