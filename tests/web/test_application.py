"""Work that the application leaves out, or does at the first need."""

from __future__ import annotations

from typing import Any

import pytest
from flask import url_for
from werkzeug.routing import Rule

from queue_service.app import create_app
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.runtime.settings import Settings
from tests.bookings.booked import offer
from tests.desks import document


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


def test_a_process_finds_a_service_that_another_one_has_just_saved(
    settings: Settings, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``queue`` is another process."""
    asked: list[str] = []
    fact = BranchStore.fact

    def count(store: BranchStore, branch: str, name: str) -> Any:
        asked.append(name)
        return fact(store, branch, name)

    def save(*services: str) -> None:
        offers = [offer(service=service) for service in services]
        put_branch(queue, "raadhuset", document(bookings={"offers": offers}))
        del asked[:]

    def status(service: str) -> int:
        slots = f"/api/v1/branches/raadhuset/bookings/slots?service={service}"
        return visitor.get(slots).status_code

    monkeypatch.setattr(BranchStore, "fact", count)
    visitor = create_app(settings).test_client()
    save("pas")
    assert (status("pas"), asked) == (200, []), "what is found is not asked about"
    assert (status("korekort"), asked) == (409, ["revision"]), "once"
    save("pas", "korekort")
    assert (status("pas"), asked) == (200, [])
    assert (status("korekort"), asked) == (200, ["revision"])
    assert (status("none"), asked) == (409, ["revision", "revision"])
