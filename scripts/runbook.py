"""The runbook as a page: `.venv/bin/python -m scripts.runbook` writes it from docs/runbook.md.

It is a file and not a view, so that the proxy can show it while the service is down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
SOURCE: Final = ROOT / "docs" / "runbook.md"
PAGE: Final = ROOT / "queue_service" / "web" / "static" / "runbook" / "index.html"

_TEMPLATE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Runbook</title>
<link rel="stylesheet" href="/static/runbook/runbook.css">
</head>
<body>
<nav><a href="/">← To the service</a></nav>
<main>
{content}
</main>
</body>
</html>
"""


def page(markdown: str) -> str:
    """The whole page. Only what the runbook uses of Markdown is understood."""
    blocks = re.split(r"\n{2,}", markdown.strip())
    return _TEMPLATE.format(content="\n".join(_block(block) for block in blocks))


def anchor(heading: str) -> str:
    """The id of a heading, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")


def _block(block: str) -> str:
    if heading := re.fullmatch(r"(#+) (.*)", block):
        level, text = len(heading[1]), heading[2]
        return f'<h{level} id="{anchor(text)}">{_inline(text)}</h{level}>'
    if block.startswith("|"):
        return "\n".join(_table(block.splitlines()))
    if block.startswith("- "):
        items = re.split(r"\n- ", block[2:])
        return "<ul>\n" + "\n".join(f"<li>{_inline(item)}</li>" for item in items) + "\n</ul>"
    if block.startswith("1. "):
        items = re.split(r"\n\d+\. ", block[3:])
        return "<ol>\n" + "\n".join(f"<li>{_inline(item)}</li>" for item in items) + "\n</ol>"
    return f"<p>{_inline(block)}</p>"


def _table(lines: list[str]) -> Iterator[str]:
    heading, _, *rows = ([c.strip() for c in re.split(r"(?<!\\)\|", x)[1:-1]] for x in lines)
    yield '<div class="table"><table>\n<thead><tr>'
    yield "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in heading)
    yield "</tr></thead>\n<tbody>"
    for first, *others in rows:
        cells = "".join(f"<td>{_inline(cell)}</td>" for cell in others)
        yield f'<tr><th scope="row">{_inline(first)}</th>{cells}</tr>'
    yield "</tbody>\n</table></div>"


def _inline(text: str) -> str:
    """Code, emphasis and links; within code nothing else counts."""
    parts = re.split(r"(`[^`]+`)", re.sub(r"\s+", " ", text.replace(r"\|", "|")))
    return "".join(
        f"<code>{escape(part[1:-1])}</code>" if part.startswith("`") else _emphasis(escape(part))
        for part in parts
    )


def _emphasis(text: str) -> str:
    text = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r'<a href="\2">\1</a>', text)
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"\*(.+?)\*", r"<em>\1</em>", text)


if __name__ == "__main__":
    PAGE.write_text(page(SOURCE.read_text(encoding="utf-8")), encoding="utf-8")
