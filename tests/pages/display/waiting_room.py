"""A waiting room: a branch with open counters, and a display whose sounds can be listened to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page

from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.store.keys import BranchKeys
from tests.web.browsers import BrowserMaker, first_page
from tests.web.service import Api, Service

LYING: Final = {"width": 1920, "height": 1080}
STATE: Final = "document.getElementById('main').dataset.state"
STEP_MS: Final = 250
_HEARD: Final = "window.heard.filter((e) => what in e).map((e) => e[what])"

# The browser's own voices and tones, which no test machine has ears for.
_EARS: Final = """
window.heard = [];
const note = (what) =>
  window.heard.push({ ...what, shown: document.querySelector("[data-current]")?.dataset.number });
const voices = VOICES.map((lang) => ({ lang, name: lang, localService: true, default: false }));
class Utterance { constructor(text) { this.text = text; } }
Object.defineProperty(window, "SpeechSynthesisUtterance", { value: Utterance });
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => voices,
  cancel() {},
  speak(utterance) {
    if (REFUSED) { setTimeout(() => utterance.onerror({ error: "not-allowed" })); return; }
    note({ begins: utterance.text, lang: utterance.lang });
    setTimeout(() => { note({ ends: utterance.text }); utterance.onend({}); }, SPEECH_MS);
  },
} });
const Clip = window.AudioBufferSourceNode;
window.AudioBufferSourceNode = class extends Clip {
  start() { note({ clip: this.buffer.duration }); super.start(); }
};
const Oscillator = window.OscillatorNode;
window.OscillatorNode = class extends Oscillator {
  start(at) { note({ tone: this.frequency.value }); super.start(at); }
};
"""


def ears(**values: Any) -> str:
    """A script that keeps what a page plays and reads aloud as ``window.heard``."""
    script = _EARS
    for name, value in values.items():
        script = script.replace(name, json.dumps(value))
    return script


def closed_today() -> dict[str, list[list[str]]]:
    """The opening hours of a branch that opens in three days, whatever day it is."""
    day = datetime.now(ZoneInfo("Europe/Copenhagen")) + timedelta(days=3)
    return {WEEKDAYS[day.weekday()]: [["00:00", "00:01"]]}


@dataclass
class Room:
    """A branch with its counters open."""

    service: Service
    branch: str
    api: Api
    new_context: BrowserMaker

    @classmethod
    def open(cls, service: Service, new_context: BrowserMaker, **changes: Any) -> Room:
        """A room like the library's, with every counter open."""
        branch = service.branch(**changes)
        room = cls(service, branch, service.api("admin"), new_context)
        for counter in room.api.get(f"/branches/{branch}")["counters"]:
            room.post(f"/counters/{counter['id']}/open")
        return room

    def post(self, path: str, **body: Any) -> Any:
        """A command in this branch."""
        return self.api.post(f"/branches/{self.branch}{path}", **body)

    def call(self, counter: str = "1", service: str = "pas", language: str = "da") -> Any:
        """A citizen comes, takes a number and is called to the counter."""
        visit = self.post("/visits", service=service, language=language)
        return self.post(f"/visits/{visit['id']}/call", counter=counter)

    def called(self) -> list[str]:
        """The numbers called, in the order of the log."""
        entries: Any = self.service.client.xrange(BranchKeys(self.branch).events)
        calls = [json.loads(f["data"]) for _, f in entries if f["event"] == "visit.called"]
        return [call["number"] for call in calls]

    def age(self, visit: dict[str, Any], seconds: int) -> None:
        """Make a call as old as if it had been made that long before."""
        keys, client = BranchKeys(self.branch), self.service.client
        text: Any = client.get(keys.visit(visit["id"]))
        document = json.loads(text)
        document["called_at"] -= seconds * 1000
        client.set(keys.visit(visit["id"]), json.dumps(document))
        client.zadd(keys.calls, {visit["id"]: document["called_at"]})

    def age_event(self, visit: dict[str, Any], seconds: int) -> None:
        """Make the last event, which is the visit's call, as old as that too."""
        events, client = BranchKeys(self.branch).events, self.service.client
        newest: Any = client.xrevrange(events, count=1)
        [(entry, fields)] = newest
        data = json.loads(fields["data"])
        assert data["number"] == visit["number"]
        data["at"] -= seconds * 1000
        client.xadd(events, {**fields, "data": json.dumps(data)})
        client.xdel(events, entry)

    def display(
        self,
        query: str = "",
        size: dict[str, int] = LYING,
        *,
        voices: tuple[str, ...] = ("da-DK", "en-GB"),
        refused: bool = False,
        speech_ms: int = 300,
        touched: bool = True,
        url: str = "",
        **more: Any,
    ) -> Page:
        """The room's display, live; ``touched`` once, so that the browser lets it be heard.

        ``url`` is the server's address as the screen sees it, if not the service's own.
        """
        # A browser that was touched once lets later pages of the service be heard, too.
        context = self.new_context(**size, own_clock=True, fresh=not touched, **more)
        self.service.enrol(context, "display", self.branch)
        page = first_page(context)
        page.add_init_script(ears(VOICES=voices, REFUSED=refused, SPEECH_MS=speech_ms))
        with page.expect_response("**/events?*"):
            page.goto(f"{url}/display/{self.branch}{query}")
        page.wait_for_selector("#strip:not([hidden]), [data-view=closed]", state="attached")
        if touched:
            page.mouse.click(5, 5)
            page.wait_for_selector("#sound-hint", state="hidden")
        return page


def heard(page: Page, what: str = "begins") -> list[Any]:
    """The sounds so far: the texts that begin or end, or the tones."""
    found: list[Any] = page.evaluate(f"what => {_HEARD}", what)
    return found


def wait_until_heard(page: Page, count: int, what: str = "ends") -> None:
    """Let time pass in the room until as many of these have been heard."""
    _let_time_pass(page, f"({{what, count}}) => {_HEARD}.length >= count", what=what, count=count)


def until_state(page: Page, state: str) -> None:
    """Let time pass until the wall has this state: rest, now (calling) or again (calling again)."""
    _let_time_pass(page, f"({{state}}) => {STATE} === state", state=state)


def _let_time_pass(page: Page, until: str, **values: Any) -> None:
    # The page's clock goes faster than the server's, so only while there is something to announce.
    # It also goes on by itself, so what is waited for can come between two looks at the page.
    while not page.evaluate(until, values):
        waiting = f"(values) => {STATE} !== 'rest' || ({until})(values)"
        page.wait_for_function(waiting, arg=values, timeout=30_000)
        page.clock.run_for(STEP_MS)


def front(page: Page) -> Locator:
    """The numbers in front."""
    return page.locator("#front .call__number")


def rest(page: Page) -> Locator:
    """The numbers next to them."""
    return page.locator("#rest .call__number")
