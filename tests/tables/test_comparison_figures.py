"""Figures that only comparisons have."""

from __future__ import annotations

from queue_service.tables.comparisons.comparison_figures import (
    COMPARISON_FIGURES,
    any_figure,
    comparison_figures,
)
from queue_service.tables.figures.catalogue import FIGURES
from queue_service.tables.words import Words


def test_a_figure_is_defined_in_one_place_only() -> None:
    assert COMPARISON_FIGURES.keys().isdisjoint(FIGURES)


def test_each_has_its_words_in_both_languages() -> None:
    for english, danish in zip(comparison_figures("en"), comparison_figures("da"), strict=True):
        assert english.id == danish.id
        assert english.name != danish.name
        assert english.definition != danish.definition


def test_a_tables_figure_is_found_as_well() -> None:
    assert any_figure("share", Words("en")).name == "Share"
    assert any_figure("pace", Words("da")).name == "Henvendelser pr. skranketime"
