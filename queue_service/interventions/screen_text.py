"""The sentence of kiosks and displays about the numbers that are not reached today."""

from __future__ import annotations

from collections.abc import Mapping

from queue_service.branches.rules.branch import Branch
from queue_service.language.catalogues import N_
from queue_service.language.wording import Wording


def not_today_texts(branch: Branch, numbers: Mapping[str, str]) -> dict[str, str]:
    """The sentence in each of the branch's languages; ``numbers`` are the first of each service."""
    listed = ", ".join(numbers.values())
    text = N_("We will probably not reach numbers from {numbers} on today. Please ask the staff.")
    return {code: Wording(code)(text, numbers=listed) for code in branch.languages}
