"""Events beside the figures that they affected, and the first time since."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from nino_assets.publishing.bulletin.blocks import Bullets
from nino_assets.publishing.bulletin.break_agreement import is_disturbed
from nino_assets.publishing.bulletin.bulletin_agreement import check_bulletin
from nino_assets.publishing.bulletin.bulletin_files import write_bulletin
from nino_assets.publishing.bulletin.commentary.bulletin_context import BulletinContext
from nino_assets.publishing.bulletin.commentary.headlines import write_main_stories
from nino_assets.publishing.cells import Cell, PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.statistic.events import read_events
from nino_assets.statistic.published_domain import QUARTER_NATIONALITY, YEAR_NATIONALITY
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.published_cells import LIVELY, POSITIONS, make_cells, make_edition

QUARTERS = 20
EDITIONS = [Quarter(2012, 4) + n for n in range(0, 48, 2)]


def _write_stories(last: Quarter) -> list[str]:
    first = last - (QUARTERS - 1)
    cells = make_cells(QUARTERS, first, LIVELY + 5_000)
    section = write_main_stories(BulletinContext(cells, make_edition(QUARTERS, first)))
    [bullets] = [block for block in section.blocks if isinstance(block, Bullets)]
    return [item.plain for item in bullets.items]


@pytest.mark.parametrize("last", EDITIONS, ids=str)
def test_events_are_named_beside_the_figures_that_they_affected(last: Quarter) -> None:
    stories = _write_stories(last)
    for cube, length in ((YEAR_NATIONALITY, 4), (QUARTER_NATIONALITY, 1)):
        period = f"the {last.year_ending}" if length == 4 else last.title
        story = next(s for s in stories if re.match(rf"[\d,.]+ NINos were .*? in {period}:", s))
        cells = [Cell(cube, quarter) for quarter in (last, last - 4)]
        quarters = {cell.quarter - n for cell in cells for n in range(length)}
        for event in read_events():
            affects = {
                "operational": any(event.covers(quarter) for quarter in quarters),
                "discontinuity": any(is_disturbed(str(cell), [event]) for cell in cells),
                "policy": False,
            }[event.kind]
            assert (f"{event.label} ({event.period})" in story) == affects, event.event
    if last >= Quarter(2020, 1):
        return
    # The latest year has no part in the break, and nor has the one before.
    assert not any("before a break" in story for story in stories)


@pytest.mark.parametrize("last", [Quarter(2019, 4) + n for n in range(14)], ids=str)
def test_a_year_after_a_break_is_also_compared_with_the_last_one_before_it(last: Quarter) -> None:
    total = _write_stories(last)[0]
    suspended = Quarter(2020, 1).list_until(Quarter(2021, 1))
    asked = any(last - n in suspended for n in range(4, 8))
    assert (
        "before a break, Interviews suspended (January 2020 to March 2021), it was " in total
    ) == asked
    change = re.search(
        r"it was an? \d+% (?:in|de)crease \([\d,]+ (?:more|fewer)\) on the year ending (\w+ \d+)",
        total,
    )
    if asked and change:
        assert change[1] == "December 2019"
    elif asked:
        assert "it was broadly unchanged compared with the year ending December 2019" in total


def _write_outnumbering(above: list[bool], path: Path) -> tuple[str, PublishedCells, Edition]:
    """A page whose EU registrations are above all others in some quarters, and its cells."""
    first, count = Quarter(2005, 1), LIVELY + 5_000
    for n, so in enumerate(above):
        for label, wanted in (("European Union", so), ("Non-European Union", not so)):
            here = (pl.col("period") == n) & (pl.col("nationality") == label)
            count = pl.when(here).then(90_000 if wanted else 60_000).otherwise(count)
    cells, edition = make_cells(len(above), first, count), make_edition(len(above), first)
    write_bulletin(cells, edition, POSITIONS, path)
    return path.read_text(encoding="utf-8"), cells, edition


@pytest.mark.parametrize(
    ("above", "words"),
    [
        ([False] * 8 + [True], " for the first time"),
        ([True, *[False] * 7, True], " for the first time since January to March 2005"),
        (
            [True, False, True, *[False] * 5, True],
            " for the first time since July to September 2005",
        ),
        ([*[False] * 7, True, True], " for the second quarter in a row"),
    ],
)
def test_the_first_time_is_told_over_the_whole_series(
    above: list[bool], words: str, tmp_path: Path
) -> None:
    html, cells, edition = _write_outnumbering(above, tmp_path / "b.html")
    plain = re.sub("<[^>]*>", "", html)
    assert f"EU registrations (90,000) outnumbered non-EU registrations (60,000){words}." in plain
    assert check_bulletin(html, cells, edition).disagreements == ()


@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        (
            r"first-above-since\(([^,]*),([^,]*),[^)]*\)(\">)[^<]*",
            r"first-above(\1,\2)\3for the first time",
        ),
        (
            r"for the first time since January to March 2005",
            "for the first time since April to June 2005",
        ),
        (r"(first-above-since\([^,]*,[^,]*,quarter_nationality/)2005-Q1", r"\g<1>2005-Q2"),
    ],
)
def test_a_first_time_that_was_not_one_is_found(pattern: str, new: str, tmp_path: Path) -> None:
    html, cells, edition = _write_outnumbering([True, *[False] * 7, True], tmp_path / "b.html")
    planted = re.sub(pattern, new, html)
    assert planted != html
    assert check_bulletin(planted, cells, edition).faults["claims"]
