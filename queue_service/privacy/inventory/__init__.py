"""Every stored key, with all that its value may hold.

A key or a field that is in no row of this table must not be stored; ``tests/privacy`` compares the
table with the keys of the code and with a real store.
"""

from __future__ import annotations

from typing import Final

from queue_service.privacy.inventory.branch import BRANCH_KEYS
from queue_service.privacy.inventory.people import PEOPLE_KEYS
from queue_service.privacy.inventory.service import SERVICE_KEYS
from queue_service.privacy.rules.stored_key import StoredKey

STORED_KEYS: Final[tuple[StoredKey, ...]] = (*BRANCH_KEYS, *PEOPLE_KEYS, *SERVICE_KEYS)
