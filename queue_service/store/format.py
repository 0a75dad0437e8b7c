"""The form of a store's data, so that an older program does not spoil a newer one's."""

from __future__ import annotations

from typing import Final

from redis import Redis
from redis.exceptions import RedisError

from queue_service.errors import OperatorError
from queue_service.store.memos import rename_memos

FORMAT: Final = 8
"""The form that this version writes. It grows by one where a version before would read what is
stored wrongly or lose some of it; stores of 0.1.0 and 0.2.0 have the form 1 and do not say so. From
2 on the visits of past days are packed; from 4 on without their date, and days have their durations
as steps; from 5 on a waiting visit has how it was queued before its citizen asked for a later time,
which others take for damage; from 6 on an account may have to change its password or have
several roles, and a session has its last use, which others take for damage, too; from 7 on a branch
may be archived, and its services may have hours of their own, an account may be one of the town's,
and a token has an end, which others do not know or take for damage; from 8 on a branch may offer
times to be booked, and a visit may have come for one, which others take for damage."""

KEY: Final = "queue:format"
"""String: the form of the data in the store."""


def require_format(client: Redis) -> None:
    """Raises OperatorError if a newer version has written what this one cannot read.

    A store that does not answer is not judged.
    """
    try:
        stored = client.get(KEY)
    except (RedisError, OSError):
        return
    if stored is not None and int(stored) > FORMAT:
        raise OperatorError(
            f"The store was written by a newer version of this service (its form is {int(stored)},"
            f" and this version reads up to {FORMAT}): install that version, or restore a backup of"
            " before."
        )


def mark_format(client: Redis) -> None:
    """Let the store say its form. Raises OperatorError like :func:`require_format`."""
    require_format(client)
    try:
        client.set(KEY, FORMAT)
        rename_memos(client)
    except (RedisError, OSError):
        return
