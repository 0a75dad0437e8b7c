"""The text of an alert for people, in one language.

    text = AlertText(branch, "da")
    text.headline(alert)      # "Et mål er i fare: Klaret på under 6 min (Pas)"

It names services, goals and counts, and never a ticket, a citizen or an employee.
"""

from __future__ import annotations

from collections.abc import Collection

from queue_service.alerts.rules.alerts import Alert
from queue_service.alerts.rules.subscriptions import AlertChannel, AlertKind, Subscription
from queue_service.branches.rules.branch import Branch
from queue_service.history.store import NamedPart
from queue_service.language.catalogues import words
from queue_service.language.languages import name_in
from queue_service.tables.words import Words


class AlertText:
    """Writes a branch's alerts in a language, with the branch's clock."""

    def __init__(self, branch: Branch, language: str, free: Collection[str] = ()) -> None:
        """``free``: the services that a free counter takes now."""
        self._branch = branch
        self._free = free
        self._texts = words(language)
        self._words = Words(language)

    def headline(self, alert: Alert) -> str:
        """The cause of the alert, in one line."""
        finding, texts = alert.finding, self._texts
        if finding.cause.kind == "goal":
            goal = self._goal(finding.cause.goal or "")
            return texts.gettext("Goal at risk: {goal}").format(goal=goal)
        if finding.cause.kind == "wait":
            time = self.length(alert.longest_ms)
            return texts.gettext("Somebody has waited {time}").format(time=time)
        if finding.cause.kind == "kiosk":
            kiosk = finding.hour.label if finding.hour else ""
            text = texts.gettext("A kiosk gives far more numbers than usual: {kiosk}")
            return text.format(kiosk=kiosk or finding.cause.kiosk)
        if finding.waiting:
            text = texts.ngettext(
                "No counter is open, and {n} is waiting",
                "No counter is open, and {n} are waiting",
                finding.waiting,
            )
            return text.format(n=finding.waiting)
        return texts.gettext("No counter is open")

    def facts(self, alert: Alert) -> str:
        """The known facts in one sentence; empty if the headline says it all."""
        finding, texts = alert.finding, self._texts
        if finding.judged is not None:
            text = texts.gettext(
                "{within} of {judged} so far; the goal is {target}."
                " The difference is more than chance."
            )
            target = self._words.whole_percent(finding.target or 0)
            return text.format(within=finding.within, judged=finding.judged, target=target)
        if finding.hour is not None:
            hour = finding.hour
            text = texts.gettext(
                "{issued} in this hour so far; the whole branch usually has {usual}."
            )
            return text.format(issued=hour.issued, usual=hour.usual)
        if finding.cause.kind == "wait" and finding.service and finding.waiting:
            text = texts.ngettext(
                "For {service}. {n} is waiting in all.",
                "For {service}. {n} are waiting in all.",
                finding.waiting,
            )
            service = self._words.service(_Names(self._branch), finding.service)
            return text.format(service=service, n=finding.waiting)
        return ""

    def all_clear(self, alert: Alert) -> str:
        """The end of the alert in one line, in place of the headline."""
        texts, known = self._texts, alert.present
        if alert.cause.kind == "goal":
            goal = self._goal(alert.cause.goal or "")
            return texts.gettext("Over: {goal} is not at risk any more").format(goal=goal)
        if alert.cause.kind == "kiosk":
            return texts.gettext("Over: the kiosk gives as many numbers as usual")
        if alert.cause.kind == "wait":
            return texts.gettext("Over: nobody waits that long any more")
        if known is not None and not known.open_counters:
            return texts.gettext("Over: the branch is closed now")
        return texts.gettext("Over: a counter is open again")

    def waiting_now(self, alert: Alert, now: int) -> str:
        """The present queue in one sentence; empty if it is unknown."""
        known, texts = alert.present, self._texts
        if known is None:
            return ""
        if not known.waiting or known.since is None:
            return texts.gettext("Nobody is waiting now.")
        text = texts.ngettext(
            "{n} is waiting now, for {time} already.",
            "{n} are waiting now, the first for {time} already.",
            known.waiting,
        )
        return text.format(n=known.waiting, time=self.length(now - known.since))

    def counters(self, alert: Alert) -> str:
        """How many counters are open, in one sentence; empty if that is not known."""
        known = alert.present
        if known is None:
            return ""
        text = self._texts.ngettext(
            "{open} of {n} counter is open.", "{open} of {n} counters are open.", known.counters
        )
        return text.format(open=known.open_counters, n=known.counters)

    def sent(self, alert: Alert) -> str:
        """How many subscriptions were notified of it, on which channel and when; never whose."""
        texts, shown = self._texts, alert.sent
        ways: dict[AlertChannel, str] = {
            "mail": texts.ngettext("{n} by e-mail", "{n} by e-mail", shown.get("mail", 0)),
            "webhook": texts.ngettext("{n} webhook", "{n} webhooks", shown.get("webhook", 0)),
            "board": texts.gettext("the board"),
        }
        told = [text.format(n=shown[way]) for way, text in ways.items() if shown.get(way)]
        if not told or alert.sent_at is None:
            return ""
        time = self.time_of_day(alert.sent_at)
        return texts.gettext("Sent to {ways} at {time}").format(ways=", ".join(told), time=time)

    def advice(self, alert: Alert) -> str:
        """The possible remedies."""
        texts, known = self._texts, alert.present
        if alert.cause.kind == "goal":
            return texts.gettext("See on the board which service takes long, and what the mix is.")
        if alert.cause.kind == "kiosk":
            return texts.gettext(
                "Look at the kiosk. An administrator can end its numbers and its access under"
                " Screens and tokens."
            )
        if alert.cause.kind == "unattended" or (known and not known.open_counters):
            return texts.gettext("Open a counter, or find out who should have.")
        if alert.finding.service in self._free:
            return texts.gettext("A counter that takes it is free: call the next.")
        if known and known.open_counters == known.counters:
            return texts.gettext("All counters are open. Can one take more services?")
        return texts.gettext("Can one more counter be opened, or one take more services?")

    def subjects(self, subscription: Subscription) -> list[str]:
        """The subjects of a subscription, one text each."""
        minutes = subscription.wait_minutes
        texts: dict[AlertKind, str] = {
            "goal": self._texts.gettext("a goal is at risk"),
            "wait": self._texts.ngettext(
                "somebody has waited {n} minute", "somebody has waited {n} minutes", minutes
            ).format(n=minutes),
            "unattended": self._texts.gettext("nobody is at the counter"),
            "kiosk": self._texts.gettext("a kiosk gives far more numbers than usual"),
        }
        return [texts[kind] for kind in subscription.kinds]

    def length(self, ms: int) -> str:
        """How long it took: "17 min", "1 h 5 min"."""
        return self._words.roughly(ms / 1000)

    def time_of_day(self, instant: int) -> str:
        """``9.05`` in Danish, ``9:05`` in English, by the branch's clock."""
        return self._words.time_of_day(instant, self._branch.timezone)

    def short_day(self, instant: int) -> str:
        """``25 Nov``, of the branch's calendar."""
        return self._words.short_day_at(instant, self._branch.timezone)

    def _goal(self, goal_id: str) -> str:
        """The name of a goal; its id if the branch no longer has it."""
        goal = next((goal for goal in self._branch.goals if goal.id == goal_id), None)
        return self._words.goal(_Names(self._branch), goal) if goal else goal_id


class _Names:
    """The present names of a branch's services; the id of a removed one."""

    def __init__(self, branch: Branch) -> None:
        self._branch = branch

    def name(self, part: NamedPart, item: str, language: str) -> str:
        service = self._branch.services.get(item) if part == "service" else None
        names = service.name if service else {}
        return name_in(names, language, default=item)
