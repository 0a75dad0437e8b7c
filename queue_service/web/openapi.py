"""OpenAPI 3.1, made from what validates the requests and from the table of routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from pydantic import BaseModel

View = TypeVar("View", bound=Callable[..., Any])
OPERATION: Final = "api_operation"
"""The view's attribute that holds its :class:`Operation`; ``functools.wraps`` carries it along."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What a view takes and answers, for the document."""

    summary: str
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answers: Mapping[int, type[BaseModel] | str] = field(default_factory=dict)
    refusals: tuple[str, ...] = ()


def describe(
    summary: str,
    *,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    answers: Mapping[int, type[BaseModel] | str],
    refusals: tuple[str, ...] = (),
) -> Callable[[View], View]:
    """Document a view.

    ``answers`` maps a status to the model of its JSON, or to a media type such as
    ``"text/event-stream"`` (``""``: no content). ``refusals`` are the codes of errors that this
    call may meet beyond those any call may meet.
    """
    operation = Operation(summary, body, query, dict(answers), refusals)

    def decorate(view: View) -> View:
        view.__dict__[OPERATION] = operation
        return view

    return decorate
