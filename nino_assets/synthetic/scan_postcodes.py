"""Draws the postcode and country of residence recorded for each person.

Every geocode status occurs, and postcodes are spelled as people spell them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from nino_assets.statistic import vocabulary as v
from nino_assets.synthetic import calibration as c
from nino_assets.synthetic.directory_reader import DirectoryPostcodes

_STATUS = {name: index for index, name in enumerate(v.GEOCODE_STATUSES)}
_TERMINATED_SHARE = 0.02
_MISTYPED_SHARE = 0.001
_ABROAD_WITH_POSTCODE_SHARE = 0.0005
_SPELLINGS = (0.62, 0.25, 0.05, 0.03, 0.02, 0.02, 0.01)
_WITHOUT_AREA = ("missing", "not_found", "invalid", "bfpo", "no_output_area")

_BFPO = ("BFPO 12", "BFPO 2", "bfpo 5301", "BFPO105", "B.F.P.O. 58")
_MISSING = ("", " ", "-", ".")
# Postcode forms with unit letters that no directory uses; one is found neither before nor after
# its letter O is read as a nought.
_NOT_FOUND = ("LS9 9KV", "M4 7CI", "EC1A 1MM", "bt1 9vv", "SW99 0KM", "NPT 9KV", "G1 OKC", "W1A9CC")
_INVALID = ("UNKNOWN", "N/A", "XXXX", "12345", "NO FIXED ABODE", "SW1", "LS99 9", "ABC 123")
_ABROAD = ("", "75008", "D-10115", "00-950", "H3A 1A1", "N/A")
_CROWN_LACKING = ("JE9 9KV", "GY99 9VK", "IM99 9KK", "je2 4mm")
_AT_HOME = ("GBR", "", "gbr", " GBR")
_AT_HOME_SHARES = (0.6, 0.37, 0.02, 0.01)
_COUNTRIES_ABROAD = ("FRA", "ESP", "IRL", "USA", "POL", "deu", "ITA", " NLD ")
_COUNTRIES_OF_CROWN = ("", "GBR", "IMN", "JEY", "GGY")


@dataclass(frozen=True)
class Residences:
    """Postcode and country of each person as text, and the geocode status.

    The status is an index of `GEOCODE_STATUSES`.
    """

    postcode: pl.Series
    country: pl.Series
    status: np.ndarray


def draw_residences(
    area: np.ndarray, directory: DirectoryPostcodes, rng: np.random.Generator
) -> Residences:
    """Residences for persons of these places (index of `calibration.list_area_codes()`)."""
    rows = len(area)
    overseas = len(c.list_area_codes()) - 2
    status = np.full(rows, _STATUS["matched"])
    countries = pl.Series([*_AT_HOME, *_COUNTRIES_ABROAD, *_COUNTRIES_OF_CROWN])
    country = rng.choice(len(_AT_HOME), rows, p=_AT_HOME_SHARES)
    abroad = len(_AT_HOME) + rng.integers(0, len(_COUNTRIES_ABROAD), rows)
    country = np.where(rng.random(rows) < _ABROAD_WITH_POSTCODE_SHARE, abroad, country)

    placed = np.flatnonzero(area < overseas)
    text, status[placed] = _draw_from_directory(area[placed], directory, rng)
    source = np.zeros(rows, dtype=np.int64)
    source[placed] = np.arange(len(placed))
    texts = [text]

    def give(where: np.ndarray, choices: pl.Series) -> None:
        if len(where):
            source[where] = sum(len(t) for t in texts) + rng.integers(0, len(choices), len(where))
            texts.append(choices)

    gone = np.flatnonzero(area == overseas)
    status[gone] = _STATUS["outside_uk"]
    crown = directory.crown_dependencies
    parts = np.split(gone, [int(len(gone) * 0.7), int(len(gone) * 0.85)])
    give(parts[0], pl.Series(_ABROAD))
    give(parts[1], crown if len(crown) else pl.Series(_CROWN_LACKING))
    give(parts[2], pl.Series(_CROWN_LACKING))
    country[parts[0]] = abroad[parts[0]]
    of_crown = len(_AT_HOME) + len(_COUNTRIES_ABROAD)
    for part in parts[1:]:
        country[part] = of_crown + rng.integers(0, len(_COUNTRIES_OF_CROWN), len(part))

    nowhere = np.flatnonzero(area > overseas)
    country[nowhere] %= len(_AT_HOME)
    kinds = {
        "missing": pl.Series(_MISSING),
        "not_found": pl.Series(_NOT_FOUND),
        "invalid": pl.Series(_INVALID),
        "bfpo": pl.Series(_BFPO),
        "no_output_area": directory.blank_geography,
    }
    if not len(directory.blank_geography):
        del kinds["no_output_area"]
    for place, (name, choices) in enumerate(kinds.items()):
        members = nowhere[place :: len(kinds)]
        status[members] = _STATUS[name]
        give(members, choices)
    return Residences(pl.concat(texts).gather(source), countries.gather(country), status)


def _draw_from_directory(
    area: np.ndarray, directory: DirectoryPostcodes, rng: np.random.Generator
) -> tuple[pl.Series, np.ndarray]:
    """A postcode in each person's local authority, as written, with its status."""
    rows = len(area)
    status = np.full(rows, _STATUS["matched"])
    live_count = np.diff(directory.live_start)[area]
    live = directory.live_start[area] + (rng.random(rows) * live_count).astype(np.int64)
    ended_count = np.diff(directory.terminated_start)[area]
    ended = directory.terminated_start[area] + (rng.random(rows) * ended_count).astype(np.int64)
    is_ended = (rng.random(rows) < _TERMINATED_SHARE) & (ended_count > 0)
    status[is_ended] = _STATUS["matched_terminated"]
    text = pl.concat([directory.live, directory.terminated]).gather(
        np.where(is_ended, len(directory.live) + ended, live)
    )
    text, mistyped = _mistype(text, rng)
    status[mistyped] = _STATUS["matched_repaired"]
    return _spell(text, rng), status


def _mistype(text: pl.Series, rng: np.random.Generator) -> tuple[pl.Series, np.ndarray]:
    """Swap O and 0, or I and 1, in some postcodes.

    Returns the postcodes and the positions of the replaced ones.

    Only where no postcode can stand so: a letter first in the inward code, a digit first in the
    outward code.
    """
    frame = pl.DataFrame({"text": text}).with_row_index("row")
    inward = pl.col("text").str.slice(-3, 1).is_in(["0", "1"])
    outward = pl.col("text").str.head(1).is_in(["O", "I"])
    open_to_it = frame.filter(inward | outward)["row"].to_numpy()
    wanted = max(round(_MISTYPED_SHARE * len(text)), 3 if len(text) >= 500 else len(text) // 50)
    chosen = np.sort(rng.permutation(open_to_it)[:wanted]).astype(np.int64)
    swapped_inward = (
        pl.col("text").str.head(-3)
        + pl.col("text").str.slice(-3, 1).replace({"0": "O", "1": "I"})
        + pl.col("text").str.tail(2)
    )
    swapped_outward = pl.col("text").str.head(1).replace({"O": "0", "I": "1"}) + pl.col(
        "text"
    ).str.slice(1)
    wrong = frame[chosen].select(pl.when(inward).then(swapped_inward).otherwise(swapped_outward))
    source = np.arange(len(text))
    source[chosen] = len(text) + np.arange(len(chosen))
    return pl.concat([text, wrong.to_series()]).gather(source), chosen


def _spell(text: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Spaced, unspaced, lower case, or with stray characters."""
    plain = pl.col("text")
    close = plain.str.replace(" ", "", literal=True)
    spellings = [
        plain,
        close,
        plain.str.to_lowercase(),
        close.str.to_lowercase(),
        plain.str.replace(" ", "  ", literal=True),
        plain.str.replace(" ", "-", literal=True),
        " " + plain + ".",
    ]
    how = rng.choice(len(spellings), len(text), p=_SPELLINGS).astype(np.int8)
    written = spellings[-1]
    for number, spelling in reversed(list(enumerate(spellings[:-1]))):
        written = pl.when(pl.col("how") == number).then(spelling).otherwise(written)
    return pl.DataFrame({"text": text, "how": how}).select(written).to_series()
