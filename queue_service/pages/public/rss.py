"""A public branch as RSS 2.0: one item, which a town's own screens show."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import blake2b
from xml.etree import ElementTree as Xml

from queue_service.language.languages import language as language_of
from queue_service.language.wording import Wording
from queue_service.public.rules import PublicBranch
from queue_service.public.text import announcements, is_open, summary


def rss(branch: PublicBranch, since: int, address: str, say: Wording) -> bytes:
    """The feed. ``since`` (ms) is when the branch was first seen so, ``address`` its page.

    The guid is made of the text: it stays while the text does, in every process.
    """
    title = f"{branch.name}: {say.within_sentence(is_open(branch, say))}"
    text = " ".join(filter(None, (summary(branch, say), *announcements(branch, say))))
    published = format_datetime(datetime.fromtimestamp(since // 1000, UTC), usegmt=True)
    root = Xml.Element("rss", version="2.0")
    channel = Xml.SubElement(root, "channel")
    _add(channel, title=branch.name, link=address, description=is_open(branch, say))
    _add(channel, language=language_of(say.language).locale, lastBuildDate=published, ttl="1")
    item = Xml.SubElement(channel, "item")
    _add(item, title=title, link=address, description=text or title, pubDate=published)
    known = blake2b(f"{branch.id}\n{title}\n{text}".encode(), digest_size=12).hexdigest()
    Xml.SubElement(item, "guid", isPermaLink="false").text = known
    document: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _add(parent: Xml.Element, **texts: str) -> None:
    for name, text in texts.items():
        Xml.SubElement(parent, name).text = text
