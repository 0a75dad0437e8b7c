"""The table of events is complete: a whole day, as each role's stream has it."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, get_args
from urllib.parse import urlsplit

import pytest
from openapi_schema_validator import OAS31Validator

from queue_service.alerts.rules import deliveries
from queue_service.branches.contract.config import parse_config
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.contract.actions import ACTIONS
from queue_service.events.contract import EVENTS, GROUPS
from queue_service.lifeline import rules as lifeline
from queue_service.reception import rules as reception
from queue_service.referrals import rules as referrals
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.visits.rules import transitions
from queue_service.visits.rules.events import CALL_OVER, ISSUED, SERVED, for_own_counter, is_heard
from queue_service.visits.rules.needs import NEEDS, PriorityReason
from queue_service.webhooks.outgoing import OUTGOING
from queue_service.webhooks.rules.cursors import BEFORE_ALL
from queue_service.webhooks.rules.endpoints import Endpoint
from queue_service.webhooks.rules.messages import BATCH, MessageKind, events_message
from queue_service.webhooks.store import WebhookStore
from tests.lifeline.town_hall import LINES
from tests.web.service import Api, Service

ROLES: Final = ("admin", "clerk", "display", "kiosk", "supervisor")
LAST = "day.closed"
PASSPORT: Final = "pas-events"
SERVICES: Final = [
    {"id": PASSPORT, "name": {"da": "Pas"}, "prefix": "A"},
    {"id": "korekort", "name": {"da": "Kørekort"}, "prefix": "B"},
]
"""The lifeline is for one that no other branch has: another test's could ring it as well."""


@contextmanager
def stream(service: Service, branch: str, role: str) -> Iterator[http.client.HTTPResponse]:
    """A role's open stream."""
    line = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=20)
    headers = {"Authorization": f"Bearer {service.token(role, branch)}"}
    line.request("GET", f"/api/v1/branches/{branch}/events", headers=headers)
    try:
        yield line.getresponse()
    finally:
        line.close()


def heard(response: http.client.HTTPResponse) -> Iterator[tuple[str, str, Any]]:
    """The events until the day is closed: id, name and data."""
    fields: dict[str, str] = {}
    while line := response.readline().decode():
        name, _, value = line.rstrip("\n").partition(": ")
        if name:
            fields[name] = value
        elif "event" in fields:
            yield fields.get("id", ""), fields["event"], json.loads(fields["data"])
            if fields["event"] == LAST:
                return
            fields = {}


NOT_TODAY = ("visit.carried", "visit.postponed")
"""Events that depend on the hour."""


def ring(api: Api, branch: str, visit: str) -> None:
    """Ring a specialist from the visit, twice: cancelled, and taken and ended."""
    b = f"/branches/{branch}"
    for end in ("cancel", "end"):
        asked = {"visit": visit, "branch": branch, "lifeline": "pas"}
        call = api.post(f"{b}/counters/1/lifeline-call", **asked)["id"]
        if end == "end":
            api.post(f"{b}/lifeline-calls/{call}/take", place=1)
        api.post(f"{b}/counters/1/lifeline-call/{end}")


def a_day(service: Service, branch: str) -> None:
    """Every action of clerks, specialists and administrators."""
    api = service.api()
    b = f"/branches/{branch}"

    def issued(service_id: str = PASSPORT) -> str:
        return str(api.post(f"{b}/visits", service=service_id, channel="desk")["id"])

    def do(visit: str, *verbs: str, **body: Any) -> None:
        for verb in verbs:
            api.post(f"{b}/visits/{visit}/{verb}", **body)

    today = api.get(f"{b}/state")["business_date"]
    service.client.incr(BranchKeys(branch).paper_sheets)
    on_paper = {"number": "1-1", "service": PASSPORT, "taken": "00:00", "ended": "abandoned"}
    api.post(f"{b}/paper-visits", date=today, rows=[on_paper])
    api.post(f"{b}/paper-visits/remove", date=today, number="1-1")
    api.post(f"{b}/counters/1/open")
    api.post(f"{b}/counters/2/open")
    first = issued()
    do(first, "language", language="en")
    do(first, "needs", needs=[NEEDS[0]])
    do(first, "errands", service="korekort")
    do(first, "priority", reason=get_args(PriorityReason)[0])
    kiosk = service.api("kiosk", branch)
    call = kiosk.post(f"{b}/help-calls", language="da")["id"]
    api.post(f"{b}/help-calls/{call}/take")
    api.post(f"{b}/help-calls/{call}/end")
    do(first, "call", counter="1")
    do(first, "recall", "start")
    do(first, "reclassify", service="korekort")
    do(first, "continue", outcome="resolved", service=PASSPORT)
    do(first, "park", "resume")
    ring(api, branch, first)
    do(first, "complete", outcome="referred")
    do(first, "undo")
    do(first, "complete", outcome="referred")
    sent = {"visit": first, "inquiry": 1, "to": branch, "lifeline": "pas", "category": "decision"}
    referral = f"{b}/referrals/{api.post(f'{b}/referrals', **sent)['id']}"
    api.post(f"{referral}/accept")
    api.post(f"{referral}/return", reason="incomplete", could_have_been_solved=False)
    second = issued()
    do(second, "call", counter="1")
    do(second, "no-show", "requeue", "abandon")
    third = issued()
    do(third, "call", counter="1")
    do(third, "transfer", service="korekort")
    issued()
    api.post(f"{b}/counters/1/pause", reason="lunch")
    api.post(f"{b}/counters/1/resume")
    fifth = api.post(f"{b}/counters/2/serve", service=PASSPORT, channel="desk")["id"]
    do(fifth, "park")
    api.post(f"{b}/counters/1/close")
    queue = Queue(RedisStore(service.client))
    put_branch(queue, branch, parse_config({**api.get(b), "name": "Another name"}))
    api.post(f"{b}/close-day")


def test_a_day_sends_what_the_table_says(service: Service) -> None:
    lifelines = [{**LINES[0], "services": [PASSPORT]}]
    counters = [{"id": id_, "name": id_, "services": ["*"]} for id_ in "12"]
    branch = service.branch(
        "raadhuset", services=SERVICES, counters=counters, lifelines=lifelines, retention_days=30
    )
    document = service.api().get("/openapi.json")
    described = document["paths"]["/api/v1/branches/{branch}/events"]["get"]["x-events"]
    assert described.keys() == EVENTS.keys()
    seen: dict[str, set[str]] = {role: set() for role in ROLES}
    with (
        stream(service, branch, "admin") as admin,
        stream(service, branch, "clerk") as clerk,
        stream(service, branch, "supervisor") as supervisor,
        stream(service, branch, "display") as display,
        stream(service, branch, "kiosk") as kiosk,
    ):
        lines = (admin, clerk, display, kiosk, supervisor)
        events = {role: heard(line) for role, line in zip(ROLES, lines, strict=True)}
        for role in ROLES:
            _, name, data = next(events[role])
            assert name == "snapshot"
            check(document, described[name]["data"][role]["$ref"], data)
        a_day(service, branch)
        for role in ROLES:
            for entry_id, name, data in events[role]:
                seen[role].add(name)
                assert role in described[name]["data"], f"{role} heard {name}"
                check(document, described[name]["data"][role]["$ref"], data)
                assert entry_id
    assert {name for name in seen["admin"] if name.startswith("visit.")} == {
        name for name in EVENTS if name.startswith("visit.") and name not in (*NOT_TODAY, CALL_OVER)
    }
    assert CALL_OVER in seen["display"] & seen["kiosk"]
    assert not {name for name in seen["display"] | seen["kiosk"] if EVENTS[name].booth}
    assert seen["kiosk"] - seen["display"] == {"help.open", "help.coming", "help.helped"}
    assert {"counter.opened", "counter.closed", "branch.changed"} <= seen["clerk"]
    assert {"lifeline.ringing", "lifeline.taken", "lifeline.ended", "lifeline.cancelled"} <= seen[
        "supervisor"
    ]
    assert {"referral.sent", "referral.accepted", "referral.returned"} <= seen["clerk"]
    assert "branch.state_changed" in seen["display"] & seen["kiosk"]
    webhooks_tell(document, service, branch)


def webhooks_tell(document: dict[str, Any], service: Service, branch: str) -> None:
    """Fails where the log of the day has an event that the table does not know, or where a message
    that webhooks send does not match its description."""
    queue = Queue(RedisStore(service.client))
    client: Any = queue.store.client
    log = [fields["event"] for _, fields in client.xrange(BranchKeys(branch).events)]
    assert set(log) <= {name for name, event in EVENTS.items() if event.logged}
    endpoint = Endpoint("hook_0", "BI", "", GROUPS, branch, active=True, secret="", created_at=0)
    entries = queue.get(WebhookStore).log(branch, BEFORE_ALL, "", len(log)).entries
    delivered = [entry.event for entry in entries if endpoint.wants(entry.event)]
    assert delivered == [name for name in log if EVENTS[name].told]
    assert {"visit.entered", "visit.removed", "visit.undone", "counter.opened"} <= set(delivered)
    for first in range(0, len(entries), BATCH):
        some = entries[first : first + BATCH]
        message = events_message(endpoint, branch, BEFORE_ALL, some[-1].id, some)
        reference = document["webhooks"]["branch.events"]["post"]["requestBody"]["content"][
            "application/json"
        ]["schema"]["$ref"]
        check(document, reference, json.loads(message.body))


def check(document: dict[str, Any], reference: str, data: Any) -> None:
    """Fails for data that its schema does not describe, or that has more than that says."""
    schema = {"$ref": reference, "components": document["components"]}
    OAS31Validator(schema).validate(data)
    named = document["components"]["schemas"][reference.rsplit("/", 1)[-1]]
    assert data.keys() <= named.get("properties", {}).keys(), f"{data} has more than {reference}"


def test_the_table_has_every_name_that_the_rules_give() -> None:
    verbs = [v for v in vars(transitions).values() if isinstance(v, transitions.Verb)]
    events = {name for verb in verbs for name in verb.event_of.values()} | {ISSUED, SERVED}
    events |= {f"help.{state}" for state in get_args(reception.HelpState)}
    events |= {f"lifeline.{state}" for state in get_args(lifeline.CallState)}
    events |= {f"referral.{state}" for state in get_args(referrals.ReferralState)}
    assert events <= EVENTS.keys()


def test_the_table_has_every_name_that_the_code_spells_out() -> None:
    """Events of pauses, of opening and closing and of days are in no table of the rules. Actions of
    the audit log are no events."""
    source = Path(__file__).parents[2] / "queue_service"
    name = re.compile(r"""["']((?:visit|counter|branch|day|video)\.[a-z_]+)["']""")
    found = {
        event
        for path in (*source.rglob("*.py"), *source.rglob("*.lua"))
        if not {"pages", "web", "webhooks", "events"} & set(path.relative_to(source).parts)
        for event in name.findall(path.read_text(encoding="utf-8"))
    }
    assert {"counter.paused", "counter.resumed", "day.received", "branch.changed"} <= found
    assert found - {*ACTIONS} <= EVENTS.keys()


def test_every_message_of_a_webhook_is_described() -> None:
    alerts = {f"alert.{event}" for event in get_args(deliveries.AlertEvent)}
    assert alerts | set(get_args(MessageKind)) == OUTGOING.keys()


@pytest.mark.parametrize("name", sorted(name for name, event in EVENTS.items() if event.logged))
def test_the_receivers_of_an_event_are_those_of_the_stream(name: str) -> None:
    if name == CALL_OVER:
        assert EVENTS[name].roles == {"display", "kiosk"}
        return
    shown, _ = for_own_counter(name, {"at": 0})
    # A display's events of a visit depend on its states; the day above has all of them.
    for role in [role for role in ROLES if role != "display" or not name.startswith("visit.")]:
        screen = role in ("display", "kiosk")
        if name == "branch.state_changed":
            assert (role in EVENTS[name].roles) == screen
        else:
            hears = is_heard(name, role) and not (screen and shown != name)
            assert hears == (role in EVENTS[name].roles), role


@pytest.mark.parametrize("name", sorted(OUTGOING))
def test_an_example_is_what_its_schema_says(name: str) -> None:
    example = OUTGOING[name].example
    assert OUTGOING[name].body.model_validate(example).model_dump(mode="json", by_alias=True)
    assert example["type"] == name
