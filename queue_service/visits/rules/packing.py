"""Documents of visits in a quarter of their size, for those of days that nothing changes any more.

Most of a document is the names of its fields. They are in a dictionary that both sides know, so
that even one document by itself is packed well (zlib, RFC 1950). Before that each time is written
as what has passed since the ticket was issued. What is packed is text, as every value of the store.
"""

from __future__ import annotations

import re
import zlib
from base64 import b64decode, b64encode
from typing import Final

_MARK: Final = "z1:"
"""What is packed begins so; no JSON does. Another dictionary gets another number."""

# What comes first is looked for last. Never to be changed: stored documents are read with it.
_DICTIONARY: Final = (
    b'"referred","follow_up","unresolved","self_service","no_show","abandoned","incomplete",'
    b'"channel":"desk","channel":"phone","language":"en","priority":"high","head_start_ms":'
    b',"booked":true,"resumed_at":@,"stays":[["1",@],"held_until":@,"bound":"recalled_at":@,'
    b'"recalls":1,"for_team":"library","team":"citizen","handling-6-min":false,"first-contact":'
    b'false,"called-10-min":false,"running_since":@'
    b'{"id":"","number":"A0","date":"2026-","state":"completed","channel":"kiosk","language":"da",'
    b'"issued_service":"","issued_at":@0,"place":#,"queued_at":@0,"inquiries":[{"service":"",'
    b'"outcome":"resolved","started_at":@,"handled_ms":,"completed_at":@,"counter":"1","team":"",'
    b'"judged":{"handling-6-min":true,"first-contact":true},"judged_parked":{"handling-6-min":true}'
    b'}],"ahead":1,"counters_open":1,"counters_busy":0,"estimate":[60,60],"waited_ms":0000,'
    b'"walked_ms":000,"first_called_at":@,"called_at":@,"called_to":"1","started_at":@,"ended_at":@'
    b',"counter":"1","team":"","judged":{"called-10-min":true},"stamp":"","issued_by":""}'
)
_ISSUED: Final = re.compile(r'"issued_at":(\d{13}),')
_TIME: Final = re.compile(r"(?<=[:\[,])\d{13}(?:\d{3})?(?=[,}\]])")
_SINCE: Final = re.compile(r"(?<=[:\[,])([@#])(-?\d+)(?=[,}\]])")
_BASE: Final = re.compile(r"(\d{13})\{")


def pack(document: str) -> str:
    """The document packed; one that is packed already as it is."""
    if document.startswith(_MARK):
        return document
    relative = _relative(document)
    if _absolute(relative) != document:
        relative = document
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=_DICTIONARY)
    packed = packer.compress(relative.encode()) + packer.flush()
    return _MARK + b64encode(packed).decode().rstrip("=")


def unpack(text: str) -> str:
    """The document as it was. Raises ValueError for a damaged one."""
    if not text.startswith(_MARK):
        return text
    packed = text[len(_MARK) :]
    unpacker = zlib.decompressobj(-15, zdict=_DICTIONARY)
    try:
        content = unpacker.decompress(b64decode(packed + "=" * (-len(packed) % 4), validate=True))
    except zlib.error as error:
        raise ValueError(f"what is packed is damaged: {error}") from None
    if not unpacker.eof:
        raise ValueError("what is packed is not whole")
    return _absolute(content.decode())


def _relative(document: str) -> str:
    """Times since the issue: ``@`` in milliseconds, ``#`` in microseconds. It stands in front."""
    issued = _ISSUED.search(document)
    if issued is None:
        return document
    base = int(issued[1])

    def since(time: re.Match[str]) -> str:
        is_place = len(time[0]) > len(issued[1])
        return f"#{int(time[0]) - base * 1000}" if is_place else f"@{int(time[0]) - base}"

    return f"{base}{_TIME.sub(since, document)}"


def _absolute(relative: str) -> str:
    found = _BASE.match(relative)
    if found is None:
        return relative
    base = int(found[1])

    def time(since: re.Match[str]) -> str:
        return str(int(since[2]) + (base * 1000 if since[1] == "#" else base))

    return _SINCE.sub(time, relative[len(found[1]) :])
