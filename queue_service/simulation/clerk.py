"""A clerk at a counter: call, serve, finish, and all that comes in between."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from queue_service.simulation import choices, specialist
from queue_service.simulation.choices import Citizen, CitizenStep
from queue_service.simulation.client import RequestRefused
from queue_service.simulation.crowd import Crowd
from queue_service.simulation.office import Office

VisitDocument = Mapping[str, Any]

_WALK_SECONDS: Final = (8.0, 30.0)
_BREATH_SECONDS: Final = (5.0, 25.0)
"""Between two citizens."""
_PATIENCE_SECONDS: Final = 40.0
"""How long a clerk waits after each call before the next step."""
_FORM_SECONDS: Final = (60.0, 300.0)
"""How long a citizen fills in a form, parked."""
_ERRAND_SECONDS: Final = 120.0
_LOOK_AGAIN_SECONDS: Final = 10.0
_SELDOM_SECONDS: Final = 0.5
"""Of the clock: a clerk without work does not ask more often, however fast time runs."""


class Clerk:
    """Works one counter for a team, from opening to closing it."""

    def __init__(self, office: Office, crowd: Crowd, counter: str, team: str | None) -> None:
        self.counter = counter
        self._office = office
        self._crowd = crowd
        self._team = team
        self._path = f"/counters/{counter}"
        self._forms_done: deque[str] = deque()
        self._parked: set[str] = set()
        self._working = False

    def open(self) -> None:
        """Open the counter and begin."""
        self._office.staff_api.post(
            f"{self._path}/open", **({"team": self._team} if self._team else {})
        )
        self._working = True
        self._breathe()

    def close(self) -> None:
        """Finish the visits at the counter or parked there, and close it.

        Raises RequestRefused when somebody else keeps it busy.
        """
        if not self._working:
            return
        self._clear()
        for visit in self._office.staff_api.get(self._path)["parked"]:
            self._office.staff_api.post(f"/visits/{visit['id']}/resume", counter=self.counter)
            self._complete(visit["id"], self._outcome())
        self._office.staff_api.post(f"{self._path}/close")

    def _clear(self) -> None:
        current = self._office.staff_api.get(self._path)["current"]
        if current is None:
            return
        if current["state"] == "called":
            self._office.staff_api.post(f"/visits/{current['id']}/requeue")
            self._crowd.wait(current["id"], self._office.citizen_of(current))
        else:
            self._complete(current["id"], self._outcome())

    def _breathe(self) -> None:
        self._later(self._office.random.uniform(*_BREATH_SECONDS), self._turn)

    def _turn(self) -> None:
        """A free counter: a form that is done, somebody without a ticket, or the next one."""
        office = self._office
        if self._forms_done:
            visit_id = self._forms_done.popleft()
            office.happened["resumed"] += 1
            self._serve(office.staff_api.post(f"/visits/{visit_id}/resume", counter=self.counter))
        elif (channel := choices.unasked(office.random)) and self._serve_unasked(channel):
            return
        elif visit := office.staff_api.post(f"{self._path}/call-next"):
            self._called(visit)
        else:
            self._later_real(max(_SELDOM_SECONDS, _LOOK_AGAIN_SECONDS / office.agenda.speed))

    def _serve_unasked(self, channel: str) -> bool:
        services = self._office.services_of(self.counter, self._team)
        if not services:
            return False
        service = self._office.random.choice(services)
        what = "phone calls" if channel == "phone" else "walk-ins"
        self._office.happened[what] += 1
        path = f"{self._path}/serve"
        visit = self._office.staff_api.post(path, service=service, channel=channel)
        self._office.ours.add(visit["id"])
        self._serve(visit)
        return True

    def _called(self, visit: VisitDocument) -> None:
        office = self._office
        citizen = office.citizen_of(visit)
        office.happened["called"] += 1
        if citizen.absent or office.random.random() < choices.SLOW_SHARE:
            self._later(_PATIENCE_SECONDS, lambda: self._recall(visit, citizen))
        elif office.random.random() < choices.ERRAND_SHARE:
            self._later(_PATIENCE_SECONDS, lambda: self._send_on_errand(visit, citizen))
        else:
            self._walk(visit)

    def _walk(self, visit: VisitDocument) -> None:
        self._later(self._office.random.uniform(*_WALK_SECONDS), lambda: self._start(visit))

    def _recall(self, visit: VisitDocument, citizen: Citizen) -> None:
        self._act(visit, "recall", "recalled")
        if citizen.absent:
            self._later(_PATIENCE_SECONDS, lambda: self._give_up_on(visit, citizen))
        else:
            self._walk(visit)

    def _give_up_on(self, visit: VisitDocument, citizen: Citizen) -> None:
        self._act(visit, "no-show", "did not come")
        self._crowd.missed(visit["id"], citizen)
        self._breathe()

    def _send_on_errand(self, visit: VisitDocument, citizen: Citizen) -> None:
        delay = _ERRAND_SECONDS / self._office.agenda.speed
        self._act(visit, "requeue", "sent to the queue again", delay_seconds=delay)
        self._crowd.wait(visit["id"], citizen)
        self._breathe()

    def _start(self, visit: VisitDocument) -> None:
        self._serve(self._act(visit, "start", "started"))

    def _serve(self, visit: VisitDocument) -> None:
        demand, random = self._office.demand, self._office.random
        specialist.ask(self._office, self.counter, visit)
        if channel := choices.passing(random):
            self._count_contact(channel)
        time = demand.handling.get(visit["service"], choices.UNKNOWN_HANDLING)
        step = choices.after_handling(random, demand, visit["service"], visit["id"] in self._parked)
        self._later(choices.handling(random, time), lambda: self._finish(visit, step))

    def _count_contact(self, channel: str) -> None:
        """A question in passing or a telephone call, during the visit."""
        office = self._office
        services = office.services_of(self.counter, self._team)
        if not services:
            return
        service = choices.pick(office.random, {s: office.demand.shares[s] for s in services})
        try:
            office.staff_api.post(
                "/contacts", service=service, channel=channel, counter=self.counter
            )
            office.happened["contacts without a ticket"] += 1
        except RequestRefused as refused:
            office.happened[f"not counted ({refused.code})"] += 1

    def _finish(self, visit: VisitDocument, step: CitizenStep) -> None:
        if step.action == "continue":
            body = {"outcome": step.outcome, "service": step.service}
            self._serve(self._act(visit, "continue", "second inquiries", **body))
            return
        if step.action == "park":
            self._park(visit)
        elif step.action == "transfer":
            self._transfer(visit, step)
        else:
            self._complete(visit["id"], step.outcome)
            if visit["channel"] != "phone":
                self._crowd.leave(visit["service"], self._team, step.outcome)
        self._breathe()

    def _park(self, visit: VisitDocument) -> None:
        self._act(visit, "park", "parked")
        self._parked.add(visit["id"])
        seconds = self._office.random.uniform(*_FORM_SECONDS)
        self._office.agenda.after(seconds, lambda: self._forms_done.append(visit["id"]))

    def _transfer(self, visit: VisitDocument, step: CitizenStep) -> None:
        outcome = {"outcome": step.outcome} if step.outcome else {}
        self._act(visit, "transfer", "sent on", service=step.service, **outcome)
        demand, languages = self._office.demand, [visit["language"]]
        self._crowd.wait(visit["id"], choices.citizen(self._office.random, demand, languages))

    def _complete(self, visit_id: str, outcome: str | None) -> None:
        done = self._office.staff_api.post(f"/visits/{visit_id}/complete", outcome=outcome)
        self._office.happened["served"] += 1
        if outcome == "referred":
            specialist.refer(self._office, self.counter, done)

    def _outcome(self) -> str:
        return choices.pick(self._office.random, self._office.demand.outcomes)

    def _act(self, visit: VisitDocument, verb: str, outcome_name: str, **body: Any) -> Any:
        answer = self._office.staff_api.post(f"/visits/{visit['id']}/{verb}", **body)
        self._office.happened[outcome_name] += 1
        return answer

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        self._office.agenda.after(seconds, lambda: self._try(action))

    def _later_real(self, seconds: float) -> None:
        self._office.agenda.after_real(seconds, lambda: self._try(self._turn))

    def _try(self, action: Callable[[], None]) -> None:
        try:
            action()
        except RequestRefused as refused:
            self._surprised(refused)

    def _surprised(self, refused: RequestRefused) -> None:
        """Another clerk was at work here too: look at the counter and go on from there."""
        self._office.happened[f"surprised ({refused.code})"] += 1
        found = self._office.staff_api.get(self._path)
        if not found["open"]:
            self._working = False
            self._office.happened[f"counter {self.counter} closed by somebody"] += 1
        elif found["current"] is None:
            self._breathe()
        elif found["current"]["state"] == "called":
            self._walk(found["current"])
        else:
            self._serve(found["current"])
