"""The bulletin's check knows when a percentage may be given, in prose, tables and data files."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from nino_assets.publishing.bulletin.bulletin_agreement import check_bulletin
from nino_assets.publishing.bulletin.bulletin_files import write_bulletin
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.own_lists import OwnLists
from nino_assets_tests.support.published_cells import POSITIONS, make_cells, make_edition

FIRST = Quarter(2019, 1)


def write(count: int, folder: Path) -> str:
    """A bulletin of two years in which every cell has this count, and more in the last."""
    cells = make_cells(8, FIRST, pl.lit(count) + pl.col("period"))
    write_bulletin(cells, make_edition(8, FIRST), POSITIONS, folder / "b.html")
    return (folder / "b.html").read_text(encoding="utf-8")


def find_faults(html: str, count: int) -> tuple[str, ...]:
    cells = make_cells(8, FIRST, pl.lit(count) + pl.col("period"))
    return check_bulletin(html, cells, make_edition(8, FIRST)).disagreements


@pytest.mark.parametrize("count", [1, 18, 80, 96, 97, 300])
def test_no_percentage_stands_on_a_small_base_and_one_on_every_other(
    count: int, tmp_path: Path
) -> None:
    html = write(count, tmp_path)
    assert find_faults(html, count) == ()
    marked = re.findall(r"(?:percent-change|percent-increase|share)\(", html)
    assert bool(marked) == (count >= 96), "a year before has the count of period 3 and 7"


def test_a_percentage_on_a_base_that_is_too_small_is_caught(
    tmp_path: Path, own_lists: OwnLists
) -> None:
    """Written under a lower threshold, then held against the one in force."""
    own_lists.edit("percentage_bases.csv", lambda rows: [rows[0], ["2002-Q1", "1", "planted"]])
    html = write(18, tmp_path)
    assert find_faults(html, 18) == ()
    own_lists.edit("percentage_bases.csv", lambda rows: rows)
    faults = find_faults(html, 18)
    assert any("percent-change(" in f and "a percentage of fewer than 100" in f for f in faults)
    assert any("share(" in f and "a percentage of fewer than 100" in f for f in faults)


def test_a_percentage_that_is_left_out_without_need_is_caught(
    tmp_path: Path, own_lists: OwnLists
) -> None:
    own_lists.edit("percentage_bases.csv", lambda rows: [rows[0], ["2002-Q1", "9999", "planted"]])
    html = write(300, tmp_path)
    assert find_faults(html, 300) == ()
    own_lists.edit("percentage_bases.csv", lambda rows: rows)
    assert any("its base allows one" in fault for fault in find_faults(html, 300))


def test_other_words_in_its_place_are_caught(tmp_path: Path) -> None:
    html = write(18, tmp_path)
    at = html.index("change(")
    planted = html[:at] + re.sub(r">\[low\]<", ">n/a<", html[at:], count=1)
    assert planted != html
    assert any("without a mark" in fault for fault in find_faults(planted, 18))
