"""A paper: headings with texts, tables, lists, and blanks that the municipality fills in."""

from __future__ import annotations

from typing import NamedTuple


class FieldToFill(NamedTuple):
    """A field: its name, and what is known of it; empty for one that is written by hand."""

    name: str
    value: str = ""


class Points(NamedTuple):
    """A list."""

    items: tuple[str, ...]


class PaperTable(NamedTuple):
    """A table; a cell that is empty is filled in by the municipality."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = str | FieldToFill | Points | PaperTable


class PaperSection(NamedTuple):
    """A part of a paper, with its heading."""

    title: str
    blocks: tuple[Block, ...]


class PrivacyPaper(NamedTuple):
    """A whole paper in one language."""

    title: str
    about: str
    sections: tuple[PaperSection, ...]
