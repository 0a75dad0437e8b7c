"""The frame of a staff page about one branch."""

from __future__ import annotations

from flask import render_template

from queue_service.branches.rules.branch import Branch
from queue_service.web.texts import PageTexts, page_texts


def staff_page(template: str, branch: Branch, texts: PageTexts, /, **values: object) -> str:
    """A staff page of a branch with the texts of its scripts; ``page_data`` is their data."""
    return render_template(
        template,
        branch=branch,
        page_branch=branch.id,
        page_as="staff",
        page_texts=page_texts(texts),
        **values,
    )
