"""Work that the application leaves out, or does at the first need."""

from __future__ import annotations

import pytest
from flask import url_for
from werkzeug.routing import Rule

from queue_service.app import create_app
from queue_service.runtime.settings import Settings


def test_the_builder_of_an_address_is_compiled_when_it_is_first_built(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Rule._compile_builder
    compiled: list[str] = []

    def compile_builder(rule: Rule, append_unknown: bool = True) -> object:
        compiled.append(rule.endpoint)
        return known(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", compile_builder)
    app = create_app(settings)
    assert compiled == []
    with app.test_request_context():
        for branch in ("biblioteket", "raadhuset"):
            address = url_for("counter.hours", branch=branch, lang="da")
            assert address == f"/counter/{branch}/hours?lang=da"
    assert compiled == ["counter.hours"]
