"""What an alert says to people, in whichever language the given words are.

    words = queue_service.language.words("da")
    headline(words, branch, alert)      # "Målet er i fare: Behandlet på under 6 minutter"

It names services, goals and counts, and never a ticket, a citizen or an employee.
"""

from __future__ import annotations

from gettext import NullTranslations

from queue_service.domain.alerts import Alert
from queue_service.domain.branch import Branch, Goal
from queue_service.domain.subscriptions import Kind, Subscription

_MINUTE = 60_000
_HOUR = 60


def headline(words: NullTranslations, branch: Branch, alert: Alert) -> str:
    """What the alert is about, in one line."""
    finding = alert.finding
    if finding.cause.kind == "goal":
        goal = goal_name(words, branch, finding.cause.goal or "")
        return words.gettext("Goal at risk: {goal}").format(goal=goal)
    if finding.cause.kind == "wait":
        time = length(words, alert.longest_ms)
        return words.gettext("Somebody has waited {time}").format(time=time)
    if finding.waiting:
        text = words.ngettext(
            "No counter is open, and {n} is waiting",
            "No counter is open, and {n} are waiting",
            finding.waiting,
        )
        return text.format(n=finding.waiting)
    return words.gettext("No counter is open")


def facts(words: NullTranslations, branch: Branch, alert: Alert, language: str) -> str:
    """What is known about it, in one sentence; empty where the headline says it all."""
    finding = alert.finding
    if finding.judged is not None:
        text = words.gettext(
            "{within} of {judged} so far; the goal is {target}. The difference is more than chance."
        )
        target = percent(words, finding.target or 0)
        return text.format(within=finding.within, judged=finding.judged, target=target)
    if finding.cause.kind == "wait" and finding.service and finding.waiting:
        text = words.ngettext(
            "For {service}. {n} is waiting in all.",
            "For {service}. {n} are waiting in all.",
            finding.waiting,
        )
        service = service_name(branch, finding.service, language)
        return text.format(service=service, n=finding.waiting)
    return ""


def advice(words: NullTranslations, kind: Kind) -> str:
    """What may help."""
    return {
        "goal": words.gettext("See on the board which service takes long, and what the mix is."),
        "wait": words.gettext("Can one more counter be opened, or one take more services?"),
        "unattended": words.gettext("Open a counter, or find out who should have."),
    }[kind]


def wishes(words: NullTranslations, subscription: Subscription) -> list[str]:
    """What a subscription is about, one text each."""
    minutes = subscription.wait_minutes
    texts: dict[Kind, str] = {
        "goal": words.gettext("a goal is at risk"),
        "wait": words.ngettext(
            "somebody has waited {n} minute", "somebody has waited {n} minutes", minutes
        ).format(n=minutes),
        "unattended": words.gettext("nobody is at the counter"),
    }
    return [texts[kind] for kind in subscription.kinds]


def goal_name(words: NullTranslations, branch: Branch, goal_id: str) -> str:
    """What a goal is about; its id when the branch has it no longer."""
    goal = next((goal for goal in branch.goals if goal.id == goal_id), None)
    if goal is None:
        return goal_id
    text = {
        "handling_time_within": words.gettext("Handled in under {limit}"),
        "waiting_time_within": words.gettext("Called in under {limit}"),
        "first_contact": words.gettext("Solved at first contact"),
    }[goal.indicator]
    return text.format(limit=_limit(words, goal))


def service_name(branch: Branch, service_id: str, language: str) -> str:
    """A service's name as near to the language as there is; its id when it is gone."""
    service = branch.services.get(service_id)
    if service is None:
        return service_id
    names = service.name
    return names.get(language) or names.get("da") or next(iter(names.values()), service_id)


def length(words: NullTranslations, ms: int) -> str:
    """A length in whole minutes: "17 min", "1 h 5 min"."""
    hours, minutes = divmod(ms // _MINUTE, _HOUR)
    texts = []
    if hours:
        texts.append(words.gettext("{n} h").format(n=hours))
    if minutes or not hours:
        texts.append(words.gettext("{n} min").format(n=minutes))
    return " ".join(texts)


def percent(words: NullTranslations, ratio: float) -> str:
    """A share without decimals."""
    return words.gettext("{n}%").format(n=round(ratio * 100))


def _limit(words: NullTranslations, goal: Goal) -> str:
    seconds = goal.threshold_seconds or 0
    if seconds % _HOUR:
        return words.gettext("{n} s").format(n=seconds)
    return words.gettext("{n} min").format(n=seconds // _HOUR)
