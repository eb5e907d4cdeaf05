"""Writes persons as text in the twelve columns of layout `mws-1`.

Spellings, codes and date forms are those of valid records, and of values that cleaning repairs.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.reference_lists import read_nationalities, read_nationality_aliases
from nino_assets.synthetic.names import AWKWARD_SURNAMES, list_forenames, list_surnames
from nino_assets.synthetic.persons import SECOND_LETTERS, Persons, split_number, subtract_years
from nino_assets.synthetic.scan_postcodes import Residences

UNREADABLE_DATES = (
    "",
    "unknown",
    "1985-02-30",
    "31/04/1985",
    "1985-13-01",
    "01/01/85",
    "1985-1-01",
    "1985-01-01T00:00:00",
    "01-01-1985",
    "１９８５-01-01",
    "0000-01-01",
)
"""Not a date in a known form: impossible days, short years, a time, other digits, the year 0."""
_FIRST_DAY, _LAST_DAY = -50_000, 25_000
_DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", " %Y-%m-%d ")
_DATE_SHARES = (0.9, 0.06, 0.035, 0.005)
_SEX = (("M", "m", " M"), ("F", "f", "F "), ("", "U", "X", "MALE", "9"))
_NATIONALITY_SHARES = (0.68, 0.05, 0.02, 0.15, 0.05, 0.03, 0.02)
_UNKNOWN_NATIONALITIES = ("", "XXX", "XKX", "ZZZ", "Stateless", "Not known", "SSD")
_REGISTRATION_TYPES = ("ADULT", "", "adult", " Adult ", "STANDARD")
_REGISTRATION_SHARES = (0.8, 0.1797, 0.01, 0.01, 0.0003)
_ACCOUNT_STATUSES = ("LIVE", "", "live", "Live ", "DORMANT")
_ACCOUNT_SHARES = (0.85, 0.1297, 0.01, 0.01, 0.0003)
# The last of each list is not in the layout's own: it counts as the first.
_NINO_SHARES = (0.74, 0.12, 0.04, 0.03, 0.03, 0.02, 0.02)
_UNKNOWN_AGE, _UNKNOWN_LAG = len(v.AGE_BANDS) - 1, len(v.ARRIVAL_LAGS) - 1


def write_persons(
    persons: Persons, homes: Residences, *, seed: int, rng: np.random.Generator
) -> pl.DataFrame:
    """The scan's columns, then `nino8` and `day` for `defects.py`.

    `nino8` is compact, `day` counts from 1970.
    """
    rows = len(persons)
    nino8, suffix = _split_ninos(persons.number, seed)
    columns = {
        "nino": spell_ninos(nino8, suffix, rng.choice(7, rows, p=_NINO_SHARES)),
        "surname": _draw_surnames(rows, rng),
        "forenames": list_forenames().gather(rng.integers(0, len(list_forenames()), rows)),
        "date_of_birth": _write_births(persons, rng),
        "date_of_arrival": _write_arrivals(persons, rng),
        "date_of_registration": _write_dates(persons.registered, rng),
        "sex": _spell_codes(_SEX, persons.sex, rng),
        "nationality": _spell_nationalities(persons.nationality, rng),
        "registration_type": _choose_texts(_REGISTRATION_TYPES, _REGISTRATION_SHARES, rows, rng),
        "account_status": _choose_texts(_ACCOUNT_STATUSES, _ACCOUNT_SHARES, rows, rng),
        "postcode": homes.postcode,
        "country_of_residence": homes.country,
        "nino8": nino8,
        "day": pl.Series(persons.registered.astype(np.int32)),
    }
    return pl.DataFrame(columns)


def spell_ninos(nino8: pl.Series, suffix: pl.Series, how: np.ndarray) -> pl.Series:
    """Numbers as people write them: compact, in pairs, lower case, without suffix."""
    compact = pl.col("nino8") + pl.col("suffix")
    pairs = pl.concat_str(
        *(pl.col("nino8").str.slice(start, 2) for start in (0, 2, 4, 6)), "suffix", separator=" "
    )
    spellings = [
        compact,
        pairs,
        compact.str.to_lowercase(),
        pl.col("nino8"),
        pl.col("nino8") + " " + pl.col("suffix"),
        pairs.str.to_lowercase(),
        " " + pl.col("nino8") + " ",
    ]
    frame = pl.DataFrame({"nino8": nino8, "suffix": suffix, "how": how.astype(np.int8)})
    text = spellings[-1]
    for number, spelling in reversed(list(enumerate(spellings[:-1]))):
        text = pl.when(pl.col("how") == number).then(spelling).otherwise(text)
    return frame.select(text).to_series()


def list_nino8s(number: np.ndarray, seed: int) -> pl.Series:
    """The first eight characters of each person's number."""
    return _split_ninos(number, seed)[0]


def _split_ninos(number: np.ndarray, seed: int) -> tuple[pl.Series, pl.Series]:
    letter, digits = split_number(number, seed)
    prefix = pl.Series([f"Q{second}" for second in SECOND_LETTERS]).gather(letter)
    nino8 = prefix + pl.Series(digits).cast(pl.String).str.zfill(6)
    return nino8, pl.Series(list("ABCD")).gather(digits // 7 % 4)


def _draw_surnames(rows: int, rng: np.random.Generator) -> pl.Series:
    """Plain surnames, and a few in a thousand awkward ones.

    Every awkward one occurs.
    """
    index = rng.integers(0, len(list_surnames()), rows)
    kinds = len(AWKWARD_SURNAMES)
    places = rng.choice(rows, max(round(rows * 0.002), min(kinds, rows // 20)), replace=False)
    index[places] = len(list_surnames()) + np.arange(len(places)) % kinds
    return pl.concat([list_surnames(), pl.Series(AWKWARD_SURNAMES)]).gather(index)


def _write_births(persons: Persons, rng: np.random.Generator) -> pl.Series:
    """Dates of birth as text.

    Where the age is unknown they are unreadable, too young, too old, or not yet born.
    """
    unknown = np.flatnonzero(persons.age_band == _UNKNOWN_AGE)
    kind = np.arange(len(unknown)) % 5
    registered = persons.registered[unknown]
    days = persons.born.copy()
    days[unknown[kind == 1]] = subtract_years(registered[kind == 1], np.array(15)) + 1
    days[unknown[kind == 2]] = subtract_years(registered[kind == 2], np.array(111))
    days[unknown[kind == 3]] = registered[kind == 3] + 1 + rng.integers(0, 400, (kind == 3).sum())
    unreadable = unknown[(kind == 0) | (kind == 4)]
    return _write_dates(days, rng, unreadable)


def _write_arrivals(persons: Persons, rng: np.random.Generator) -> pl.Series:
    """Dates of arrival as text.

    Where the lag is unknown they are blank, unreadable, or after registration.
    """
    unknown = np.flatnonzero(persons.lag_band == _UNKNOWN_LAG)
    kind = np.arange(len(unknown)) % 3
    days = persons.arrived.copy()
    later = unknown[kind == 1]
    days[later] = persons.registered[later] + 1 + rng.integers(0, 60, len(later))
    return _write_dates(days, rng, unknown[kind != 1])


def _write_dates(
    days: np.ndarray, rng: np.random.Generator, unreadable: np.ndarray | None = None
) -> pl.Series:
    form = rng.choice(len(_DATE_FORMS), len(days), p=_DATE_SHARES)
    span = _LAST_DAY - _FIRST_DAY
    index = form * span + (days - _FIRST_DAY)
    if unreadable is not None:
        index[unreadable] = len(_DATE_FORMS) * span + np.arange(len(unreadable)) % len(
            UNREADABLE_DATES
        )
    return _list_date_texts().gather(index)


@cache
def _list_date_texts() -> pl.Series:
    days = pl.int_range(_FIRST_DAY, _LAST_DAY, eager=True).cast(pl.Int32).cast(pl.Date)
    return pl.concat(
        [*(days.dt.to_string(form) for form in _DATE_FORMS), pl.Series(UNREADABLE_DATES)]
    )


def _spell_codes(
    groups: tuple[tuple[str, ...], ...], code: np.ndarray, rng: np.random.Generator
) -> pl.Series:
    """Texts for codes, mostly the usual text of each."""
    start = np.cumsum([0, *(len(group) for group in groups[:-1])])
    size = np.array([len(group) for group in groups])
    usual = (rng.random(len(code)) < 0.98) & (code < len(groups) - 1)
    offset = np.where(usual, 0, (rng.random(len(code)) * size[code]).astype(np.int64))
    return pl.Series([text for group in groups for text in group]).gather(start[code] + offset)


def _spell_nationalities(code: np.ndarray, rng: np.random.Generator) -> pl.Series:
    width = len(_NATIONALITY_SHARES)
    how = rng.choice(width, len(code), p=_NATIONALITY_SHARES)
    # Unknown ones and those with aliases go through their spellings evenly, so that each occurs.
    evenly = read_nationalities()["nationality"].is_in(
        [*read_nationality_aliases()["nationality"], v.UNKNOWN]
    )
    how = np.where(evenly.to_numpy()[code], rng.integers(0, width, len(code)), how)
    return _list_nationality_texts().gather(code * width + how)


@cache
def _list_nationality_texts() -> pl.Series:
    aliases: dict[str, list[str]] = {}
    for delivered, label in read_nationality_aliases().iter_rows():
        aliases.setdefault(label, []).append(delivered)
    texts: list[str] = []
    for code, label in read_nationalities().select("nationality_code", "nationality").iter_rows():
        own = code if len(code) == 3 and code.isupper() else label
        other = aliases.get(label, [own, own])
        texts += [own, own.lower(), f" {own} ", label, label.upper(), other[0], other[-1]]
    texts[-len(_UNKNOWN_NATIONALITIES) :] = _UNKNOWN_NATIONALITIES
    return pl.Series(texts)


def _choose_texts(
    texts: tuple[str, ...], shares: tuple[float, ...], rows: int, rng: np.random.Generator
) -> pl.Series:
    return pl.Series(texts).gather(rng.choice(len(texts), rows, p=shares))
