"""Documents of visits in a quarter of their size, for days that do not change any more.

Most of a document is the names of its fields. They are in a dictionary that both sides know, so
that even one document by itself is packed well (zlib, RFC 1950). Before that each time is written
as the time since the ticket was issued; that instant, the visit's id and its stamp, which
no packer makes shorter, go before it as bytes. The date is left out if it is the instant's in
UTC, as it is but around midnight. The packed form is text, as every value of the store.
"""

from __future__ import annotations

import re
import zlib
from base64 import b64decode, b85decode, b85encode, urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Final

_MARK: Final = "z3:"
"""The first character of a packed document; no JSON begins with it. Another dictionary gets another
number."""

_WITH_DATE: Final = "z2:"
"""The same with the date in its place, as up to 0.4.0."""

_FIRST: Final = "z1:"
"""In base 64, with the instant of issue as text and the rest in its place."""

_MARKS: Final = (_MARK, _WITH_DATE, _FIRST)

# The dictionary is searched from its end. Never to be changed: stored documents are read with it.
FORMER_DICTIONARY: Final = (
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
_NO_DATE: Final = '"date":""'
_DICTIONARY: Final = FORMER_DICTIONARY.replace(b'"date":"2026-"', _NO_DATE.encode())
_ISSUED: Final = re.compile(r'"issued_at":(\d{13}),')
_ID: Final = re.compile(r'(?<="id":")[A-Za-z0-9_-]{20}(?=")')
_STAMP: Final = re.compile(r'(?<="stamp":")[0-9a-f]{8}(?=")')
_TIME: Final = re.compile(r"(?<=[:\[,])\d{13}(?:\d{3})?(?=[,}\]])")
_SINCE: Final = re.compile(r"(?<=[:\[,])([@#])(-?\d+)(?=[,}\]])")
_BASE: Final = re.compile(r"(\d{13})\{")
_INSTANT_BYTES: Final = 6
_ID_BYTES: Final = 15
_STAMP_BYTES: Final = 4
_REST_BYTES: Final = (0, _STAMP_BYTES, _ID_BYTES, _ID_BYTES + _STAMP_BYTES)
"""A document may have an id, a stamp, both or none; the number of bytes shows which."""


def pack(document: str) -> str:
    """The packed document; a packed one is returned unchanged."""
    if document.startswith(_MARKS):
        return document
    text, values = _taken_out(document)
    if _put_back(text, values) != document:
        text, values = document, b""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=_DICTIONARY)
    packed = packer.compress(text.encode()) + packer.flush()
    return _MARK + b85encode(len(values).to_bytes() + values + packed).decode()


def unpack(text: str) -> str:
    """The document as it was. Raises ValueError for a damaged one."""
    if text.startswith(_MARK):
        values, packed = _separated(b85decode(text[len(_MARK) :]))
        return _put_back(_inflated(packed, _DICTIONARY), values)
    if text.startswith(_WITH_DATE):
        values, packed = _separated(b85decode(text[len(_WITH_DATE) :]))
        return _put_back(_inflated(packed, FORMER_DICTIONARY), values)
    if text.startswith(_FIRST):
        first = text[len(_FIRST) :]
        compressed = b64decode(first + "=" * (-len(first) % 4), validate=True)
        content = _inflated(compressed, FORMER_DICTIONARY)
        found = _BASE.match(content)
        return _absolute(content[len(found[1]) :], int(found[1])) if found else content
    return text


def _separated(content: bytes) -> tuple[bytes, bytes]:
    begin = 1 + content[0] if content else 1
    return content[1:begin], content[begin:]


def _inflated(packed: bytes, dictionary: bytes) -> str:
    unpacker = zlib.decompressobj(-15, zdict=dictionary)
    try:
        content = unpacker.decompress(packed)
    except zlib.error as error:
        raise ValueError(f"what is packed is damaged: {error}") from None
    if not unpacker.eof:
        raise ValueError("what is packed is not whole")
    return content.decode()


def _taken_out(document: str) -> tuple[str, bytes]:
    """The document with times since its issue, and the values that are no longer in it."""
    issued = _ISSUED.search(document)
    if issued is None:
        return document, b""
    instant = int(issued[1])
    text, values = _relative(document, instant), instant.to_bytes(_INSTANT_BYTES)
    text = text.replace(_date(instant), _NO_DATE, 1)
    if found := _ID.search(text):
        values += urlsafe_b64decode(found[0])
    if found := _STAMP.search(text):
        values += bytes.fromhex(found[0])
    return _STAMP.sub("", _ID.sub("", text, count=1), count=1), values


def _put_back(text: str, values: bytes) -> str:
    """The document again; without values the text is the document."""
    if not values:
        return text
    instant, rest = values[:_INSTANT_BYTES], values[_INSTANT_BYTES:]
    if len(rest) not in _REST_BYTES:
        raise ValueError("what is packed is damaged")
    issued_at = int.from_bytes(instant)
    document = _absolute(text, issued_at).replace(_NO_DATE, _date(issued_at), 1)
    if len(rest) >= _ID_BYTES:
        visit_id = urlsafe_b64encode(rest[:_ID_BYTES]).decode()
        document = document.replace('"id":""', f'"id":"{visit_id}"', 1)
    if len(rest) % _ID_BYTES:
        stamp = rest[-_STAMP_BYTES:].hex()
        document = document.replace('"stamp":""', f'"stamp":"{stamp}"', 1)
    return document


def _date(instant: int) -> str:
    """The field with the date of an instant in UTC."""
    return f'"date":"{datetime.fromtimestamp(instant / 1000, UTC).date()}"'


def _relative(document: str, instant: int) -> str:
    """Times since an instant: ``@`` in milliseconds, ``#`` in microseconds."""

    def since(time: re.Match[str]) -> str:
        is_place = len(time[0]) > len(str(instant))
        return f"#{int(time[0]) - instant * 1000}" if is_place else f"@{int(time[0]) - instant}"

    return _TIME.sub(since, document)


def _absolute(text: str, instant: int) -> str:
    def time(since: re.Match[str]) -> str:
        return str(int(since[2]) + (instant * 1000 if since[1] == "#" else instant))

    return _SINCE.sub(time, text)
