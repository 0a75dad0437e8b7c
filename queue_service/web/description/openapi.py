"""OpenAPI 3.1, made from the models that validate the requests and from the table of routes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from inspect import getdoc
from typing import Any, Final, Protocol, TypeVar

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule as Route

from queue_service import __version__
from queue_service.access.rules.caller import Role
from queue_service.access.rules.credentials import SCREEN_ROLES
from queue_service.contract.outgoing import Outgoing
from queue_service.contract.words import DATE_PATTERN, ID_PATTERN
from queue_service.errors import QueueError
from queue_service.web.description.contract import Problem
from queue_service.web.security.route_roles import Rule

DescribedView = TypeVar("DescribedView", bound=Callable[..., Any])
Json = dict[str, Any]

OUTGOING: Final = "queue_outgoing"
"""The place in the application of the messages that leave as webhooks, by their type."""

_MARK: Final = "_queue_operation"
_PUBLISHED: Final = ("/api/v1/", "/healthz", "/readyz", "/metrics")
_ANY_CALL: Final = ("malformed", "too_large", "unsupported_media_type")
"""Requests that are refused before the call is looked at: an address that is too long, or a form
with files, also for a call without a body."""
_ANY_CALLER: Final = ("unauthenticated", "token_expired", "forbidden", "store_unavailable")
_WITH_BODY: Final = ("body_too_slow", "invalid")
_BY_PARAMETER: Final = {
    "branch": "branch_not_found",
    "counter": "counter_not_found",
    "visit_id": "visit_not_found",
}
_HEADERS: Final = {
    "Idempotency-Key": (
        "Makes a repeated request give the first answer again, for 24 hours.",
        {"type": "string", "pattern": "^[!-~]{1,200}$"},
    ),
    "If-Match": ("The ETag of the configuration that is changed.", {"type": "string"}),
    "If-None-Match": ("The ETag of what is already known: 304 if it holds.", {"type": "string"}),
    "Last-Event-ID": ("The last event that was seen; what follows it comes.", {"type": "string"}),
}
_WEBHOOK_HEADERS: Final = {
    "webhook-id": (
        "The same for the same message, however often it is sent.",
        {"type": "string"},
    ),
    "webhook-timestamp": ("When this try was made, in seconds since 1970.", {"type": "integer"}),
    "webhook-signature": (
        "`v1,` and the Base64 of the HMAC-SHA256 of `id.timestamp.body`; two of them, with a space "
        "between, for a day after the secret was replaced.",
        {"type": "string", "pattern": "^v1,[A-Za-z0-9+/=]+( v1,[A-Za-z0-9+/=]+)?$"},
    ),
}
_SECURITY: Final = {
    "token": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": "queue_session"},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
}


_RETRY_AFTER: Final = {
    "description": "Seconds to wait before the request is repeated.",
    "schema": {"type": "integer", "minimum": 1},
}
_ETAG: Final = {
    "description": "The version of what is returned, for `If-Match` and `If-None-Match`.",
    "schema": {"type": "string"},
}
_REPLAYED: Final = {
    "description": "Present where this is the first answer to the same `Idempotency-Key` again.",
    "schema": {"const": "true"},
}
_CHALLENGE: Final = {"description": "Which way to log in is open.", "schema": {"const": "Bearer"}}
_OF_STATUS: Final[Mapping[int, Json]] = {
    401: {"WWW-Authenticate": _CHALLENGE},
    429: {"Retry-After": _RETRY_AFTER},
    503: {"Retry-After": _RETRY_AFTER},
}
"""The headers of refusals by status."""

_TAGS: Final = {
    "visits": "A citizen's stay: ticket, calls, service, end.",
    "counters": "Desks: open, pause, call the next, serve.",
    "branches": "Places with their configuration and their state now.",
    "devices": "Kiosks and displays: their reports, and how each does.",
    "speech": "Clips that kiosks and displays speak.",
    "printers": "Slips on a kiosk's printer on the network or at this machine.",
    "statistics": "Figures of days that are over, and of today.",
    "exports": "Files with figures, and weekly and monthly reports.",
    "screens": "Kiosks and displays: how they do, links for new ones.",
    "people": "Logins of staff and their roles.",
    "contacts": "Contacts without a ticket, and shares of all contacts.",
    "alerts": "Conditions that need a supervisor now.",
    "interventions": "Changes for some hours: lend, pause, cap, announce.",
    "feedback": "Citizens' answers.",
    "bookings": "Times that citizens hold, book, move and cancel.",
    "playbook": "What to bring, what to do, who decides.",
    "lifeline": "Specialists whom clerks can ring.",
    "referrals": "Inquiries that a specialist decides.",
    "reception": "Calls for help, and what a reception did.",
    "paper": "Tickets that were written by hand.",
    "video": "Counters whose clerk is elsewhere.",
    "public": "Branches for everybody, without a token.",
    "mobile": "A book bus and the central server.",
    "webhooks": "Events for other systems.",
    "audit": "Who signed in, who was refused, and who changed the administration.",
    "tokens": "Access of programs: roles, ends and last uses.",
    "monitoring": "Health, metrics and this description.",
}
"""The tags of operations: the names of their blueprints, but for these."""

_TAG_OF: Final = {
    "events": "branches",
    "state": "branches",
    "closing": "branches",
    "files": "exports",
    "report_files": "exports",
    "removal": "branches",
    "satisfaction_api": "feedback",
    "comparison_api": "statistics",
    "staffing_api": "statistics",
    "booking_figures": "statistics",
    "contact_counts": "contacts",
    "alerts_api": "alerts",
    "description": "monitoring",
}

_PATHS: Final[Mapping[str, str]] = {
    "alert": "The id of an alert.",
    "branch": "The id of a branch.",
    "call": "The id of a call for help or to a lifeline.",
    "clip": "The id of a clip of speech.",
    "code": "The code of a booking, six letters.",
    "contact": "The id of a contact that was counted.",
    "counter": "The id of a counter of the branch.",
    "date": "A business day.",
    "delivery": "The id of a message that was sent, or could not be.",
    "export": "The id of a file that was asked for.",
    "intervention": "The id of an intervention.",
    "number": "Which part of the package, from 0.",
    "person": "The name of a login.",
    "reader": "The id of a reader of reports.",
    "referral": "The id of a referral.",
    "report": "The id of a report, such as week-2026-11-23.",
    "screen": "The id of a screen.",
    "service": "The id of a service.",
    "visit_id": "The id of a visit.",
    "webhook": "The id of a webhook.",
}
"""The description of each parameter of a path."""

_PATH_SCHEMAS: Final[Mapping[str, Json]] = {
    "visit_id": {"type": "string"},
    "code": {"type": "string"},
    "person": {"type": "string", "pattern": r"^[a-z0-9][a-z0-9._-]{0,63}$"},
    "reader": {"type": "string"},
    "date": {"type": "string", "format": "date", "pattern": DATE_PATTERN},
    "number": {"type": "integer", "minimum": 0},
}
"""Path parameters that are not ids by :data:`ID_PATTERN`."""


class DescribedEvent(Protocol):
    """An event of a stream: its data for staff and for screens, its receivers, whether it is in the
    log, and whether of kiosks only the screen of its video counter receives it."""

    @property
    def staff(self) -> type[BaseModel]: ...
    @property
    def screens(self) -> type[BaseModel] | None: ...
    @property
    def roles(self) -> frozenset[Role]: ...
    @property
    def logged(self) -> bool: ...
    @property
    def booth(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Operation:
    """The input and the answers of a view, for the document."""

    summary: str
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answers: Mapping[int, type[BaseModel] | str] = field(default_factory=dict)
    refusals: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    events: Mapping[str, DescribedEvent] = field(default_factory=dict)
    operation_id: str = ""

    def models(self) -> Iterator[type[BaseModel]]:
        """Every model the operation names."""
        of_events = (m for event in self.events.values() for m in (event.staff, event.screens))
        named = (self.body, *self.answers.values(), *of_events)
        yield from (model for model in named if isinstance(model, type))


def describe(
    summary: str,
    *,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    answers: Mapping[int, type[BaseModel] | str],
    refusals: tuple[str, ...] = (),
    headers: tuple[str, ...] = (),
    events: Mapping[str, DescribedEvent] | None = None,
    operation_id: str = "",
) -> Callable[[DescribedView], DescribedView]:
    """Document a view.

    ``answers`` maps a status to the model of its JSON, or to a media type such as
    ``"text/event-stream"`` (``""``: no content). ``refusals`` are the codes of errors that this
    call may meet beyond those that its kind of call always may; ``headers`` are request headers
    such as ``If-Match``. ``events`` are the events that a stream may send. ``operation_id`` is the
    published one where it is not made of the endpoint.
    """
    operation = Operation(
        summary, body, query, dict(answers), refusals, headers, events or {}, operation_id
    )

    def decorate(view: DescribedView) -> DescribedView:
        setattr(view, _MARK, operation)
        return view

    return decorate


def operation_of(view: Callable[..., Any]) -> Operation | None:
    """The description of a view by :func:`describe`."""
    found: Operation | None = getattr(view, _MARK, None)
    return found


@dataclass(frozen=True, slots=True)
class DescribedCall:
    """One method of one published route."""

    path: str
    method: str
    parameters: tuple[str, ...]
    operation_id: str
    tag: str
    description: str
    operation: Operation
    access: Rule


def document(app: Flask, access_of: Callable[[str], Rule], statuses: Mapping[str, int]) -> Json:
    """The OpenAPI document of the app's published routes.

    ``access_of`` returns who may call an endpoint, ``statuses`` the HTTP status of a refusal's
    code. Raises LookupError for a published view without ``@describe``, for a blueprint without
    a tag, for a parameter of a path that is not described, and for two models of one name.
    """
    calls = list(_calls(app, access_of))
    outgoing: Mapping[str, Outgoing] = app.extensions.get(OUTGOING, {})
    schemas = _schemas((call.operation for call in calls), outgoing.values())
    paths: dict[str, Json] = defaultdict(dict)
    for call in calls:
        paths[call.path][call.method] = _operation(call, statuses)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Queue service",
            "version": __version__,
            "description": "Tickets, counters and service goals of citizen-service centres.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": name, "description": text}
            for name, text in _TAGS.items()
            if any(call.tag == name for call in calls)
        ],
        "paths": dict(sorted(paths.items())),
        "webhooks": {name: {"post": _outgoing(name, one)} for name, one in outgoing.items()},
        "components": {"schemas": schemas, "securitySchemes": _SECURITY},
    }


def _calls(app: Flask, access_of: Callable[[str], Rule]) -> Iterator[DescribedCall]:
    for route in app.url_map.iter_rules():
        if not route.rule.startswith(_PUBLISHED):
            continue
        view = app.view_functions[route.endpoint]
        operation = operation_of(view)
        if operation is None:
            raise LookupError(f"The view {route.endpoint} is published and has no @describe.")
        access = access_of(route.endpoint)
        for method in sorted(_methods(route)):
            yield DescribedCall(
                path=re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", route.rule),
                method=method.lower(),
                parameters=tuple(sorted(route.arguments, key=route.rule.index)),
                operation_id=operation.operation_id or route.endpoint.replace(".", "_"),
                tag=_tag(route.endpoint),
                description=getdoc(view) or "",
                operation=operation,
                access=access,
            )


def _tag(endpoint: str) -> str:
    blueprint = endpoint.partition(".")[0]
    tag = _TAG_OF.get(blueprint, blueprint)
    if tag not in _TAGS:
        raise LookupError(f"The blueprint {blueprint} is published and has no tag.")
    return tag


def _methods(route: Route) -> set[str]:
    return (route.methods or set()) - {"HEAD", "OPTIONS"}


def _schemas(operations: Iterable[Operation], outgoing: Iterable[Outgoing]) -> Json:
    """Every schema by its name. Raises LookupError for two models of one name, since a reference
    could mean either; pydantic then writes their modules before it."""
    models = {model for operation in operations for model in operation.models()} | {Problem}
    models |= {message.body for message in outgoing}
    _, definitions = models_json_schema(
        [(model, "validation") for model in sorted(models, key=lambda m: m.__name__)],
        ref_template="#/components/schemas/{model}",
    )
    found: Json = definitions["$defs"]
    if shared := [name for name in found if "__" in name]:
        raise LookupError(f"Two models have one name: {', '.join(shared)}.")
    return found


def _operation(call: DescribedCall, statuses: Mapping[str, int]) -> Json:
    operation = call.operation
    described: Json = {
        "operationId": call.operation_id,
        "summary": operation.summary,
        "description": call.description,
        "tags": [call.tag],
        "parameters": [*_parameters(call)],
        "responses": {**_answers(call), **_refusals(call, statuses)},
    }
    if operation.body is not None:
        described["requestBody"] = {
            "required": any(f.is_required() for f in operation.body.model_fields.values()),
            "content": {"application/json": {"schema": _reference(operation.body)}},
        }
    if call.access.deprecated is not None:
        described["deprecated"] = True
    if operation.events:
        described["x-events"] = {name: _event(event) for name, event in operation.events.items()}
    if call.access.public:
        return described | {"security": []}
    return described | {
        "security": [{"token": []}, {"session": [], "csrf": []}],
        "x-roles": sorted(call.access.roles),
    }


def _event(event: DescribedEvent) -> Json:
    """The receivers of an event, and its data as each sees it."""
    data = {}
    for role in sorted(event.roles):
        model = event.screens if role in SCREEN_ROLES and event.screens else event.staff
        data[role] = _reference(model)
    return {"data": data, "logged": event.logged, "booth": event.booth}


def _outgoing(name: str, message: Outgoing) -> Json:
    headers = _WEBHOOK_HEADERS.items()
    return {
        "operationId": f"webhook_{name.replace('.', '_')}",
        "summary": message.summary,
        "parameters": [
            {
                "name": header,
                "in": "header",
                "required": True,
                "description": text,
                "schema": schema,
            }
            for header, (text, schema) in headers
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": _reference(message.body),
                    "examples": {name: {"value": message.example}},
                }
            },
        },
        "responses": {
            "2XX": {"description": "It has arrived."},
            "410": {"description": "No more messages are wanted here."},
            "default": {"description": "It is sent again later."},
        },
        "security": [],
    }


def _parameters(call: DescribedCall) -> Iterator[Json]:
    for name in call.parameters:
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": _PATHS[name],
            "schema": _PATH_SCHEMAS.get(name, {"type": "string", "pattern": ID_PATTERN}),
        }
    if call.operation.query is not None:
        asked = call.operation.query.model_json_schema()
        required = asked.get("required", ())
        for name, schema in asked["properties"].items():
            yield {
                "name": name,
                "in": "query",
                "required": name in required,
                "allowEmptyValue": name not in required,
                "description": schema.pop("description", ""),
                "schema": _without_null(schema),
            }
    keyed = ("Idempotency-Key",) if _takes_a_key(call) else ()
    for name in (*keyed, *call.operation.headers):
        explanation, schema = _HEADERS[name]
        yield {"name": name, "in": "header", "description": explanation, "schema": schema}


def _without_null(schema: Json) -> Json:
    """The schema of a query's values: it leaves a value out, or empty, if there is none."""
    match schema:
        case {"anyOf": [one, {"type": "null"}], **rest}:
            return {**one, **{key: value for key, value in rest.items() if key != "default"}}
        case {"anyOf": kinds}:
            raise LookupError(f"A query parameter is of one kind or null, and not {kinds}.")
    return schema


def _takes_a_key(call: DescribedCall) -> bool:
    return call.method == "post" and "branch" in call.parameters


def _answers(call: DescribedCall) -> Json:
    headers: Json = {}
    if "If-None-Match" in call.operation.headers or "If-Match" in call.operation.headers:
        headers["ETag"] = _ETAG
    if _takes_a_key(call) or "Idempotency-Key" in call.operation.headers:
        headers["Idempotent-Replayed"] = _REPLAYED
    return {
        str(status): _answer(what) | ({"headers": headers} if headers else {})
        for status, what in call.operation.answers.items()
    }


def _answer(what: type[BaseModel] | str) -> Json:
    if isinstance(what, str):
        schema = {"type": "string"} if what.startswith("text/") else {}
        content = {what: {"schema": schema}} if what else {}
        return {"description": what or "Nothing more to say.", "content": content}
    content = {"application/json": {"schema": _reference(what)}}
    return {"description": (what.__doc__ or "").split("\n")[0], "content": content}


def _refusals(call: DescribedCall, statuses: Mapping[str, int]) -> Json:
    codes: dict[int, list[str]] = defaultdict(list)
    for code in dict.fromkeys((*_usual_refusals(call), *call.operation.refusals)):
        codes[statuses[code]].append(code)
    content = {"application/problem+json": {"schema": _reference(Problem)}}
    return {
        str(status): {"description": _meaning(found), "content": content}
        | ({"headers": _OF_STATUS[status]} if status in _OF_STATUS else {})
        for status, found in sorted(codes.items())
    }


def _meaning(codes: Iterable[str]) -> str:
    """Each code with the first paragraph of its error's docstring, as a list in Markdown."""
    kinds = {kind.code: kind for kind in _with_code(QueueError)}
    texts = {code: (getdoc(kinds[code]) or "").split("\n\n")[0] for code in codes}
    return "\n".join(f"- `{code}`: {' '.join(text.split())}" for code, text in texts.items())


def _with_code(kind: type[QueueError]) -> Iterator[type[QueueError]]:
    """The refusals below this one that have a code of their own."""
    for each in kind.__subclasses__():
        if "code" in vars(each):
            yield each
        yield from _with_code(each)


def _usual_refusals(call: DescribedCall) -> Iterator[str]:
    yield from _ANY_CALL
    if not call.access.public:
        yield from _ANY_CALLER
    yield from (_BY_PARAMETER[name] for name in call.parameters if name in _BY_PARAMETER)
    if call.operation.body is not None:
        yield from _WITH_BODY
    if call.operation.query is not None:
        yield "invalid"
    if _takes_a_key(call):
        yield "idempotency_key_reused"


def _reference(model: type[BaseModel]) -> Json:
    return {"$ref": f"#/components/schemas/{model.__name__}"}
