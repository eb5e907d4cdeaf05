"""Draws the persons behind a quarter's registrations: dates, ages, sexes, lags.

National Insurance numbers are unique by construction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import cache

import numpy as np

from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.quarters import Quarter
from nino_assets.synthetic import calibration as c
from nino_assets.synthetic.draws import draw_quarter
from nino_assets.synthetic.fitting import Reals
from nino_assets.synthetic.targets import fit_quarter_targets

Codes = np.ndarray
EPOCH = np.datetime64("1970-01-01", "D")
SECOND_LETTERS = "ABCEGHJKLMNPRSTWXYZ"
"""Letters that may stand second; the first letter of a synthetic number is always Q."""
NUMBERS = len(SECOND_LETTERS) * 1_000_000

_YOUNGEST, _OLDEST, _LONGEST_LAG = 16, 85, 5826
"""Years of age and days from arrival that are drawn at the open ends of the bands."""
_FIRST_AGE = np.array([_YOUNGEST, *(band.first for band in v.AGE_BANDS_IN_YEARS[1:])])
_AGE_WIDTH = np.diff(_FIRST_AGE, append=_OLDEST + 1)
_LAG_START = np.array([band.first for band in v.ARRIVAL_LAGS_IN_DAYS])
_LAG_WIDTH = np.diff(_LAG_START, append=_LONGEST_LAG + 1)
_AGE_UNKNOWN, _SEX_UNKNOWN, _LAG_UNKNOWN = (
    len(v.AGE_BANDS) - 1,
    len(v.SEXES) - 1,
    len(v.ARRIVAL_LAGS) - 1,
)


@dataclass(frozen=True)
class Persons:
    """One value a registration in each array.

    `quarter` is the year × 4 + number - 1; `number` the index of the National Insurance number;
    `nationality`, `area`, `age_band`, `sex`, `lag_band` index their lists of labels; `registered`,
    `born` and `arrived` are days since 1970. Born and arrived are of no meaning where unknown.
    """

    quarter: Codes
    number: Codes
    nationality: Codes
    area: Codes
    registered: Codes
    age_band: Codes
    born: Codes
    sex: Codes
    lag_band: Codes
    arrived: Codes

    def __len__(self) -> int:
        return len(self.number)


def join_persons(parts: list[Persons]) -> Persons:
    """Several quarters' persons, one after the other."""
    names = [field.name for field in fields(Persons)]
    return Persons(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})


def find_first_number(quarter: Quarter) -> int:
    """The first index of a quarter's own numbers, at every scale.

    Each quarter has a range of National Insurance numbers.
    """
    return _list_first_numbers()[quarter]


def split_number(number: Codes, seed: int) -> tuple[Codes, Codes]:
    """The second letter (its index) and the digits of each number.

    A seeded one-to-one map of all indices.
    """
    rng = np.random.default_rng([seed, 3])
    factor = int(rng.integers(NUMBERS // 3, NUMBERS // 2))
    while math.gcd(factor, NUMBERS) != 1:
        factor += 1
    mixed = (number.astype(np.int64) * factor + int(rng.integers(NUMBERS))) % NUMBERS
    letters = len(SECOND_LETTERS)
    return mixed % letters, mixed // letters


def draw_persons(quarter: Quarter, *, scale: float, seed: int) -> Persons:
    """Every registration of a quarter, the same in each delivery."""
    drawn = draw_quarter(quarter, scale=scale, seed=seed)
    rng = np.random.default_rng([seed, 4, quarter.year, quarter.number])
    nationality = np.repeat(np.arange(len(drawn.nationalities)), drawn.nationalities)
    # Nationalities and areas each keep their sub-group's margin; who meets which is chance.
    group = c.index_sub_groups()[nationality]
    nationality = nationality[np.argsort(group, kind="stable")]
    places = np.arange(drawn.areas.shape[1])
    area = np.concatenate([rng.permutation(np.repeat(places, row)) for row in drawn.areas])
    rows = len(nationality)
    registered = _draw_working_days(quarter, rows, rng)
    age_band = rng.choice(len(_FIRST_AGE), rows, p=_read_age_shares())
    sex = _draw_sexes(nationality, rng)
    lag_band = _draw_lags(quarter, nationality, rng)
    lag = _LAG_START[lag_band] + (rng.random(rows) * _LAG_WIDTH[lag_band]).astype(np.int64)
    return Persons(
        quarter=np.full(rows, quarter.year * 4 + quarter.number - 1),
        number=find_first_number(quarter) + np.arange(rows),
        nationality=nationality,
        area=area,
        registered=registered,
        born=_draw_birthdays(registered, age_band, rng),
        age_band=_make_some_unknown(age_band, _AGE_UNKNOWN, 0.001, rng),
        sex=_make_some_unknown(sex, _SEX_UNKNOWN, 0.0005, rng),
        lag_band=_make_some_unknown(lag_band, _LAG_UNKNOWN, 0.01, rng),
        arrived=registered - lag,
    )


def subtract_years(days: Codes, years: Codes) -> Codes:
    """The same calendar day some years before.

    28 February where 29 February is missing.
    """
    dates = EPOCH + days
    months = dates.astype("datetime64[M]")
    day_of_month = (dates - months).astype(np.int64)
    earlier = months - 12 * years
    length = ((earlier + 1).astype("datetime64[D]") - earlier.astype("datetime64[D]")).astype(
        np.int64
    )
    moved = earlier.astype("datetime64[D]") + np.minimum(day_of_month, length - 1)
    return np.asarray((moved - EPOCH).astype(np.int64))


@cache
def _list_first_numbers() -> dict[Quarter, int]:
    start, starts = 0, {}
    for quarter, counts in fit_quarter_targets().items():
        starts[quarter] = start
        start += int(counts.sum() * 1.05) + 3_000
    if start > NUMBERS:
        raise ValueError("the calibrated series needs more synthetic numbers than there are")
    return starts


def _make_some_unknown(codes: Codes, unknown: int, share: float, rng: np.random.Generator) -> Codes:
    """Make a share of the codes unknown.

    A few at least, where there are rows enough.
    """
    rows = len(codes)
    count = max(round(share * rows), 5 if rows >= 500 else rows // 100)
    codes = codes.copy()
    codes[rng.choice(rows, count, replace=False)] = unknown
    return codes


def _draw_working_days(quarter: Quarter, rows: int, rng: np.random.Generator) -> Codes:
    days = np.arange(
        np.datetime64(quarter.first_day, "D"), np.datetime64(quarter.last_day, "D") + 1
    )
    weights = np.where(np.is_busday(days), 1.0, 0.02)
    chosen = rng.choice(days, rows, p=weights / weights.sum())
    return np.asarray((chosen - EPOCH).astype(np.int64))


@cache
def _read_age_shares() -> Reals:
    return c.read_shares("age_band", v.ALL, v.AGE_BANDS[:-1])


def _draw_birthdays(registered: Codes, age_band: Codes, rng: np.random.Generator) -> Codes:
    """Birthdays that give each age band at registration."""
    position = rng.random(len(registered))
    position = np.where(age_band == len(_FIRST_AGE) - 1, position**3, position)
    age = _FIRST_AGE[age_band] + (position * _AGE_WIDTH[age_band]).astype(np.int64)
    return np.asarray(subtract_years(registered, age) - rng.integers(0, 365, len(registered)))


def _draw_sexes(nationality: Codes, rng: np.random.Generator) -> Codes:
    male = np.full(len(c.list_nationality_labels()), c.read_shares("sex", v.ALL, v.SEXES)[0])
    united_states = c.list_nationality_labels().index("United States")
    male[united_states] = c.read_shares("sex", "United States", v.SEXES)[0]
    return np.asarray(rng.random(len(nationality)) >= male[nationality], dtype=np.int64)


def _draw_lags(quarter: Quarter, nationality: Codes, rng: np.random.Generator) -> Codes:
    """Arrival lags as bands, by sub-group.

    The European Union's first four register sooner than the others.
    """
    group = c.index_sub_groups()[nationality]
    bands = v.ARRIVAL_LAGS[:-1]
    cumulated = np.tile(
        np.cumsum(c.read_shares("arrival_lag", "Others", bands)), (len(c.list_sub_groups()), 1)
    )
    eu = [index for index, name in enumerate(c.list_sub_groups()) if name.startswith(v.EU)]
    cumulated[eu] = np.cumsum(c.read_shares("arrival_lag", v.EU, bands))
    if quarter.year == 2014:
        eu2 = c.list_sub_groups().index("European Union EU2")
        cumulated[eu2] = np.cumsum(c.read_shares("arrival_lag", "EU2 in 2014", bands))
    position = rng.random(len(nationality))[:, None]
    return np.asarray(np.minimum((position > cumulated[group]).sum(axis=1), len(bands) - 1))
