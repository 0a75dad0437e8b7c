"""Letters about an appointment in the words of its citizen: a mail, or a short text message.

Their links open pages and change nothing: mail programs and virus scanners follow them too. No
private service is named, nor what to bring for it, since others may read a mailbox or a locked
telephone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from queue_service.access.rules.codes import grouped
from queue_service.bookings.operations.letters import BegunLetter
from queue_service.bookings.rules.calendar_file import MIMETYPE
from queue_service.bookings.rules.letters import LetterReason
from queue_service.bookings.text.calendar import appointment_file
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.language.catalogues import N_
from queue_service.language.languages import language
from queue_service.language.wording import Wording
from queue_service.notify import mail_style
from queue_service.notify.mail import Attachment, Letter

HEADLINES: Final[Mapping[LetterReason, str]] = {
    "booked": N_("Your appointment"),
    "moved": N_("Your appointment is moved"),
    "cancelled": N_("Your appointment is cancelled"),
    "reminder": N_("Your appointment is tomorrow"),
    "called_off": N_("The municipality has cancelled your appointment"),
    "displaced": N_("Choose another time"),
    "restored": N_("Your time is kept after all"),
    "offered": N_("An earlier time is free for you"),
}
_ARRIVAL: Final = N_(
    "Give the code when you arrive: at the kiosk, on your phone or at the reception."
)
_SORRY: Final = N_("We are sorry: we cannot keep your time {when}.")
_LINES: Final[Mapping[LetterReason, tuple[str, ...]]] = {
    "booked": (_ARRIVAL,),
    "moved": (N_("Your former time is given up. The code is the same."), _ARRIVAL),
    "cancelled": (N_("There is nothing more to do. You can book another time when you like."),),
    "reminder": (
        _ARRIVAL,
        N_("If you cannot come, please cancel. Then somebody else gets the time."),
    ),
    "called_off": (N_("If you did not ask for this, we are sorry. You can book another time."),),
    "displaced": (_SORRY, N_("Use the link to choose another time.")),
    "restored": (N_("You need not choose another time. The code is the same."), _ARRIVAL),
    "offered": (
        N_("It is kept for you until {until}."),
        N_("Answer yes or no on the page."),
        N_("Your own time stays yours until you say yes."),
    ),
}
_ARRIVAL_THERE: Final = N_("Give the code when you arrive: at the kiosk or at the reception.")
_CHANGES: Final = N_("Contact us to move or cancel it, with your code: {place}.")
_WITHOUT_LINK: Final[Mapping[str, tuple[str, ...]]] = {
    _ARRIVAL: (_ARRIVAL_THERE, _CHANGES),
    N_("If you cannot come, please cancel. Then somebody else gets the time."): (),
    N_("Use the link to choose another time."): (
        N_("Contact us to get another time, with your code: {place}."),
    ),
    N_("Answer yes or no on the page."): (
        N_("Contact us and say yes or no, with your code: {place}."),
    ),
}
"""In place of a line where the installation has no address that a link could have."""
_TWICE: Final = N_(
    "You have also booked {time} on the same day for the same errand (code {code}). If you need"
    " only one of them, please cancel the other."
)
_LINKS: Final[Mapping[LetterReason, str]] = {
    "booked": N_("See, move or cancel your appointment"),
    "moved": N_("See, move or cancel your appointment"),
    "cancelled": N_("Book another time"),
    "called_off": N_("Book another time"),
    "reminder": N_("See, move or cancel your appointment"),
    "displaced": N_("Choose another time"),
    "restored": N_("See, move or cancel your appointment"),
    "offered": N_("Answer yes or no"),
}
_COMING: Final = ("booked", "moved", "reminder", "restored")
"""The letters about a visit to come: they say where it is, and what to bring."""
_CALENDAR: Final[Mapping[LetterReason, str]] = {
    "booked": "REQUEST",
    "moved": "REQUEST",
    "cancelled": "CANCEL",
    "called_off": "CANCEL",
    "displaced": "CANCEL",
    "restored": "REQUEST",
}
"""The letters with a calendar file, and its method."""
_WITH_CODE: Final = ("booked", "moved", "reminder", "displaced", "restored")
"""The letters with a code that is still needed; without a link that of an offer is, too."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of a letter, before it is text or HTML; ``when``, ``where`` and ``service`` may be
    empty."""

    place: str
    headline: str
    when: str
    where: str
    service: str
    code: str
    bring_title: str
    bring: tuple[str, ...]
    lines: tuple[str, ...]
    link: tuple[str, str] | None
    footer: str


def mail(begun: BegunLetter, public_url: str, sender: str) -> Letter:
    """The mail about a booking from the address ``sender``, with a calendar file if the time is
    another one or not kept.

    It is the same at every try, so that a mailbox shows it once.
    """
    parts, letter = _parts(begun, public_url), begun.letter
    return Letter(
        to=letter.contact.to,
        subject=f"{parts.place}: {parts.headline}",
        text=_as_text(parts),
        html=_as_html(parts, letter.language),
        language=letter.language,
        key=f"booking-{begun.branch.id}-{letter.id}-{letter.at}",
        attachments=_attachments(begun, public_url, sender),
    )


def message(begun: BegunLetter, public_url: str) -> str:
    """The text message about a booking: one line, with the address of its page at the end."""
    parts = _parts(begun, public_url)
    about = f"{parts.headline}: {parts.when}." if parts.when else f"{parts.headline}."
    said = [f"{parts.where or parts.place}: {about}", parts.code and f"{parts.code}."]
    said += parts.lines[: 1 if begun.other else 0]
    if begun.letter.reason == "displaced":
        said[1:1] = parts.lines
    if parts.bring and begun.letter.reason == "reminder":
        said.append(f"{parts.bring_title}: {', '.join(parts.bring)}.")
    if begun.letter.reason == "offered":
        said += parts.lines[:2]
    return " ".join(filter(None, [*said, parts.link and parts.link[1]]))


def booking_path(branch_id: str, code: str) -> str:
    """The path of the page of a booking."""
    return f"/booking/{branch_id}/{code}"


def when(branch: Branch, instant: int, say: Wording) -> str:
    """The date and the time of an instant (ms), as an appointment is written."""
    return say(
        N_("{day} at {time}"),
        day=say.full_day(moment(branch, instant).date),
        time=say.time_of_day(instant, branch.timezone),
    )


def _parts(begun: BegunLetter, public_url: str) -> _Parts:
    letter, branch, say = begun.letter, begun.branch, Wording(begun.letter.language)
    bring, private = _bring(begun), branch.is_private(letter.service)
    service = branch.services.get(letter.service)
    code = say(N_("Your code: {code}"), code=grouped(letter.code))
    time, link = when(branch, letter.starts_at, say), _link(begun, public_url, say)
    needs_code = letter.reason in _WITH_CODE or (letter.reason == "offered" and link is None)
    return _Parts(
        place=branch.name,
        headline=say(HEADLINES[letter.reason]),
        # Below "Choose another time" it would look like the new one: a sentence names it.
        when="" if letter.reason == "displaced" else time,
        where=branch.place if letter.reason in _COMING and branch.street_address else "",
        service="" if private or service is None else say.name(service.name),
        code=code if needs_code else "",
        bring_title=say(N_("What to bring")),
        bring=bring,
        lines=(*_twice(begun, say), *_lines(begun, say, time, is_linked=link is not None)),
        link=link,
        footer=say(
            N_(
                "You get this because you gave {branch} this address for your appointment."
                " The address is deleted when the appointment is over."
            ),
            branch=branch.name,
        ),
    )


def _lines(begun: BegunLetter, say: Wording, time: str, *, is_linked: bool) -> Iterator[str]:
    until = say.time_of_day(begun.letter.until, begun.branch.timezone)
    values = {"until": until, "when": say.within_sentence(time), "place": begun.branch.place}
    for line in _LINES[begun.letter.reason]:
        for text in (line,) if is_linked else _WITHOUT_LINK.get(line, (line,)):
            yield say(text, **values)


def _twice(begun: BegunLetter, say: Wording) -> Iterator[str]:
    if begun.other:
        time = say.time_of_day(begun.other.starts_at, begun.branch.timezone)
        yield say(_TWICE, time=time, code=grouped(begun.other.code))


def _attachments(begun: BegunLetter, public_url: str, sender: str) -> tuple[Attachment, ...]:
    letter, branch, say = begun.letter, begun.branch, Wording(begun.letter.language)
    if letter.reason not in _CALENDAR:
        return ()
    address = public_url and public_url + booking_path(branch.id, letter.code)
    addresses = (sender, letter.contact.to)
    file = appointment_file(
        branch, letter.booking, _bring(begun), address, say, letter.at, addresses
    )
    parameters = {"method": _CALENDAR[letter.reason], "charset": "utf-8"}
    return (Attachment(f"{branch.id}.ics", MIMETYPE, file, parameters),)


def _bring(begun: BegunLetter) -> tuple[str, ...]:
    letter, entry = begun.letter, begun.entry
    if entry is None or letter.reason not in _COMING or begun.branch.is_private(letter.service):
        return ()
    return entry.text(letter.language).bring


def _link(begun: BegunLetter, public_url: str, say: Wording) -> tuple[str, str] | None:
    if not public_url:
        return None
    letter, branch = begun.letter, begun.branch.id
    over = letter.reason in ("cancelled", "called_off")
    path = f"/book/{branch}" if over else booking_path(branch, letter.code)
    return say(_LINKS[letter.reason]), public_url + path


def _as_text(parts: _Parts) -> str:
    bring = [f"{parts.bring_title}:", *(f"- {thing}" for thing in parts.bring)]
    blocks = [
        parts.place,
        parts.headline,
        "\n".join(filter(None, (parts.when, parts.where, parts.service, parts.code))),
        "\n".join(bring) if parts.bring else "",
        *parts.lines,
        f"{parts.link[0]}:\n{parts.link[1]}" if parts.link else "",
        f"--\n{parts.footer}",
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _as_html(parts: _Parts, code: str) -> str:
    """The same as HTML, with its language and direction: letters have no page around them."""
    inside = [
        _tag("p", parts.place, f"margin:0;{mail_style.SMALL}"),
        _tag("h1", parts.headline, "margin:4px 0 16px;font-size:20px;line-height:1.3"),
        _tag("p", parts.when, "margin:0 0 8px;font-size:24px;line-height:1.3;font-weight:bold"),
        _tag("p", parts.where, "margin:0"),
        _tag("p", parts.service, "margin:0"),
        _tag("p", parts.code, "margin:12px 0 0;font-size:20px;font-weight:bold"),
        _bring_html(parts),
        *(_tag("p", line, "margin:16px 0 0") for line in parts.lines),
    ]
    if parts.link:
        words, address = parts.link
        link = Markup('<p style="margin:20px 0 0"><a href="{}" style="{}">{}</a></p>')
        inside.append(link.format(address, mail_style.BUTTON, words))
    page = Markup('<div lang="{}" dir="{}" style="{}"><div style="{}">{}</div>{}</div>\n')
    return page.format(
        code,
        language(code).direction,
        mail_style.BODY,
        mail_style.CARD,
        Markup("").join(inside),
        _tag("p", parts.footer, mail_style.FOOT),
    )


def _bring_html(parts: _Parts) -> Markup:
    item = Markup('<li style="margin:0"><bdi>{}</bdi></li>')
    things = Markup("").join(item.format(thing) for thing in parts.bring)
    title = _tag("p", parts.bring_title, "margin:16px 0 0;font-weight:bold")
    return title + _tag("ul", things, "margin:4px 0 0") if things else Markup("")


def _tag(name: str, content: str, style: str) -> Markup:
    """An element; empty without content."""
    element = Markup('<{0} style="{1}">{2}</{0}>')
    return element.format(name, style, content) if content else Markup("")
