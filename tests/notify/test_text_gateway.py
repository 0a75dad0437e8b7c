"""A text message is the JSON request that the operator describes."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from queue_service.errors import OperatorError
from queue_service.notify.text_gateway import TextGateway, make_text_gateway
from queue_service.notify.webhook import HookRefused, HookUnavailable
from queue_service.runtime.settings import Settings
from tests.hooks import receiver

NUMBER = "+4522345678"
BODY = '{"from": "Borgere", "to": [{"msisdn": "{number}"}], "text": "Hej. {text} {number}"}'


def environment(url: str, **more: str) -> dict[str, str]:
    return {
        "QUEUE_SMS_URL": url,
        "QUEUE_SMS_HEADERS": '{"Authorization": "Bearer secret"}',
        "QUEUE_SMS_BODY": BODY,
        **more,
    }


def test_places_are_filled_in_and_headers_sent() -> None:
    with receiver() as there:
        settings = Settings.from_env(environment(there.url, QUEUE_WEBHOOK_HOSTS="127.0.0.1"))
        gateway = make_text_gateway(settings)
        assert gateway is not None
        gateway.send(NUMBER, 'A "{number}" is no place')
    (headers,), (body,) = there.headers, there.bodies
    assert (headers["authorization"], headers["content-type"]) == (
        "Bearer secret",
        "application/json",
    )
    assert json.loads(body) == {
        "from": "Borgere",
        "to": [{"msisdn": NUMBER}],
        "text": f'Hej. A "{{number}}" is no place {NUMBER}',
    }
    assert "secret" not in repr(gateway) + repr(settings)


@pytest.mark.parametrize("status", [301, 401, 500])
def test_whatever_is_no_success_is_a_failure(status: int) -> None:
    with receiver() as there:
        there.answers.append(status)
        gateway = TextGateway(there.url, {}, BODY, ["127.0.0.1"])
        with pytest.raises(HookUnavailable, match=rf"^127\.0\.0\.1 answered {status}\.$"):
            gateway.send(NUMBER, "x")
        assert len(there.bodies) == 1


def test_a_host_of_the_own_network_has_to_be_named() -> None:
    with receiver() as there:
        with pytest.raises(HookRefused):
            TextGateway(there.url, {}, BODY).send(NUMBER, "x")
        assert there.bodies == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"QUEUE_SMS_URL": "ftp://k3y@gateway"}, "^QUEUE_SMS_URL must begin with https://"),
        ({"QUEUE_SMS_HEADERS": "Bearer k3y"}, "^QUEUE_SMS_HEADERS must be a JSON object"),
        ({"QUEUE_SMS_HEADERS": '{"A": 1}'}, "^QUEUE_SMS_HEADERS must be a JSON object"),
        ({"QUEUE_SMS_HEADERS": '{"A": "k3y\\n"}'}, "^QUEUE_SMS_HEADERS must be a JSON object"),
        ({"QUEUE_SMS_BODY": ""}, "^QUEUE_SMS_BODY must be set where QUEUE_SMS_URL is"),
        ({"QUEUE_SMS_BODY": "{number} {text}"}, "^QUEUE_SMS_BODY must be JSON"),
        ({"QUEUE_SMS_BODY": '["{number}"]'}, "^QUEUE_SMS_BODY must have the places"),
    ],
)
def test_a_gateway_that_cannot_work_is_refused_at_the_start(
    changes: dict[str, str], sentence: str
) -> None:
    with pytest.raises(OperatorError, match=sentence) as caught:
        Settings.from_env(environment("https://gateway.example", **changes))
    assert "k3y" not in str(caught.value)


def test_without_a_gateway_there_is_none() -> None:
    assert make_text_gateway(Settings()) is None


def test_a_message_that_did_not_leave_or_was_refused_is_known_not_to_have_arrived() -> None:
    with receiver() as there:
        there.answers.append(503)
        gateway = TextGateway(there.url, {}, BODY, ["127.0.0.1"])
        with pytest.raises(HookUnavailable) as refused:
            gateway.send(NUMBER, "x")
    with pytest.raises(HookUnavailable) as closed:
        gateway.send(NUMBER, "x")
    assert refused.value.unsent
    assert closed.value.unsent


def test_without_an_answer_it_is_not_known() -> None:
    with vanishing() as url, pytest.raises(HookUnavailable) as lost:
        TextGateway(url, {}, BODY, ["127.0.0.1"]).send(NUMBER, "x")
    assert not lost.value.unsent


@contextmanager
def vanishing() -> Iterator[str]:
    """A server that takes one request and closes the connection without an answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join()
