"""Every bulletin of the series is true, whatever its figures: large, small, tied and nil."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import polars as pl
import pytest

from nino_assets.publishing.bulletin.bulletin_agreement import check_bulletin
from nino_assets.publishing.bulletin.bulletin_files import write_bulletin
from nino_assets.publishing.bulletin.lints import find_page_faults
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets_tests.support.published_cells import LIVELY, POSITIONS, make_cells, make_edition

WINDOW = 9
"""Quarters before and with the edition's: a year ending, the year before and one more."""
SCALES = (
    LIVELY,
    LIVELY * 97,
    LIVELY // 40,
    pl.col("period") % 3,
    pl.lit(1_249) + pl.col("member") % 3,
    pl.when(pl.col("period") < WINDOW - 1).then(LIVELY).otherwise(0),
    LIVELY + (pl.col("period") % 2) * 3,
)
EDITIONS = [SERIES_START + n for n in range(WINDOW - 1, 99)]


def write_page(last: Quarter, count: pl.Expr, path: Path) -> tuple[str, tuple[str, ...]]:
    """The page of an edition, and what its check finds."""
    first = last - (WINDOW - 1)
    cells, edition = make_cells(WINDOW, first, count), make_edition(WINDOW, first)
    write_bulletin(cells, edition, POSITIONS, path)
    html = path.read_text(encoding="utf-8")
    lints = chain.from_iterable(find_page_faults(html).values())
    return html, (*check_bulletin(html, cells, edition).disagreements, *lints)


@pytest.mark.parametrize("turn", range(len(SCALES)))
def test_every_edition_is_true_of_its_figures(turn: int, tmp_path: Path) -> None:
    for n, last in enumerate(EDITIONS):
        if n % len(SCALES) == turn:
            _, faults = write_page(
                last, SCALES[(turn + n // len(SCALES)) % len(SCALES)], tmp_path / "b"
            )
            assert faults == (), last
