"""The fields of the editor's form, read into the contract's form."""

from __future__ import annotations

import pytest

from queue_service.pages.playbook.form import sent
from queue_service.playbook.rules import LONGEST_STEPS

FORM = {"owner": "Borgerservice", "review_by": "2026-12-01", "da-summary": "Nyt pas"}


@pytest.mark.parametrize(("length", "fits"), [(LONGEST_STEPS, True), (LONGEST_STEPS + 1, False)])
def test_a_line_break_counts_once_as_in_the_browser(length: int, fits: bool) -> None:
    steps = ("y" * 39 + "\n") * (LONGEST_STEPS // 40)
    steps = steps[: LONGEST_STEPS - 1] + "y" * (length - LONGEST_STEPS + 1)
    assert len(steps) == length
    form, content = sent({**FORM, "da-steps": steps.replace("\n", "\r\n")})
    assert (content is not None, "da-steps" in form.faults) == (fits, not fits)
    assert content is None or content.texts["da"].steps == steps
