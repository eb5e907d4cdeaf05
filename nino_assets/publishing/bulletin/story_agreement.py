"""Checks that a superlative or comparison stands on a difference worth telling."""

from __future__ import annotations

from collections.abc import Iterator

from nino_assets.publishing.bulletin.derivation import Derivation
from nino_assets.publishing.bulletin.expected_words import expect_count
from nino_assets.publishing.bulletin.marks import (
    DerivationError,
    list_cells,
    split_cell,
    split_source,
)
from nino_assets.publishing.bulletin.page_reader import PageMark, ParsedPage, TextBlock
from nino_assets.publishing.bulletin.source_figures import MARK
from nino_assets.statistic.commentary_lists import COMPARISON, MOVEMENT, RECORD
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.story_floors import find_floor

_ALONE = {"the most registrations", "the most common", "the largest"}
"""Words that set one member above the rest; other ranks name the members of a list."""
_EXTREMES = ("peak(", "trough(", "largest-of(", "smallest-of(")


def find_story_faults(page: ParsedPage, derive: Derivation, edition: Quarter) -> Iterator[str]:
    """Find comparisons below the floor, or of figures that are written alike."""
    for mark in page.marks:
        if mark.kind == "claim":
            try:
                yield from _judge_claim(mark, derive, edition)
            except DerivationError:
                continue  # reported already, as a claim that does not hold
    for block in page.words:
        try:
            yield from _find_equal_extremes(block, derive, edition)
        except DerivationError:
            continue  # reported already, as a number that cannot be derived


def _judge_claim(mark: PageMark, derive: Derivation, edition: Quarter) -> Iterator[str]:
    name, _, arguments = mark.expression.partition("(")
    if mark.text in {"highest", "lowest"}:
        return  # of a line, whose points are compared as they are written
    alone = name != "rank" or (mark.text in _ALONE and arguments.endswith(",1)"))
    found = derive.find_rival(mark.expression) if alone else None
    if found is None:
        return
    figure, other = found
    story = _find_story(name)
    people, percent = find_floor(story, edition)
    below = abs(figure - other) < people or abs(figure - other) * 100 < percent * other
    alike = story == COMPARISON and expect_count(figure, edition) == expect_count(other, edition)
    if (name == "about-equal") != (below or alike):
        yield f"{mark.expression}: '{mark.text}' of {figure:,} and {other:,}"


def _find_story(name: str) -> str:
    if name.startswith("largest-") and name != "largest-of":
        return MOVEMENT
    return RECORD if name.startswith("record-") or name.endswith("-since") else COMPARISON


def _find_equal_extremes(block: TextBlock, derive: Derivation, edition: Quarter) -> Iterator[str]:
    """Find extremes of a line written as another point is."""
    quoted = {e for e in block.order if "/" in e and "(" not in e}
    for expression in block.order:
        if not expression.startswith(_EXTREMES):
            continue
        extreme, *_ = list_cells(expression)
        for cell in quoted - {extreme}:
            if _drop_period(cell) != _drop_period(extreme):
                continue
            texts = {
                expect_count(int(derive.derive_number(each)), edition) for each in (cell, extreme)
            }
            if len(texts) == 1:
                yield f"{expression}: written as {cell} is"


def _drop_period(cell: str) -> list[str]:
    if cell.startswith(MARK):
        return split_source(cell)[:1]
    cube, _, *members = split_cell(cell)
    return [cube, *members]
