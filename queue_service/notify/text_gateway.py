"""Text messages: one JSON request to the gateway that QUEUE_SMS_URL names.

The operator describes the request: its address, its headers with the gateway's secret, and its JSON
body, in whose texts ``{number}`` and ``{text}`` are replaced. It is sent as a webhook is
(``notify/webhook.py``): to the public internet by https, or to a host of QUEUE_WEBHOOK_HOSTS.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from queue_service.notify import webhook
from queue_service.notify.webhook import HookUnavailable
from queue_service.runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class TextGateway:
    """Sends text messages through one gateway; ``inside``: hosts of the own network."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: str
    inside: Collection[str] = ()

    def send(self, number: str, text: str) -> None:
        """Hand a text for a number to the gateway. Raises HookUnavailable and HookRefused."""
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "queue-service",
            **self.headers,
        }
        document = _filled(json.loads(self.body), number, text)
        body = json.dumps(document, ensure_ascii=False).encode()
        status = webhook.post(self.url, headers, body, self.inside)
        if status // 100 != 2:
            host = urlsplit(self.url).hostname
            raise HookUnavailable(f"{host} answered {status}.", unsent=True)


def make_text_gateway(settings: Settings) -> TextGateway | None:
    """The gateway that the settings describe, or None if they name none."""
    if not settings.sms_url:
        return None
    return TextGateway(
        settings.sms_url, settings.sms_headers, settings.sms_body, settings.webhook_hosts
    )


def _filled(value: Any, number: str, text: str) -> Any:
    """The template with its places filled in; the text comes last, since nothing in it is one."""
    if isinstance(value, dict):
        return {name: _filled(one, number, text) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, number, text) for one in value]
    if not isinstance(value, str):
        return value
    return value.replace("{number}", number).replace("{text}", text)
