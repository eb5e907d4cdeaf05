"""Synthetic series of other sources: repeatable, extendable, marked, and plausible."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from nino_assets.deliveries.comparator_files import (
    COMPARATORS,
    OPERATIONAL_INFORMATION,
    read_comparator_files,
    read_comparator_layout,
)
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.synthetic.calibration import read_quarter_figures
from nino_assets.synthetic.comparator_series import FILE, write_comparator_series

LATEST = Quarter(2022, 2)
NAMES = (OPERATIONAL_INFORMATION, COMPARATORS)


def made(root: Path, quarter: Quarter = LATEST, *, seed: int = 1, scale: float = 1.0) -> Folders:
    folders = Folders(root)
    folders.landing.mkdir(parents=True, exist_ok=True)
    write_comparator_series(folders.landing, quarter, scale=scale, seed=seed)
    return folders


def values(folders: Folders, series: str, breakdown: str = "All") -> dict[Quarter, int]:
    frame = pl.concat(
        [read_comparator_files(folders, read_comparator_layout(name)) for name in NAMES]
    )
    rows = frame.filter(series=series, breakdown=breakdown).select("period", "value").iter_rows()
    return {Quarter.parse(period): value for period, value in rows}


def contents(folders: Folders) -> list[bytes]:
    return [(folders.landing / name / FILE).read_bytes() for name in NAMES]


def test_same_arguments_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    one = contents(made(tmp_path / "a"))
    assert contents(made(tmp_path / "b")) == one
    assert contents(made(tmp_path / "a")) == one
    other = contents(made(tmp_path / "c", seed=2))
    assert all(a != b for a, b in zip(one, other, strict=True))


def test_a_later_quarter_extends_the_series(tmp_path: Path) -> None:
    before = contents(made(tmp_path, LATEST - 1))
    after = contents(made(tmp_path, LATEST))
    for old, new in zip(before, after, strict=True):
        assert set(old.splitlines()) < set(new.splitlines())


def test_real_files_are_left_alone(tmp_path: Path) -> None:
    real = tmp_path / "landing" / COMPARATORS / "home-office.csv"
    real.parent.mkdir(parents=True)
    real.write_text("real")
    folders = made(tmp_path)
    assert [path.name for path in real.parent.iterdir()] == [real.name]
    assert (folders.landing / OPERATIONAL_INFORMATION / FILE).is_file()


def test_every_row_says_that_it_is_synthetic(tmp_path: Path) -> None:
    folders = made(tmp_path)
    for name in NAMES:
        frame = read_comparator_files(folders, read_comparator_layout(name))
        assert frame["source"].str.starts_with("Synthetic:").all()


@pytest.mark.parametrize("name", NAMES)
def test_declared_series_are_complete_to_the_period_that_is_due(tmp_path: Path, name: str) -> None:
    folders = made(tmp_path)
    for series in read_comparator_layout(name).series:
        for breakdown in series.breakdowns:
            found = values(folders, series.name, breakdown)
            first = Quarter(2002, 4 if series.delivered_as == "year_ending" else 1)
            assert list(found) == first.list_until(series.find_expected_period(LATEST))


def test_applications_lie_a_little_above_registrations_and_lead_them(tmp_path: Path) -> None:
    applications = values(made(tmp_path), "applications_received")
    figures = read_quarter_figures()
    total = dict(zip(figures.quarters, figures.total, strict=True))
    assert 1.04 < sum(applications.values()) / sum(total[q] for q in applications) < 1.12
    # The recording of 2014 moved registrations from April-June to July-September.
    assert applications[Quarter(2014, 2)] > 1.3 * total[Quarter(2014, 2)]


def test_interviews_stop_when_they_were_suspended(tmp_path: Path) -> None:
    folders = made(tmp_path)
    booked, attended = (values(folders, f"interviews_{kind}") for kind in ("booked", "attended"))
    assert booked[Quarter(2020, 2)] == attended[Quarter(2020, 2)] == 0
    assert all(attended[q] <= booked[q] for q in booked)
    applications = values(folders, "applications_received")
    assert booked[Quarter(2022, 1)] < 0.25 * applications[Quarter(2022, 1)]


def test_visas_to_study_peak_before_the_autumn_and_scale_is_kept(tmp_path: Path) -> None:
    study = values(made(tmp_path / "a"), "visas_granted", "Study")
    assert study[Quarter(2018, 3)] > 2 * study[Quarter(2018, 2)]
    small = values(made(tmp_path / "b", scale=0.01), "visas_granted", "Study")
    assert all(abs(small[q] - study[q] / 100) <= 1 for q in study)
