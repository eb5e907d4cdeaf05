"""The targets against the published tables themselves, cell by cell, without making a row."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from nino_assets.statistic.quarters import Quarter
from nino_assets.synthetic import calibration as c
from nino_assets.synthetic import targets as t
from nino_assets.synthetic.draws import draw_quarter
from nino_assets_tests.truth import PUBLISHED

NOISE = 3
"""The largest adjustment of a published count: no truth nearer than this can be told apart."""


def _table(name: str) -> list[dict[str, str]]:
    with (PUBLISHED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _columns() -> list[str]:
    return [name.removesuffix(" / other") for name in c.list_sub_groups()]


def _year(year: int) -> np.ndarray:
    return np.sum([t.fit_quarter_targets()[q] for q in t.fit_year_targets(year).quarters], axis=0)


def test_table_1_every_quarter_by_sub_group() -> None:
    rows = _table("mar2018_table1_quarter_by_subgroup.csv")
    assert len(rows) == 65
    for number, row in enumerate(rows):
        target = t.fit_quarter_targets()[Quarter(2002, 1) + number]
        published = [int(row[name]) for name in _columns()]
        assert np.abs(target - published).max() <= NOISE
        assert abs(target.sum() - int(row["Total"])) <= NOISE


def test_table_2_every_area_by_sub_group() -> None:
    rows = _table("mar2018_table2_area_by_subgroup.csv")
    lowest = [row for row in rows if row["level"] != "Region"]
    target = t.fit_area_figures()
    for row, counts in zip(lowest, target, strict=True):
        for name, count in zip(_columns(), counts, strict=True):
            if row[name] == "..":
                assert 0 <= count <= 4
            else:
                assert abs(count - int(row[name])) <= NOISE
        assert abs(counts.sum() - int(row["Total"])) <= NOISE
    region_of = np.array(c.read_area_figures().region)[
        np.array(c.read_area_figures().level) != "region"
    ]
    for row in rows:
        if row["level"] == "Region":
            counts = target[region_of == row["code"]].sum(axis=0)
            assert np.abs(counts - [int(row[name]) for name in _columns()]).max() <= NOISE
            assert abs(counts.sum() - int(row["Total"])) <= NOISE


@pytest.mark.parametrize("year", t.YEARS)
def test_table_3_every_nationality(year: int) -> None:
    rows = _table("mar2018_table3_nationality.csv")
    counts = t.fit_year_targets(year).nationalities
    labels = {
        "Unknown": "Other / unknown",
        "St Helena": "St Helena, Ascension and Tristan da Cunha",
    }
    published = {row["c1"]: row[f"ye_mar{year}"] for row in rows[18:]}
    for label, count in zip(c.list_nationality_labels(), counts, strict=True):
        figure = published[labels.get(label, label)]
        assert (0 <= count <= 4) if figure == ".." else abs(count - int(figure)) <= NOISE
    groups = np.bincount(c.index_sub_groups(), counts)
    assert (groups == _year(year)).all()
    for row, count in zip(rows[3:18], groups, strict=True):
        assert abs(count - int(row[f"ye_mar{year}"])) <= NOISE
    for row, count in (
        (rows[0], groups.sum()),
        (rows[1], groups[:4].sum()),
        (rows[2], groups[4:14].sum()),
    ):
        assert abs(count - int(row[f"ye_mar{year}"])) <= NOISE


def test_areas_and_quarters_tell_of_the_same_registrations() -> None:
    without = sum(t.count_without_area(q) for q in t.fit_year_targets(2018).quarters)
    assert (t.fit_area_targets().sum(axis=0) + without == _year(2018)).all()
    assert t.fit_area_targets().sum() == t.fit_area_figures().sum()


def test_full_scale_draws_are_the_targets() -> None:
    for year in t.YEARS:
        draws = [draw_quarter(q, scale=1, seed=3) for q in t.fit_year_targets(year).quarters]
        assert (
            np.sum([d.nationalities for d in draws], axis=0)
            == t.fit_year_targets(year).nationalities
        ).all()
        for quarter, draw in zip(t.fit_year_targets(year).quarters, draws, strict=True):
            assert (draw.areas.sum(axis=1) == t.fit_quarter_targets()[quarter]).all()
        if year == t.AREAS_YEAR:
            areas = np.sum([d.areas for d in draws], axis=0)
            assert (t.fit_area_targets() == areas[:, :-1].T).all()


@pytest.mark.parametrize("scale", [0.001, 0.02, 0.5])
def test_small_scales_keep_the_mix(scale: float) -> None:
    for quarter in (Quarter(2007, 1), Quarter(2017, 4), Quarter(2022, 3)):
        full = t.fit_quarter_targets()[quarter]
        draw = draw_quarter(quarter, scale=scale, seed=3)
        groups = draw.areas.sum(axis=1)
        assert groups.sum() == round(full.sum() * scale) == draw.nationalities.sum()
        assert (np.bincount(c.index_sub_groups(), draw.nationalities) == groups).all()
        assert np.abs(groups - full * scale).max() <= 16


def test_calibration_after_march_2018_gives_the_known_totals() -> None:
    def total(first: str, last: str) -> float:
        quarters = Quarter.parse(first).list_until(Quarter.parse(last))
        return float(sum(t.fit_quarter_targets()[q].sum() for q in quarters)) / 1_000

    assert round(total("2018-Q1", "2018-Q4")) == 633
    assert round(total("2019-Q2", "2020-Q1"), -1) == 760
    assert round(total("2020-Q2", "2020-Q2")) == 55
    assert round(total("2019-Q3", "2020-Q2"), -1) == 610
    assert round(total("2020-Q1", "2020-Q4")) == 310
    assert round(total("2021-Q1", "2021-Q4")) == 598
    assert round(total("2021-Q2", "2022-Q1"), -1) == 770
    assert round(total("2022-Q2", "2023-Q1"), -2) == 1_100
    assert round(total("2024-Q1", "2024-Q4")) == 673
    assert round(total("2025-Q1", "2025-Q4")) == 605
