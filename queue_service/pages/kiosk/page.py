"""The kiosk: a citizen takes a number here.

The page is drawn by its scripts, so that a lost connection or another language needs no new page.
The setup of the branch comes with it, and again from ``/kiosk/<branch>/setup`` when the
configuration changes.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from flask import (
    Blueprint,
    Response,
    g,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from queue_service.branches.rules.branch import Branch, Service
from queue_service.branches.rules.dates_and_hours import coming_days, next_opening
from queue_service.branches.rules.service_hours import coming_hours
from queue_service.configuration.operations import get_branch
from queue_service.language.languages import LANGUAGES, known_languages
from queue_service.language.wording import Wording
from queue_service.mobile.operations.state import coming_stops
from queue_service.pages.kiosk.texts import (
    ARRIVAL_TEXTS,
    BOOKED_TEXTS,
    HELP_TEXTS,
    PEOPLE_TEXTS,
    TEXTS,
)
from queue_service.playbook.operations import in_force
from queue_service.printers.connection import longest_seconds
from queue_service.printers.store import PrinterStore
from queue_service.visits.rules.refusals import require_issuing
from queue_service.web.compression import compressed_page, without_comments
from queue_service.web.context import queue
from queue_service.web.qr import qr_code
from queue_service.web.static_addresses import digest_in, links_with_digest
from queue_service.web.texts import page_texts

blueprint = Blueprint("kiosk", __name__, url_prefix="/kiosk")

PAPER_COOKIE: Final = "queue_paper"
PAPERS: Final = ("0", "58", "80")
"""How wide the kiosk's roll of paper is, in mm; "0" shows the number and prints nothing."""

_WORKER: Final = Path(__file__).parent / "static" / "worker.js"
_TEN_YEARS_SECONDS: Final = 10 * 365 * 24 * 3600


@blueprint.get("/<branch>")
def kiosk(branch: str) -> ResponseReturnValue:
    """The page. ``?paper=58`` or ``80`` makes it print from then on, ``0`` stops that."""
    paper = _paper()
    page_as = "kiosk" if g.caller.role == "kiosk" else "staff"
    response = make_response(kiosk_page(_branch(branch), page_as, paper=paper))
    if request.args.get("paper") == paper:
        response.set_cookie(
            PAPER_COOKIE,
            paper,
            max_age=_TEN_YEARS_SECONDS,
            path=blueprint.url_prefix or "/",
            samesite="Lax",
            secure=request.is_secure,
            httponly=True,
        )
    return compressed_page(response)


def kiosk_page(found: Branch, page_as: str, *, paper: str = PAPERS[0], **more: object) -> str:
    """The page of a branch, which need not be in force: a preview shows what is proposed."""
    # The first load has a limit: a page without the question or bookings is sent nothing of them.
    asks_people = bool(_asking_people(found))
    language = _first_language(found)
    takes_bookings = bool(found.bookings.offers)
    unused = {
        *(() if asks_people else PEOPLE_TEXTS),
        *(() if takes_bookings else BOOKED_TEXTS),
    }
    texts = {key: text for key, text in TEXTS.items() if key not in unused}
    return render_template(
        "kiosk.html",
        branch=found,
        page_branch=found.id,
        page_as=page_as,
        page_lang=language,
        title=Wording(language)(str(TEXTS["ready.take"])),
        page_texts=page_texts(texts, known_languages(found.languages)),
        page_data=_setup(found),
        asks_people=asks_people,
        takes_bookings=takes_bookings,
        paper=paper,
        pictograms=tuple(f"p-{one.pictogram}" for one in found.services.values() if one.pictogram),
        **more,
    )


@blueprint.get("/worker.js")
def worker() -> Response:
    """The service worker, with the digest of the release in the addresses of its files.

    It is at this address so that it may serve the kiosks' pages and nothing else.
    """
    digest = digest_in(url_for("page.static", page="kiosk", filename=_WORKER.name)) or ""
    script = links_with_digest(without_comments(_WORKER.read_text(encoding="utf-8")), digest)
    response = compressed_page(Response(script, mimetype="text/javascript"))
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/<branch>/offline")
def offline(branch: str) -> str:
    """The page that the service worker shows without a connection, in the branch's languages."""
    found = _branch(branch)
    kind = "paper" if found.paper_numbers else "connection"
    keys = {
        "what": f"{kind}.what",
        "do": f"{kind}.do",
        "lead": f"{kind}.lead",
        "again": "by_itself",
    }
    codes = [language["code"] for language in _languages(found)]
    texts = {
        code: {name: Wording(code)(str(TEXTS.get(key, ""))) for name, key in keys.items()}
        for code in codes
    }
    return render_template(
        "kiosk-offline.html", branch=found, page_lang=codes[0], texts=texts, csrf_token=""
    )


@blueprint.get("/<branch>/setup")
def setup(branch: str) -> ResponseReturnValue:
    """The setup of the branch for the page, as JSON."""
    return compressed_page(jsonify(_setup(_branch(branch))))


@blueprint.get("/<branch>/help")
def help_texts(branch: str) -> ResponseReturnValue:
    """The texts of a call for help, by language and key, as JSON."""
    codes = known_languages(_branch(branch).languages)
    return compressed_page(jsonify(page_texts(HELP_TEXTS, codes)))


@blueprint.get("/<branch>/bookings")
def arrival_texts(branch: str) -> ResponseReturnValue:
    """The texts of an arrival for an appointment, by language and key, as JSON."""
    codes = known_languages(_branch(branch).languages)
    return compressed_page(jsonify(page_texts(ARRIVAL_TEXTS, codes, common={})))


@blueprint.get("/<branch>/own/<service>")
def own(branch: str, service: str) -> ResponseReturnValue:
    """By address, the code that leads a phone to where citizens do it themselves."""
    approved = in_force(queue(), _branch(branch)).get(service)
    texts = approved.content.texts.values() if approved else ()
    addresses = {text.self_service.address for text in texts if text.self_service}
    return {address: qr_code(address) for address in sorted(addresses)}


def _branch(branch_id: str) -> Branch:
    """The branch, if numbers are given here. Raises BranchElsewhere and BranchTakenOver."""
    found = get_branch(queue(), branch_id)
    require_issuing(found)
    return found


def _setup(branch: Branch) -> dict[str, Any]:
    now = queue().store.time()
    return {
        "at": now,
        "name": branch.name,
        "timezone": branch.timezone,
        "languages": _languages(branch),
        "unsure": branch.unsure_service,
        "return_window_seconds": branch.return_window_seconds,
        "counters": [
            {"services": list(counter.services), "video": counter.video is not None}
            for counter in branch.counters.values()
        ],
        **_rooms(branch),
        "help": bool(branch.document.get("help_button")),
        "paper_numbers": branch.paper_numbers,
        "services": [
            {"id": service.id, "name": dict(service.name), **_about(service)}
            for service in sorted(branch.services.values(), key=lambda one: not one.collects)
            if service.active and service.id != branch.unsure_service
        ],
        "names": {service.id: dict(service.name) for service in branch.services.values()},
        **_private(branch),
        **_service_hours(branch, now),
        **_asking_people(branch),
        **_bookings(branch),
        **_pictograms(branch),
        **_printer(branch),
        "days": coming_days(branch, now),
        "next_opening": next_opening(branch, now),
        "stops": coming_stops(branch, now),
        "playbook": _playbook(branch),
    }


def _playbook(branch: Branch) -> dict[str, Any]:
    """The public texts of the playbook, by service; empty without any."""
    return {
        service: {
            "ask": approved.content.ask_at_kiosk,
            "texts": {
                code: {
                    "bring": text.bring,
                    "own": asdict(text.self_service) if text.self_service else None,
                }
                for code, text in approved.content.texts.items()
                if text.bring or text.self_service
            },
        }
        for service, approved in in_force(queue(), branch).items()
        if approved.content.public()
    }


def _private(branch: Branch) -> dict[str, Any]:
    """Members that are sent only if they have a value: a kiosk's first load is small."""
    private = [service.id for service in branch.services.values() if service.private]
    return {"private": private} if private else {}


def _about(service: Service) -> dict[str, Any]:
    return {"about": dict(service.description)} if service.description else {}


def _service_hours(branch: Branch, now: int) -> dict[str, Any]:
    """The coming hours of the services that have some of their own."""
    return {"service_hours": coming_hours(branch, now)} if branch.timed_services else {}


def _printer(branch: Branch) -> dict[str, Any]:
    """This kiosk's own printer, if it has one."""
    found = queue().get(PrinterStore).get(branch.id, g.caller.id)
    if found is None:
        return {}
    return {"printer": {"paper": found.paper, "seconds": math.ceil(longest_seconds(found))}}


def _asking_people(branch: Branch) -> dict[str, Any]:
    """The services of which the kiosk asks how many people come."""
    asking = [service.id for service in branch.services.values() if service.asks_people]
    return {"people": asking} if asking else {}


def _bookings(branch: Branch) -> dict[str, Any]:
    """Whether times can be booked."""
    return {"bookings": True} if branch.bookings.offers else {}


def _pictograms(branch: Branch) -> dict[str, Any]:
    """The drawing of each service that has one."""
    drawn = {each.id: each.pictogram for each in branch.services.values() if each.pictogram}
    return {"pictograms": drawn} if drawn else {}


def _rooms(branch: Branch) -> dict[str, Any]:
    """How one comes into its rooms, by counter, where it has any."""
    rooms = {each.id: each.entrance for each in branch.counters.values() if each.entrance}
    return {"rooms": rooms} if rooms else {}


def _languages(branch: Branch) -> list[dict[str, str]]:
    codes = known_languages(branch.languages)
    return [{"code": code, "name": LANGUAGES[code].name} for code in codes]


def _first_language(branch: Branch) -> str:
    """The kiosk greets in the branch's first language, whatever the previous user chose."""
    codes = known_languages(branch.languages)
    wanted = request.args.get("lang")
    return wanted if wanted in codes else codes[0]


def _paper() -> str:
    sizes = (request.args.get("paper"), request.cookies.get(PAPER_COOKIE))
    return next((paper for paper in sizes if paper in PAPERS), PAPERS[0])
