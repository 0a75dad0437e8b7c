"""A branch and its configuration: services, counters, teams, hours and goals.

A :class:`Branch` is built from a document that ``branches/contract/config.py`` has validated, so
nothing here checks it again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Literal, get_args

from queue_service.branches.rules.booking_offers import BookingRules, booking_rules
from queue_service.branches.rules.interventions import Closure, Intervention, in_force
from queue_service.branches.rules.pauses import PAUSE_LIMIT_SECONDS, PauseReason, reasons_of
from queue_service.branches.rules.pictograms import Pictogram
from queue_service.goals.rules.goal import (
    EVERYTHING,
    Goal,
    WeekHours,
    goal_from_document,
    week_hours,
)
from queue_service.language.catalogues import place_name
from queue_service.language.languages import name_in

ServiceKind = Literal["information", "transaction"]
"""Whether a citizen asks for information, or has something done."""
KINDS: Final[tuple[ServiceKind, ...]] = get_args(ServiceKind)
Translations = Mapping[str, str]
"""A text in one or more languages, by language code."""

REVISION_OF_INTERVENTIONS: Final = "~"
"""In a revision, between what the configuration's changes made and what interventions did."""

TEAM: Final = "team:"
"""Before the id of the team that a visit is bound to, where a counter's id may also be."""


CounterKind = Literal["desk", "room"]
Entrance = Literal["knock", "door", "fetched"]
"""Knock and enter; wait until the door opens; wait to be fetched."""
DEFAULT_ENTRANCE: Final[Entrance] = "door"
ENTRANCES: Final[tuple[Entrance, ...]] = get_args(Entrance)


@dataclass(frozen=True, slots=True)
class Service:
    """A service: the purpose of a citizen's visit. ``prefix`` begins its ticket numbers.

    ``kle`` is its number in KL Emnesystematik, the municipalities' taxonomy of tasks (``23.05.00``:
    main group, group and topic). Both ``kle`` and ``kind`` are None if they are not configured.
    A ``private`` one is talked about behind a closed door: no screen says who came for it.
    ``pictogram`` is a drawing for it, if it has one. ``asks_people``: the kiosk asks how many come.
    ``collects``: citizens collect something that is ready. It takes a moment, so it is the first on
    the kiosk, and goals for all services leave it out. In its own ``hours`` kiosks give numbers for
    it, see ``service_hours.py``; empty: in those of the branch. ``description`` is shown under its
    name.
    """

    id: str
    name: Translations
    prefix: str
    active: bool = True
    kle: str | None = None
    kind: ServiceKind | None = None
    private: bool = False
    pictogram: Pictogram | None = None
    asks_people: bool = False
    collects: bool = False
    hours: WeekHours = field(default_factory=dict)
    description: Translations = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Video:
    """How a counter is served from elsewhere: the telephone to call if the connection fails."""

    telephone: str | None = None


@dataclass(frozen=True, slots=True)
class Counter:
    """A desk, with the services it takes (``["*"]``: all).

    ``names`` is empty if it has one ``name`` for all languages. ``video`` is None if the
    clerk is there. ``accessible``: for who sits in a wheelchair; None if it is not configured.
    ``entrance``: how a citizen comes into a room; None at a desk.
    """

    id: str
    name: str
    services: tuple[str, ...]
    names: Translations = field(default_factory=dict)
    video: Video | None = None
    accessible: bool | None = None
    kind: CounterKind = "desk"
    entrance: Entrance | None = None


def counter_from_document(document: Mapping[str, Any], languages: Sequence[str]) -> Counter:
    """A counter from its part of a configuration; ``languages`` are the branch's."""
    value = document["name"]
    names: Translations = value if isinstance(value, Mapping) else {}
    name = name_in(names, *languages) if names else str(value)
    video = Video(document["video"]["telephone"]) if document.get("video") else None
    services, accessible = tuple(document["services"]), document.get("accessible")
    kind: CounterKind = document.get("kind", "desk")
    entrance = document.get("entrance") or DEFAULT_ENTRANCE if kind == "room" else None
    return Counter(document["id"], name, services, names, video, accessible, kind, entrance)


@dataclass(frozen=True, slots=True)
class Team:
    """A staff group working a counter, with the services it may handle."""

    id: str
    name: Translations
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """A place where a mobile branch stops, and its times in a week."""

    id: str
    name: Translations
    hours: WeekHours


@dataclass(frozen=True, slots=True)
class HoursException:
    """Other opening hours on one date; no hours means closed."""

    date: str
    hours: tuple[tuple[str, str], ...]
    note: Translations


@dataclass(frozen=True)
class Branch:
    """A place with its own queue. ``revision`` changes with every change of configuration, and
    with every intervention; ``edition`` with the former alone.

    ``unsure_service`` is the service that a kiosk issues to a citizen in doubt; None: not offered.
    A ``historic`` branch holds replayed days: every operation brings its own time. A ``practice``
    branch is for learning, and nothing in it happened to a citizen. An ``archived`` branch is out
    of use: only its past is read. Unless ``outcomes_known`` its
    inquiries have outcomes that were not chosen, and no figure is made of them. With
    ``feedback_on_slip`` a kiosk's slips carry a code to answer with; with ``paper_numbers`` the
    staff have numbers on paper to give while the service is away. With a ``public_page`` anybody
    may see whether it is open and how long it takes. ``street_address`` is one line, None if it is
    not configured. A branch with ``stops`` is mobile; one that is ``elsewhere`` is run on a machine
    of its own, which sends its days here. On that machine it is ``taken_over`` while the central
    server runs it instead. In ``quiet_hours``, and on the dates of ``quiet_exceptions`` instead of
    them, no screen makes a sound. ``bookings`` has what can be booked.
    ``sample_until`` is the last date whose figures are made up, as the sample's past is; empty for
    a branch without any. ``interventions`` are those kept, in force or not, ``closures`` when it is
    closed in spite of its hours. ``lent`` has the additional services of counters at the present,
    see :meth:`at`.
    """

    id: str
    revision: str
    name: str
    timezone: str
    languages: tuple[str, ...]
    opening_hours: WeekHours
    hours_exceptions: tuple[HoursException, ...]
    services: Mapping[str, Service]
    counters: Mapping[str, Counter]
    teams: Mapping[str, Team]
    goals: tuple[Goal, ...]
    no_show_after_seconds: int
    return_window_seconds: int
    priority_head_start_seconds: int
    retention_days: int
    pause_reasons: tuple[PauseReason, ...]
    document: Mapping[str, Any] = field(repr=False, compare=False)
    """The configuration as it was given, with its defaults filled in."""
    unsure_service: str | None = None
    historic: bool = False
    practice: bool = False
    archived: bool = False
    outcomes_known: bool = True
    feedback_on_slip: bool = False
    paper_numbers: bool = False
    public_page: bool = False
    street_address: str | None = None
    stops: tuple[Stop, ...] = ()
    pause_limit_seconds: int = PAUSE_LIMIT_SECONDS
    quiet_hours: WeekHours = field(default_factory=dict)
    quiet_exceptions: tuple[HoursException, ...] = ()
    bookings: BookingRules = field(default_factory=BookingRules)
    elsewhere: bool = False
    taken_over: bool = False
    sample_until: str = ""
    interventions: tuple[Intervention, ...] = ()
    closures: tuple[Closure, ...] = ()
    lent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_document(
        cls,
        branch_id: str,
        revision: str,
        document: Mapping[str, Any],
        *,
        elsewhere: bool = False,
        taken_over: bool = False,
        sample_until: str = "",
        interventions: tuple[Intervention, ...] = (),
        closures: tuple[Closure, ...] = (),
    ) -> Branch:
        """Build a branch from a validated configuration document."""
        found = {name: document[name] for name in document.keys() & _AS_THEY_ARE}
        for name, build in _BUILT.items():
            if document.get(name) is not None:
                found[name] = build(document[name])
        languages = document["languages"]
        apart = tuple(one.id for one in found["services"].values() if one.collects)
        counters = [counter_from_document(c, languages) for c in document["counters"]]
        return cls(
            id=branch_id,
            revision=revision,
            counters={counter.id: counter for counter in counters},
            goals=tuple(goal_from_document(goal, apart) for goal in document["goals"]),
            pause_reasons=reasons_of(document),
            elsewhere=elsewhere,
            taken_over=taken_over,
            sample_until=sample_until,
            document=document,
            interventions=interventions,
            closures=closures,
            **found,
        )

    @property
    def edition(self) -> str:
        """The revision of the configuration alone."""
        return self.revision.partition(REVISION_OF_INTERVENTIONS)[0]

    def at(self, now: int) -> Branch:
        """The branch with the counters that are lent at ``now`` (ms)."""
        if not self.ever_lends and not self.lent:
            return self
        lent: dict[str, tuple[str, ...]] = {}
        for one in in_force(self.interventions, now, "lend_counter"):
            if one.counter is not None and one.counter in self.counters:
                lent[one.counter] = self.lent_services(one)
        if lent == self.lent:
            return self
        key = json.dumps(lent)
        known = self._as_lent.get(key)
        if known is None:
            known = self._as_lent[key] = replace(self, lent=lent)
            known.__dict__["_as_lent"] = self._as_lent
        return known

    @cached_property
    def ever_lends(self) -> bool:
        """Whether a counter is lent now or at another time, so that what it takes depends on
        that."""
        return any(one.kind == "lend_counter" for one in self.interventions)

    @cached_property
    def _as_lent(self) -> dict[str, Branch]:
        return {json.dumps(self.lent): self}

    def lent_services(self, lending: Intervention) -> tuple[str, ...]:
        """The additional services of a lent counter: those the team may handle there, or those
        named."""
        if lending.team is not None:
            known = lending.team in self.teams
            return self._shared(lending.counter or "", lending.team) if known else ()
        return tuple(service for service in self.services if service in lending.services)

    @cached_property
    def timed_services(self) -> tuple[Service, ...]:
        """The services with hours of their own."""
        return tuple(service for service in self.services.values() if service.hours)

    @property
    def place(self) -> str:
        """Its name, and after a comma its address if it is configured."""
        return ", ".join(filter(None, (self.name, self.street_address)))

    @property
    def is_public(self) -> bool:
        """Whether anybody may see its public page."""
        return self.public_page and self.counted and not self.archived

    @property
    def is_bookable(self) -> bool:
        """Whether citizens can book appointments there."""
        return bool(self.bookings.offers) and self.counted and not self.archived

    @property
    def counted(self) -> bool:
        """Whether sums over several branches count it: it is neither historic nor for practice."""
        return not (self.historic or self.practice)

    def is_private(self, service: str | None) -> bool:
        """Whether a service is talked about behind a closed door."""
        found = self.services.get(service or "")
        return found is not None and found.private

    @property
    def has_video(self) -> bool:
        """Whether a counter is served by video; a historic branch has none to serve."""
        return not self.historic and any(c.video is not None for c in self.counters.values())

    def counter_name(self, counter: str | None, language: str) -> str:
        """A counter's name in a language as far as it has one there; its id where it is gone."""
        known = self.counters.get(counter or "")
        if known is None:
            return counter or ""
        return name_in(known.names, language, default=place_name(known.name, language))

    def takes(self, counter: str, team: str | None) -> tuple[str, ...]:
        """The services a counter takes with this team: those that both lists share, and those it is
        lent for.

        Without a team the counter's own list counts alone.
        """
        shared, lent = self._shared(counter, team), self.lent.get(counter)
        if not lent:
            return shared
        return tuple(service for service in self.services if service in shared or service in lent)

    def _shared(self, counter: str, team: str | None) -> tuple[str, ...]:
        own = self.counters[counter].services
        theirs = self.teams[team].services if team and team in self.teams else (EVERYTHING,)
        return tuple(
            service
            for service in self.services
            if (EVERYTHING in own or service in own) and (EVERYTHING in theirs or service in theirs)
        )

    @cached_property
    def takes_by_counter(self) -> Mapping[str, str]:
        """For each counter, JSON for the scripts: team ("" for none) → the services it takes."""
        return {
            counter: json.dumps(
                {team: self.takes(counter, team or None) for team in ("", *self.teams)}
            )
            for counter in self.counters
        }

    @cached_property
    def pairs(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Each counter with each team ("" for none), and the services it then takes."""
        return tuple(
            (counter, team, self.takes(counter, team or None))
            for counter in self.counters
            for team in ("", *self.teams)
        )

    def takers(self, service: str, bound: str | None = None, also: tuple[str, ...] = ()) -> str:
        """The counters that a place in the queue is counted over, for the scripts.

        ``|counter/team=set|counter/team=set|;set=["service","service"];set=["service"];``: every
        pair that takes the service, or every pair of the counter or the team that a visit is bound
        to (``Visit.bound_to``), and what else it takes. A script finds a pair by plain search and
        decodes the sets of the open ones, which costs less than decoding it all. If no counter
        could take it, there is one without a name, which takes this service alone. A ``*`` before
        it all says that each of them takes every service.

        With further services (``also``) and no binding there are two such texts, with a line break
        between them: of the pairs that take all of these services, which count while one of them is
        open, and of all that take the first.
        """
        known = self._takers.get((service, bound, also))
        if known is None:
            known = self._takers_text(service, bound, ())
            if also and not bound and (of_all := self._takers_text(service, None, also)):
                known = f"{of_all}\n{known}"
            self._takers[service, bound, also] = known
        return known

    @cached_property
    def _takers(self) -> dict[tuple[str, str | None, tuple[str, ...]], str]:
        return {}

    def _takers_text(self, service: str, bound: str | None, also: tuple[str, ...]) -> str:
        """The text; empty if no pair takes the further services."""
        wanted = {service, *also}
        found = [
            (f"{counter}/{team}", services)
            for counter, team, services in self.pairs
            if (bound in (counter, f"{TEAM}{team}") if bound else wanted.issubset(services))
        ]
        if not found:
            if also:
                return ""
            found = [("/", (service,))]
        sets = {services: n for n, services in enumerate(dict.fromkeys(s for _, s in found))}
        pairs = "".join(f"{pair}={sets[services]}|" for pair, services in found)
        mark = "*" if list(sets) == [tuple(self.services)] else ""
        return f"{mark}|{pairs};" + "".join(f"{n}={json.dumps(s)};" for s, n in sets.items())


def _exceptions(items: Sequence[Mapping[str, Any]]) -> tuple[HoursException, ...]:
    return tuple(
        HoursException(e["date"], tuple((s, t) for s, t in e["hours"]), e.get("note", {}))
        for e in items
    )


def _services(items: Sequence[Mapping[str, Any]]) -> dict[str, Service]:
    return {item["id"]: _service(item) for item in items}


def _service(item: Mapping[str, Any]) -> Service:
    service = Service(**{**item, "hours": week_hours(item.get("hours") or {})})
    drawn = not service.collects or service.pictogram is not None
    return service if drawn else replace(service, pictogram="collect")


def _teams(items: Sequence[Mapping[str, Any]]) -> dict[str, Team]:
    return {t["id"]: Team(t["id"], t["name"], tuple(t["services"])) for t in items}


def _stops(items: Sequence[Mapping[str, Any]]) -> tuple[Stop, ...]:
    return tuple(Stop(s["id"], s["name"], week_hours(s["hours"])) for s in items)


_BUILT: Final[Mapping[str, Callable[[Any], Any]]] = {
    "languages": tuple,
    "opening_hours": week_hours,
    "hours_exceptions": _exceptions,
    "services": _services,
    "teams": _teams,
    "stops": _stops,
    "quiet_hours": week_hours,
    "quiet_exceptions": _exceptions,
    "bookings": booking_rules,
}
"""Parts of a configuration that a branch has in another form."""

_AS_THEY_ARE: Final = {
    "name", "timezone", "unsure_service", "no_show_after_seconds", "return_window_seconds",
    "priority_head_start_seconds", "retention_days", "historic", "practice", "archived",
    "outcomes_known", "feedback_on_slip", "paper_numbers", "public_page", "pause_limit_seconds",
    "street_address",
}  # fmt: skip
"""The patterns that are written unchanged."""
