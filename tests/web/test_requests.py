"""Reading requests: each way of being unreadable has its own refusal."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from queue_service.errors import Invalid
from queue_service.visits.contract import RequeueBody, VisitsQuery
from queue_service.web.requests import (
    MAX_BODY_BYTES,
    Malformed,
    TooLarge,
    UnsupportedMediaType,
    body,
    query,
)

JSON = "application/json"


def reading(read: Callable[[], Any], **request: Any) -> Any:
    with Flask("test").test_request_context("/", method="POST", **request):
        return read()


def delay(**request: Any) -> float:
    found: float = reading(lambda: body(RequeueBody).delay_seconds, **request)
    return found


@pytest.mark.parametrize("content_type", [JSON, "application/json; charset=utf-8"])
def test_json_is_read(content_type: str) -> None:
    assert delay(data=b'{"delay_seconds": 120}', content_type=content_type) == 120


@pytest.mark.parametrize(
    "request_", [{}, {"content_type": JSON}, {"data": b"{}", "content_type": JSON}]
)
def test_no_body_is_an_empty_one(request_: dict[str, Any]) -> None:
    assert delay(**request_) == 0


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"{} {}",
        b"null,",
        b"\xff",
        b"\xef\xbb\xbf{}",
        '{"delay_seconds": 1}'.encode("utf-16"),
        b'{"delay_seconds": NaN}',
        b'{"delay_seconds": -Infinity}',
        b'{"delay_seconds": 1, "delay_seconds": 2}',
        b"[" * 60_000,
        b"1" * 5_000,
        b"'",
        b" ",
    ],
)
def test_unreadable_json_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        delay(data=data, content_type=JSON)


@pytest.mark.parametrize("data", [b"{}", b""])
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_another_kind_of_body_is_refused(content_type: str, data: bytes) -> None:
    with pytest.raises(UnsupportedMediaType):
        delay(data=data, content_type=content_type)


def test_a_body_of_no_kind_is_refused() -> None:
    with pytest.raises(UnsupportedMediaType):
        delay(data=b"{}")


def test_a_field_that_is_wrong_is_invalid_not_malformed() -> None:
    with pytest.raises(Invalid):
        delay(data=b'{"delay_seconds": 1e999}', content_type=JSON)


def padded(size: int) -> bytes:
    return b"{}" + b" " * (size - 2)


def test_64_kib_are_taken_and_a_byte_more_is_too_large() -> None:
    assert delay(data=padded(MAX_BODY_BYTES), content_type=JSON) == 0
    with pytest.raises(TooLarge):
        delay(data=padded(MAX_BODY_BYTES + 1), content_type=JSON)


def test_a_body_without_a_length_is_too_large_as_well() -> None:
    stream = BytesIO(padded(MAX_BODY_BYTES + 1))
    with pytest.raises(TooLarge):
        delay(
            input_stream=stream,
            content_type=JSON,
            environ_overrides={"wsgi.input_terminated": True},
        )


def listed(address: str) -> VisitsQuery:
    with Flask("test").test_request_context(address):
        return query(VisitsQuery)


def test_an_empty_parameter_counts_as_left_out_and_the_page_s_own_is_passed_over() -> None:
    assert listed("/?state=&number=a012&as=staff") == VisitsQuery(number="A012")


@pytest.mark.parametrize(
    "address", ["/?state=waiting&state=called", "/?state=gone", "/?colour=red"]
)
def test_a_query_that_cannot_be_meant_is_invalid(address: str) -> None:
    with pytest.raises(Invalid):
        listed(address)
