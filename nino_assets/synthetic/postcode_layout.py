"""Decides which postcodes a synthetic directory holds, and in which output areas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from nino_assets.statistic.reference_lists import read_list
from nino_assets.synthetic import calibration as c
from nino_assets.synthetic.fitting import round_to_total

POSTCODES = 2_600_000
"""Live and terminated postcodes of the whole country in November 2021, about."""
TERMINATED_SHARE = 0.35
LEAST_A_LOCAL_AUTHORITY = 60
POSTCODES_AN_OUTPUT_AREA = 11
IN_A_LOWER_LAYER, IN_A_MIDDLE_LAYER = 5, 25
"""Output areas in a lower-layer and in a middle-layer super output area."""
UNITS_A_DISTRICT = 4_000
"""Ten sectors of 20 × 20 unit letters."""
INWARD_LETTERS = np.array(list("ABDEFGHJLNPQRSTUWXYZ"))
_LETTERED = {
    area: tuple(digit + letter for digit, letters in districts.items() for letter in letters)
    for area, districts in {
        "EC": {"1": "AMNRVY", "2": "AMNRVY", "3": "AMNRV", "4": "AMNRVY"},
        "SW": {"1": "AEHPVWX"},
        "W": {"1": "ABCDFGHJKSTUW"},
        "WC": {"1": "ABEHNRVX", "2": "ABEHNR"},
    }.items()
}
"""Districts of central London that end in a letter."""


@dataclass(frozen=True)
class PostcodeBlock:
    """A run of postcodes of one postcode area in one local authority."""

    postcode_area: str
    local_authority: int
    """Row of `calibration.read_local_authorities()`."""
    postcodes: int
    first_output_area: int
    """Number of its first output area, counted from 1 within the country."""
    output_areas: int


@cache
def list_blocks(scale: float) -> tuple[PostcodeBlock, ...]:
    """Every block, by postcode area.

    Each starts a middle-layer area of its country.
    """
    pairs = _pair_areas()
    authorities = c.read_local_authorities()
    postcodes = _allot_postcodes(pairs, scale)
    next_output_area = dict.fromkeys(authorities["country"].unique().sort().to_list(), 1)
    made: list[PostcodeBlock] = []
    for (area, authority, _), count in zip(pairs, postcodes, strict=True):
        country = authorities["country"][authority]
        output_areas = max(3, int(count) // POSTCODES_AN_OUTPUT_AREA)
        made.append(
            PostcodeBlock(area, authority, int(count), next_output_area[country], output_areas)
        )
        next_output_area[country] += -(-output_areas // IN_A_MIDDLE_LAYER) * IN_A_MIDDLE_LAYER
    return tuple(made)


def list_outward_codes(area: str, postcodes: int) -> list[str]:
    """The outward codes of a postcode area.

    As many as it really has, or as many as it needs.
    """
    real = int(
        read_list("postcode_areas").filter(pl.col("postcode_area") == area)["outward_codes"][0]
    )
    ends = list(_LETTERED.get(area, ()))
    wanted = max(len(ends) or real, -(-postcodes // (UNITS_A_DISTRICT - 400)))
    first = 2 if ends else 1
    ends += [str(first + n) for n in range(wanted - len(ends))]
    return [area + end for end in ends[:wanted]]


def list_postcodes(outward: list[str], postcodes: int, seed: int) -> pl.Series:
    """Different postcodes, spread evenly over the outward codes.

    They are written with a space.
    """
    position = np.arange(postcodes)
    district = position * len(outward) // postcodes
    first = np.searchsorted(district, np.arange(len(outward)))
    rank = position - first[district]
    rng = np.random.default_rng([seed, 5])
    unit = (rank * 1237 + district * 611 + rng.integers(UNITS_A_DISTRICT)) % UNITS_A_DISTRICT
    outward_text = pl.Series(outward).gather(district)
    letters = INWARD_LETTERS
    inward = np.char.add(
        (unit // 400).astype("U1"), np.char.add(letters[unit // 20 % 20], letters[unit % 20])
    )
    return outward_text + " " + pl.Series(inward)


@cache
def _pair_areas() -> tuple[tuple[str, int, float], ...]:
    """Postcode areas and local authorities that overlap, with a weight.

    Each is paired with the nearest of the other kind in its country.
    """
    authorities = c.read_local_authorities()
    areas = read_list("postcode_areas")
    place = authorities.select("latitude", "longitude").to_numpy()
    post_town = areas.select(pl.col("latitude", "longitude").cast(pl.Float64)).to_numpy()
    narrow = np.cos(np.radians(54.0))
    gap = place[:, None, :] - post_town[None, :, :]
    distance = np.hypot(gap[:, :, 0], gap[:, :, 1] * narrow)
    foreign = authorities["country"].to_numpy()[:, None] != areas["country"].to_numpy()[None, :]
    distance[foreign] = np.inf
    pairs = {(int(n), i) for i, n in enumerate(distance.argmin(axis=1))}
    pairs |= {(j, int(n)) for j, n in enumerate(distance.argmin(axis=0))}
    codes = areas["postcode_area"].to_list()
    sizes = areas["postcodes"].cast(pl.Float64).to_list()
    shared = [sum(1 for area, _ in pairs if area == j) for j in range(len(codes))]
    ordered = sorted(pairs, key=lambda pair: (codes[pair[0]], pair[1]))
    return tuple((codes[j], i, sizes[j] / shared[j]) for j, i in ordered)


def _allot_postcodes(pairs: tuple[tuple[str, int, float], ...], scale: float) -> np.ndarray:
    weights = np.array([weight for _, _, weight in pairs])
    counts = round_to_total(weights / weights.sum() * round(POSTCODES * scale))
    authority = np.array([index for _, index, _ in pairs])
    share = np.bincount(authority)[authority]
    return np.asarray(np.maximum(counts, -(-LEAST_A_LOCAL_AUTHORITY // share)))
