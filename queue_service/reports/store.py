"""Reports, who reads them, and who has had which."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Final, Literal

from queue_service.reports.keys import ReportKeys
from queue_service.store.redis_store import RedisStore

REMEMBERED_SECONDS: Final = 40 * 86_400
"""For how long it is remembered who has had a report; past any try to send it."""

Mark = Literal["due", "sent", "refused"]
"""How far a letter has got: waiting, sent, or its address takes none."""


@dataclass(frozen=True, slots=True)
class ReportReader:
    """A recipient of reports by mail. ``id`` is secret enough to end it by a link alone.

    ``owner`` is the account that asked for it, and ends with it.
    """

    id: str = field(repr=False)
    owner: str
    address: str = field(repr=False)
    kinds: tuple[str, ...]
    language: str
    since: int

    @property
    def hint(self) -> str:
        """The address as others may see it."""
        name, _, place = self.address.partition("@")
        return f"{name[:1]}…@{place}"


class ReportStore:
    """The store of the readers of all branches."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def keep(self, branch: str, report_id: str, text: str, *, again: bool = False) -> bool:
        """Keep a report; False if there is one already, unless it is made ``again``."""
        key = ReportKeys(branch).reports
        if again:
            self._store.write(lambda p: p.hset(key, report_id, text))
            return True
        (added,) = self._store.read(lambda p: p.hsetnx(key, report_id, text))
        return bool(added)

    def get(self, branch: str, report_id: str) -> str | None:
        """A report's stored form."""
        (text,) = self._store.read(lambda p: p.hget(ReportKeys(branch).reports, report_id))
        return None if text is None else str(text)

    def ids(self, branch: str) -> list[str]:
        """The ids of all reports that are kept, in no order."""
        (found,) = self._store.read(lambda p: p.hkeys(ReportKeys(branch).reports))
        return [str(report_id) for report_id in found]

    def readers(self, branch: str) -> list[ReportReader]:
        """The recipients of a branch's reports, the oldest first."""
        (found,) = self._store.read(lambda p: p.hvals(ReportKeys(branch).readers))
        return sorted((_reader(str(text)) for text in found), key=lambda r: (r.since, r.id))

    def reader(self, branch: str, reader_id: str) -> ReportReader | None:
        """A recipient by its id."""
        (text,) = self._store.read(lambda p: p.hget(ReportKeys(branch).readers, reader_id))
        return None if text is None else _reader(str(text))

    def put_reader(self, branch: str, reader: ReportReader) -> None:
        """Add one, or change one."""
        text = json.dumps(asdict(reader))
        self._store.write(lambda p: p.hset(ReportKeys(branch).readers, reader.id, text))

    def remove_reader(self, branch: str, reader_id: str) -> bool:
        """Forget one with the address; False if there was none."""
        (gone,) = self._store.write(lambda p: p.hdel(ReportKeys(branch).readers, reader_id))
        return bool(gone)

    def marks(self, branch: str, report_id: str) -> dict[str, Mark]:
        """How far the letters of a report have got, by reader."""
        (found,) = self._store.read(lambda p: p.hgetall(ReportKeys(branch).letters(report_id)))
        marks: dict[str, Mark] = found
        return marks

    def note_due(self, branch: str, report_id: str, readers: Iterable[str]) -> None:
        """Mark letters as waiting, unless they have been sent."""
        key = ReportKeys(branch).letters(report_id)
        wanted = list(readers)
        self._store.read(
            lambda p: (
                *(p.hsetnx(key, reader, "due") for reader in wanted),
                p.expire(key, REMEMBERED_SECONDS),
            )
        )

    def note(self, branch: str, report_id: str, reader_id: str, mark: Mark) -> None:
        """A letter has got so far."""
        key = ReportKeys(branch).letters(report_id)
        self._store.read(
            lambda p: (p.hset(key, reader_id, mark), p.expire(key, REMEMBERED_SECONDS))
        )


def _reader(text: str) -> ReportReader:
    document = json.loads(text)
    return ReportReader(**{**document, "kinds": tuple(document["kinds"])})
