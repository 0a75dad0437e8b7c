"""Rendering of Markdown, and removal of hostile HTML."""

from __future__ import annotations

import re

import pytest

from queue_service.playbook.markdown import to_html

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="https://a.dk" onclick="alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](http://a.dk)",
    "[x](//a.dk)",
    "[x](/logout)",
    "[x](https:/logout)",
    "[x](https:logout)",
    "<javascript:alert(1)>",
    "![x](https://elsewhere.example/pixel.png)",
    "![x](javascript:alert(1))",
    "[x]\n\n[x]: javascript:alert(1)",
    '[x](https://a.dk "\\"onmouseover=alert(1)")',
    "<iframe src=https://a.dk></iframe>",
    "<style>*{display:none}</style>",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "<svg/onload=alert(1)>",
    "<!-- --><b>x</b>",
]
TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_text_is_shown_as_text_or_left_out(source: str) -> None:
    html = to_html(source)
    for _, tag, attributes in TAG.findall(html):
        assert tag in ("p", "a", "pre", "code", "br")
        if attributes:
            assert re.fullmatch(r' href="https://[^"]*" rel="noopener noreferrer"', attributes)
    assert TAG.sub("", html).count("<") == 0


def test_the_markdown_of_steps() -> None:
    html = to_html("# Først\n\n1. Se **passet**\n2. [Bestil](https://www.borger.dk)\n\n- ring\n")
    assert "<h3>Først</h3>" in html
    assert "<li>Se <strong>passet</strong></li>" in html
    assert '<a href="https://www.borger.dk" rel="noopener noreferrer">Bestil</a>' in html
    assert "<ul>" in html


@pytest.mark.parametrize("address", ["https://a.dk", "mailto:a@b.dk", "tel:+4570121212"])
def test_valid_targets_of_a_link(address: str) -> None:
    assert f'<a href="{address}" rel="noopener noreferrer">x</a>' in to_html(f"[x]({address})")


@pytest.mark.parametrize(
    "address",
    [
        "https://www.borger.dk@evil.example",
        "https://www.borger.dk:443@evil.example/a",
        "HTTPS://www.borger.dk%40evil.example",
    ],
)
def test_no_link_leads_to_another_host_than_it_begins_with(address: str) -> None:
    assert "<a " not in to_html(f"[x]({address})")


def test_an_at_sign_after_the_host_is_no_disguise() -> None:
    assert '<a href="https://a.dk/@b?c=d@e"' in to_html("[x](https://a.dk/@b?c=d@e)")
