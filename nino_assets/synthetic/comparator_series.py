"""Writes synthetic operational information and comparator series.

The series behave as the real sources do in relation to registrations: applications lead,
interviews stop in April to June 2020, visas to study peak before the autumn. The shapes are
modelled on `events.csv` and the calibration totals, and every row says that it is synthetic.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from nino_assets.governance.calendar import compute_release_date
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.identity import SYNTHETIC_SOURCE
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_nationalities
from nino_assets.synthetic.calibration import list_sub_groups, read_quarter_figures
from nino_assets.synthetic.fitting import Reals

FILE = "synthetic.csv"
SERIES_COLUMNS = ("series", "period", "breakdown", "value", "source", "published_on")
_DAYS_TO_EXTRACTION = 14
_SUSPENDED = {"2020-Q1": 0.85, "2020-Q2": 0.0, "2020-Q3": 0.1, "2020-Q4": 0.25, "2021-Q1": 0.3}
"""The part of interviews that took place while they were suspended, and as they came back."""
_ONLINE_FROM, _STILL_INTERVIEWED = Quarter(2021, 2), 0.2
_STUDY_SEASON = {1: 0.45, 2: 0.5, 3: 2.4, 4: 0.65}
_CLOSED_CENTRES = {"2020-Q2": 0.05, "2020-Q3": 0.6}
_SURVEY_ENDED = Quarter(2020, 1)
_FREE_MOVEMENT_ENDED = Quarter(2021, 1)

SeriesRow = tuple[str, str, str, int, str, str]
ReleaseDates = Mapping[Quarter, date]


def write_comparator_series(landing: Path, quarter: Quarter, *, scale: float, seed: int) -> None:
    """Write the series to `quarter` into `landing/operational-information` and `/comparators`.

    One file each, replaced whole: a delivery of a later quarter extends it with the figures of
    earlier periods unchanged at the same scale and seed. A folder that holds any other file is
    left unchanged: real series and synthetic ones do not mix.
    """
    quarters = read_quarter_figures().quarters
    released = {q: compute_release_date(q) for q in quarters if q <= quarter}
    deliveries = {
        "operational-information": _build_operational(scale, seed),
        "comparators": _build_comparators(scale, seed, released),
    }
    for name, rows in deliveries.items():
        folder = landing / name
        if folder.is_dir() and any(path.name != FILE for path in folder.iterdir()):
            continue
        folder.mkdir(parents=True, exist_ok=True)
        due = sorted(row for row in rows if Quarter.parse(row[1]) <= quarter)
        partial = folder.with_name(f".{name}.partial")
        with partial.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(SERIES_COLUMNS)
            writer.writerows(due)
        partial.replace(folder / FILE)


def _build_operational(scale: float, seed: int) -> Iterator[SeriesRow]:
    """Applications, which come before registrations, and interviews.

    Applications come up to a quarter earlier, and some are refused or withdrawn.
    """
    figures = read_quarter_figures()
    next_quarter = np.append(figures.total[1:], figures.total[-1])
    applications = 1.08 * (0.7 * figures.total + 0.3 * next_quarter) * _draw_noise(seed, 0, 0.015)
    interviewed = np.array([_find_share_interviewed(q) for q in figures.quarters])
    booked = applications * 0.94 * interviewed * _draw_noise(seed, 1, 0.02)
    attended = booked * 0.89 * _draw_noise(seed, 2, 0.01)
    for name, values in (
        ("applications_received", applications),
        ("interviews_booked", booked),
        ("interviews_attended", attended),
    ):
        for q, value in zip(figures.quarters, values, strict=True):
            day = q.last_day + timedelta(days=_DAYS_TO_EXTRACTION)
            yield _build_row(name, q, v.ALL, scale * value, "DWP operational information", day)


def _build_comparators(scale: float, seed: int, released: ReleaseDates) -> Iterator[SeriesRow]:
    figures = read_quarter_figures()
    non_eu = figures.cells[:, _mark_non_eu()].sum(axis=1)
    smooth = np.convolve(np.pad(non_eu, (3, 0), mode="edge"), np.full(4, 0.25), mode="valid")
    open_part = np.array([_CLOSED_CENTRES.get(q.label, 1.0) for q in figures.quarters])
    season = np.array([_STUDY_SEASON[q.number] for q in figures.quarters])
    for n, (breakdown, shape) in enumerate(
        {"Work": 0.8 * smooth, "Study": 1.05 * smooth * season, "Family": 0.25 * smooth}.items()
    ):
        values = scale * shape * open_part * _draw_noise(seed, 3 + n, 0.03)
        for q, value in zip(figures.quarters, values, strict=True):
            if q in released:
                source = "Home Office, entry clearance visas granted"
                yield _build_row("visas_granted", q, breakdown, value, source, released[q])
    year = np.convolve(figures.total, np.ones(4), mode="valid")
    ends = figures.quarters[3:]
    before = 300_000 + 0.4 * year
    after = 1.05 * year
    immigration = np.where([q < _FREE_MOVEMENT_ENDED for q in ends], before, after)
    immigration = immigration * _draw_noise(seed, 6, 0.015)[3:]
    survey = immigration * 0.94 * _draw_noise(seed, 7, 0.03)[3:]
    for q, estimate, sampled in zip(ends, immigration, survey, strict=True):
        # Both are published with the release of the quarter after.
        if q + 1 in released:
            day = released[q + 1]
            source = "ONS, long-term immigration"
            yield _build_row("long_term_immigration", q, v.ALL, scale * estimate, source, day)
            if q <= _SURVEY_ENDED:
                source = "ONS, International Passenger Survey"
                yield _build_row("passenger_survey", q, v.ALL, scale * sampled, source, day)


def _build_row(  # noqa: PLR0913, PLR0917 - one argument a column
    name: str, q: Quarter, breakdown: str, value: float, source: str, day: date
) -> SeriesRow:
    marked = f"{SYNTHETIC_SOURCE} {source}"
    return (name, q.label, breakdown, round(value), marked, day.isoformat())


def _draw_noise(seed: int, stream: int, spread: float) -> Reals:
    """Factors near one for every calibrated quarter.

    They do not depend on the quarter that is delivered.
    """
    draws = np.random.default_rng([seed, 7_919, stream])
    return np.asarray(1 + spread * draws.standard_normal(len(read_quarter_figures().quarters)))


def _find_share_interviewed(q: Quarter) -> float:
    return _STILL_INTERVIEWED if q >= _ONLINE_FROM else _SUSPENDED.get(q.label, 1.0)


def _mark_non_eu() -> np.ndarray:
    areas = dict(read_nationalities().select("sub_group", "world_area").iter_rows())
    return np.array([areas[name] not in (v.EU, v.UNKNOWN_WORLD_AREA) for name in list_sub_groups()])
