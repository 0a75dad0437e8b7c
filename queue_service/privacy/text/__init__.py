"""The papers of data protection, each made from the facts of the installation.

A statement is in a paper only if a fact says so: a part that is used, a length of the code or the
settings, a kind of stored data. The text of the law and the names of people are not known here, so
the municipality fills them in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

from queue_service.language.wording import Wording
from queue_service.privacy.rules.facts import Facts
from queue_service.privacy.rules.paper import PrivacyPaper
from queue_service.privacy.text.agreement import agreement
from queue_service.privacy.text.assessment import assessment
from queue_service.privacy.text.notice import notice
from queue_service.privacy.text.record import record

PaperId = Literal["record", "notice", "assessment", "agreement"]

PAPERS: Final[Mapping[PaperId, Callable[[Facts, Wording], PrivacyPaper]]] = {
    "record": record,
    "notice": notice,
    "assessment": assessment,
    "agreement": agreement,
}
