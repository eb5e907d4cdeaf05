"""The nationalities that a change is mostly the result of, against a plain search."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from random import Random

import polars as pl
import pytest

from nino_assets.publishing.bulletin.bulletin_agreement import check_bulletin
from nino_assets.publishing.bulletin.bulletin_files import write_bulletin
from nino_assets.publishing.bulletin.commentary.bulletin_context import BulletinContext
from nino_assets.publishing.bulletin.commentary.drivers import describe_drivers
from nino_assets.publishing.bulletin.derived_moves import has_moved_most, make_up_most
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.statistic.published_domain import YEAR_NATIONALITY
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.story_floors import find_floor
from nino_assets_tests.support.published_cells import POSITIONS, make_cells, make_edition

FIRST = Quarter(2008, 1)
SEEDS = range(30)


def _make_edition(seed: int) -> tuple[PublishedCells, Edition]:
    """Two years in which a few nationalities move by much and the rest by little."""
    lots = Random(seed)
    moved = {lots.randrange(22, 250): lots.randrange(-9_000, 20_000) for _ in range(6)}
    size = pl.lit(10_000) + pl.col("period") * pl.col("member") % 5
    for member, by in moved.items():
        size += pl.when((pl.col("member") == member) & (pl.col("period") > 3)).then(by).otherwise(0)
    whole = 2_000_000 + (pl.col("period") > 3).cast(pl.Int64) * sum(moved.values())
    count = pl.when(pl.col("member") == 0).then(whole).otherwise(size)
    return make_cells(8, FIRST, count), make_edition(8, FIRST)


def _read_moves(cells: PublishedCells, edition: Edition) -> tuple[int, dict[str, int]]:
    both = []
    for quarter in (edition.quarter - 4, edition.quarter):
        year = cells.get_cube(YEAR_NATIONALITY).filter(pl.col("time_period") == quarter.label)
        both.append(dict(zip(year["nationality"], year["registrations"], strict=True)))
    listed = cells.get_cube(YEAR_NATIONALITY).filter(pl.col("nationality_level") == "nationality")
    names = set(listed["nationality"]) - {"Unknown"}
    return both[1]["All"] - both[0]["All"], {n: both[1][n] - both[0][n] for n in names}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_fewest_that_make_up_half_are_named(seed: int) -> None:
    cells, edition = _make_edition(seed)
    change, moves = _read_moves(cells, edition)
    said = [s.plain for s in describe_drivers(BulletinContext(cells, edition))]
    way = 1 if change > 0 else -1
    farthest = sorted(moves, key=lambda name: -way * moves[name])[:8]
    enough = [
        chosen
        for many in (1, 2, 3)
        for chosen in combinations(farthest, many)
        if 2 * sum(way * moves[name] for name in chosen) >= abs(change)
    ]
    people, percent = find_floor("movement", edition.quarter)
    if 200 * abs(change) < 2_000_000 or abs(change) < people or 100 * abs(change) < percent * 2e6:
        assert said == []
        return
    if not enough:
        assert said == []
        return
    [sentence] = said
    named = re.findall(
        r"(?:of|,|and) ([^,()]+?) \((up|down) by", sentence.partition(", despite")[0]
    )
    assert len(named) == len(enough[0])
    assert {name for name, _ in named} == set(farthest[: len(named)])
    assert {word for _, word in named} == {"up" if way > 0 else "down"}


def test_some_editions_name_drivers_and_one_that_moved_against_them() -> None:
    said = [
        sentence.plain
        for seed in SEEDS
        for sentence in describe_drivers(BulletinContext(*_make_edition(seed)))
    ]
    assert len(said) > 3
    assert any(", despite " in sentence for sentence in said)


def test_a_nationality_that_did_not_drive_the_change_is_found(tmp_path: Path) -> None:
    cells, edition = next(
        made for seed in SEEDS if describe_drivers(BulletinContext(*(made := _make_edition(seed))))
    )
    write_bulletin(cells, edition, POSITIONS, tmp_path / "b.html")
    html = (tmp_path / "b.html").read_text(encoding="utf-8")
    assert check_bulletin(html, cells, edition).disagreements == ()
    planted = re.sub(r"(mostly\([^)]*/)[A-Z]{3}(/All/All/All\))", r"\1VNM\2", html)
    assert planted != html
    assert check_bulletin(planted, cells, edition).faults["claims"]


@pytest.mark.parametrize(
    ("named", "holds"),
    [(["a"], True), (["b"], False), (["a", "b"], True), (["d"], False), (["a", "c"], False)],
)
def test_mostly_means_the_largest_and_half(named: list[str], holds: bool) -> None:
    moves = {"a": 60, "b": 30, "c": 5, "d": -20}
    assert make_up_most(moves, 100, named) is holds
    assert make_up_most({k: -v for k, v in moves.items()}, -100, named) is holds
    assert has_moved_most(moves, 60, 1) and has_moved_most(moves, -20, -1)
    assert not has_moved_most(moves, 30, 1)
