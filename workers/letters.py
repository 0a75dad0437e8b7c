"""Messages about an alert: a letter for people, a JSON body for programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import Final

from queue_service.alerts.rules.alerts import facts
from queue_service.alerts.rules.deliveries import OutgoingDelivery
from queue_service.alerts.text import AlertText
from queue_service.language.catalogues import words
from queue_service.language.instants import rfc3339, rfc3339_or_none
from queue_service.notify import mail_style
from queue_service.notify.mail import Letter
from queue_service.palette import PALETTE

_COLOURS: Final = {"resolved": PALETTE["good"], "test": PALETTE["calm"]}
_ALARMING: Final = PALETTE["bad"]
_NARROW: Final = "max-width:560px"


@dataclass(frozen=True, slots=True)
class _LetterText:
    """A letter's parts, before it is text or HTML."""

    subject: str
    place: str
    headline: str
    lines: list[str]
    links: list[tuple[str, str]]
    footer: str


def letter(outgoing: OutgoingDelivery, public_url: str) -> Letter:
    """The letter to a subscriber, in the subscription's language and the branch's time."""
    parts = _letter_text(outgoing, public_url)
    return Letter(
        to=outgoing.subscription.target,
        subject=parts.subject,
        text=_as_text(parts),
        html=_as_html(parts, _COLOURS.get(outgoing.delivery.event, _ALARMING)),
        language=outgoing.subscription.language,
        key=outgoing.delivery.id,
    )


def body(outgoing: OutgoingDelivery, public_url: str) -> bytes:
    """The message to a program, the same at every try."""
    branch, delivery = outgoing.branch, outgoing.delivery
    alert = delivery.alert
    document = {
        "type": f"alert.{delivery.event}",
        "timestamp": rfc3339(delivery.created_at),
        "data": {
            "alert": alert.id,
            "branch": branch.id,
            "branch_name": branch.name,
            **facts(alert),
            "waiting_since": rfc3339_or_none(alert.finding.since),
            "text": AlertText(branch, outgoing.subscription.language).headline(alert),
            "url": _page(outgoing, public_url) or None,
        },
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _letter_text(outgoing: OutgoingDelivery, public_url: str) -> _LetterText:
    branch, alert = outgoing.branch, outgoing.delivery.alert
    texts, text = words(outgoing.subscription.language), _text(outgoing)
    headline = text.headline(alert)
    if outgoing.delivery.event == "resolved":
        headline = text.all_clear(alert)
    elif outgoing.delivery.event == "test":
        headline = texts.gettext("Test: {headline}").format(headline=headline)
    return _LetterText(
        subject=f"{branch.name}: {headline}",
        place=branch.name,
        headline=headline,
        lines=[line for line in _lines(outgoing) if line],
        links=_links(outgoing, public_url),
        footer=texts.gettext(
            "You get this because you subscribed to the alerts of {branch}. An "
            "acknowledged alert notifies nobody else. Your subscription can be ended on "
            "the same page."
        ).format(branch=branch.name),
    )


def _lines(outgoing: OutgoingDelivery) -> list[str]:
    delivery, alert = outgoing.delivery, outgoing.delivery.alert
    texts, text = words(outgoing.subscription.language), _text(outgoing)
    if delivery.event == "test":
        return [
            texts.gettext("This is only a test: nothing is the matter. So an alert would look.")
        ]
    seen = texts.gettext("Seen {day} at {time}.").format(
        day=text.short_day(alert.raised_at), time=text.time_of_day(alert.raised_at)
    )
    if delivery.event == "resolved" and alert.gone_at is not None:
        over = texts.gettext("Over since {day} at {time}.").format(
            day=text.short_day(alert.gone_at), time=text.time_of_day(alert.gone_at)
        )
        still = text.waiting_now(alert, delivery.created_at)
        was = texts.gettext("It was: {headline}. {seen}").format(
            headline=text.headline(alert), seen=seen
        )
        return [over, " ".join(filter(None, (still, text.counters(alert)))), was]
    helps = " ".join(filter(None, (text.counters(alert), text.advice(alert))))
    return [text.facts(alert), helps, seen]


def _links(outgoing: OutgoingDelivery, public_url: str) -> list[tuple[str, str]]:
    """The pages with remedies, each with its address; for a resolved alert, the pages with its
    history."""
    if not public_url:
        return []
    texts = words(outgoing.subscription.language)
    board = f"{public_url}/dashboards/{outgoing.branch.id}"
    if outgoing.delivery.event == "resolved":
        return [(texts.gettext("See the board"), board)]
    return [
        (texts.gettext("See and acknowledge it"), _page(outgoing, public_url)),
        (texts.gettext("Act now"), f"{board}/act"),
    ]


def _text(outgoing: OutgoingDelivery) -> AlertText:
    return AlertText(outgoing.branch, outgoing.subscription.language, outgoing.free)


def _page(outgoing: OutgoingDelivery, public_url: str) -> str:
    return f"{public_url}/dashboards/{outgoing.branch.id}/alerts" if public_url else ""


def _as_text(parts: _LetterText) -> str:
    links = [f"{text}:\n{address}" for text, address in parts.links]
    return (
        "\n\n".join([parts.place, parts.headline, *parts.lines, *links, "--\n" + parts.footer])
        + "\n"
    )


def _as_html(parts: _LetterText, colour: str) -> str:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in parts.lines)
    styles = [mail_style.BUTTON, *("" for _ in parts.links[1:])]
    button = "".join(
        f'<p><a href="{escape(address)}" style="{style}">{escape(text)}</a></p>'
        for (text, address), style in zip(parts.links, styles, strict=False)
    )
    card = f"{mail_style.CARD};{_NARROW};border-left:6px solid {colour}"
    return (
        f'<div style="{mail_style.BODY}"><div style="{card}">'
        f'<p style="margin:0;{mail_style.SMALL}">{escape(parts.place)}</p>'
        '<h1 style="margin:4px 0 16px;font-size:22px;line-height:1.3">'
        f"{escape(parts.headline)}</h1>"
        f"{paragraphs}{button}</div>"
        f'<p style="{mail_style.FOOT};{_NARROW}">{escape(parts.footer)}</p></div>\n'
    )
