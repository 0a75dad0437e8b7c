"""The style of letters. Mail programs know no style sheets, so each tag has its style."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from queue_service.palette import PALETTE

BODY: Final = (
    f"margin:0;padding:24px;background:{PALETTE['paper']};color:{PALETTE['ink']};"
    "font:16px/1.5 'Segoe UI',Helvetica,Arial,sans-serif"
)
CARD: Final = (
    f"max-width:600px;margin:0 auto;padding:24px;background:{PALETTE['surface']};"
    f"border:1px solid {PALETTE['line']};border-radius:8px"
)
BUTTON: Final = (
    "display:inline-block;padding:12px 20px;border-radius:8px;"
    f"background:{PALETTE['primary']};color:{PALETTE['on-dark']};"
    "font-weight:bold;text-decoration:none"
)
SOFT: Final = f"color:{PALETTE['ink-soft']}"
SMALL: Final = f"{SOFT};font-size:14px"
FOOT: Final = f"max-width:600px;margin:16px auto 0;{SMALL}"


def chip(verdict: str, words: str) -> Markup:
    """A verdict in its colour; calm as long as nothing can be said."""
    tone = {"met": "good", "missed": "bad"}.get(verdict, "")
    colours = (
        f"background:{PALETTE[f'{tone}-soft']};color:{PALETTE[tone]}"
        if tone
        else f"background:{PALETTE['surface-sunk']};color:{PALETTE['ink']}"
    )
    style = f"display:inline-block;padding:1px 8px;border-radius:6px;font-weight:bold;{colours}"
    return Markup('<span style="{}">{}</span>').format(style, words)
