"""Writes the synthetic postcode directory in the NSPL layout of November 2021."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl

from nino_assets.synthetic import calibration as c
from nino_assets.synthetic.postcode_layout import (
    IN_A_LOWER_LAYER,
    IN_A_MIDDLE_LAYER,
    TERMINATED_SHARE,
    PostcodeBlock,
    list_blocks,
    list_outward_codes,
    list_postcodes,
)

FILE_NAME = "NSPL_NOV_2021_UK.csv"
NSPL_COLUMNS = (
    *("pcd", "pcd2", "pcds", "dointr", "doterm", "usertype", "oseast1m", "osnrth1m", "osgrdind"),
    *("oa11", "cty", "ced", "laua", "ward", "hlthau", "nhser", "ctry", "rgn", "pcon", "eer"),
    *("teclec", "ttwa", "pct", "itl", "park", "lsoa11", "msoa11", "wz11", "ccg", "bua11"),
    *("buasd11", "ru11ind", "oac11", "lat", "long", "lep1", "lep2", "pfa", "imd", "calncv", "stp"),
)
_CONSTITUENCIES = {
    "E": (14_000_530, 533),
    "N": (6_000_001, 18),
    "S": (14_000_001, 59),
    "W": (7_000_041, 40),
}
"""First code and number of the constituencies in force in 2021, which run without a gap."""
_CROWN = {
    "GY": (3_384, "L93000001", "L99999999"),
    "IM": (6_096, "M83000003", "M99999999"),
    "JE": (3_663, "L93000001", "L99999999"),
}
"""Channel Islands and Isle of Man: postcodes, country, pseudo code of every other area."""
_OLD_FORMS = {"NPT": "W06000022", "W1": "E09000033"}
"""Outward codes withdrawn when districts were recoded, with the local authority they lay in."""
_BLANK_SHARE = 0.006
_ROWS_AT_ONCE = 200_000
_SKELETON = ("pcds", "authority", "output_area", "latitude", "longitude", "introduced", "ended")


def write_directory_file(folder: Path, *, scale: float, seed: int) -> None:
    """Write the directory as one CSV into `folder`.

    It depends on scale and seed only.
    """
    rng = np.random.default_rng([seed, 6])
    with (folder / FILE_NAME).open("wb") as file:
        file.write((",".join(NSPL_COLUMNS) + "\n").encode())
        waiting: list[pl.DataFrame] = []
        for area, members in groupby(list_blocks(scale), key=lambda block: block.postcode_area):
            waiting.append(_build_area(area, list(members), rng, seed))
            if sum(frame.height for frame in waiting) >= _ROWS_AT_ONCE:
                _write(_build_columns(pl.concat(waiting), scale), file)
                waiting = []
        waiting.append(_build_old_forms(scale, rng, seed))
        _write(_build_columns(pl.concat(waiting), scale), file)
        _write(_build_crown_dependencies(scale, seed), file)


def _build_area(
    area: str, members: list[PostcodeBlock], rng: np.random.Generator, seed: int
) -> pl.DataFrame:
    sizes = np.array([block.postcodes for block in members])
    parts = []
    for block in members:
        within = np.arange(block.postcodes) * block.output_areas // block.postcodes
        centre = _draw_centres(block, rng)[within]
        parts.append((block.first_output_area + within, centre))
    rows = int(sizes.sum())
    place = np.concatenate([centre for _, centre in parts]) + rng.normal(0, 0.0008, (rows, 2))
    places = pl.DataFrame(
        {
            "pcds": list_postcodes(list_outward_codes(area, rows), rows, seed),
            "authority": np.repeat([block.local_authority for block in members], sizes),
            "output_area": np.concatenate([numbers for numbers, _ in parts]),
            "latitude": place[:, 0],
            "longitude": place[:, 1],
        }
    )
    ended = rng.random(rows) < TERMINATED_SHARE
    return _build_skeleton(places, ended, rng.random(rows) < _BLANK_SHARE, rng)


def _build_old_forms(scale: float, rng: np.random.Generator, seed: int) -> pl.DataFrame:
    """Terminated postcodes in the old forms.

    Half of them have lost their geography.
    """
    rows = max(12, round(400 * scale))
    codes = c.read_local_authorities()["local_authority"].to_list()
    frames = []
    for outward, authority in _OLD_FORMS.items():
        block = next(b for b in list_blocks(scale) if codes[b.local_authority] == authority)
        latitude, longitude = _draw_centres(block, rng)[0]
        places = pl.DataFrame({"pcds": list_postcodes([outward], rows, seed)}).with_columns(
            authority=block.local_authority,
            output_area=block.first_output_area,
            latitude=latitude,
            longitude=longitude,
        )
        ended = np.ones(rows, dtype=bool)
        frames.append(_build_skeleton(places, ended, np.arange(rows) % 2 == 1, rng))
    return pl.concat(frames)


def _build_skeleton(
    places: pl.DataFrame, ended: np.ndarray, blank: np.ndarray, rng: np.random.Generator
) -> pl.DataFrame:
    """The columns of `_SKELETON`.

    Months count from January 1980; `ended` is null while a postcode is live.

    `output_area` is null where geography is blank.
    """
    rows = places.height
    introduced = np.where(rng.random(rows) < 0.6, 0, rng.integers(0, 460, rows))
    months = pl.DataFrame(
        {
            "introduced": introduced,
            "ended": introduced + rng.integers(1, 40, rows),
            "is_ended": ended,
            "is_blank": blank,
        }
    )
    return (
        pl.concat([places, months], how="horizontal")
        .with_columns(
            pl.when("is_ended").then("ended").alias("ended"),
            pl.when(~pl.col("is_blank")).then(pl.col("output_area").cast(pl.Int64)),
            pl.col("authority").cast(pl.Int64),
        )
        .select(_SKELETON)
    )


def _draw_centres(block: PostcodeBlock, rng: np.random.Generator) -> np.ndarray:
    """The position of each output area of a block.

    Latitude and longitude are drawn about the centre of its local authority.
    """
    authorities = c.read_local_authorities().select("latitude", "longitude").to_numpy()
    centre = authorities[block.local_authority]
    gaps = np.hypot(*(authorities - centre).T)
    reach = min(0.25, 0.25 * np.sort(gaps)[1])
    return np.asarray(centre + np.clip(rng.normal(0, 1, (block.output_areas, 2)), -2, 2) * reach)


def _build_columns(skeleton: pl.DataFrame, scale: float) -> pl.DataFrame:
    """Every column of the layout from the skeleton."""
    authorities = c.read_local_authorities().with_columns(letter=pl.col("country").str.head(1))
    number = pl.col("output_area")
    letter = pl.col("letter")
    pseudo = letter + "99999999"
    in_england = letter == "E"
    layer = letter + "01" + ((number - 1) // IN_A_LOWER_LAYER + 1).cast(str).str.zfill(6)
    middle = letter + "02" + ((number - 1) // IN_A_MIDDLE_LAYER + 1).cast(str).str.zfill(6)
    north = ((pl.col("latitude") - 49.0) * 111_200 - 100_000).clip(0).cast(int)
    east = (
        (400_000 + (pl.col("longitude") + 2.0) * pl.col("latitude").radians().cos() * 111_300)
        .clip(0)
        .cast(int)
    )
    frame = skeleton.with_columns(
        *(
            authorities[name].gather(skeleton["authority"]).alias(name)
            for name in ("local_authority", "region", "country", "letter")
        )
    )
    geography = {
        "oa11": letter + "00" + number.cast(str).str.zfill(6),
        "laua": pl.col("local_authority"),
        "ctry": pl.col("country"),
        "rgn": pl.when(in_england).then("region").otherwise(pseudo),
        "pcon": _assign_constituency(number, scale),
        "itl": pl.col("local_authority"),
        "lsoa11": pl.when(letter == "N")
        .then(_assign_northern_irish_layer(number))
        .otherwise(layer),
        "msoa11": pl.when(letter == "N").then(pseudo).otherwise(middle),
        "ru11ind": pl.when(letter == "S").then(pl.lit("3")).otherwise(pl.lit("C1")),
        "oac11": pl.lit("5B3"),
        "oseast1m": east.cast(str).str.zfill(6),
        "osnrth1m": north.cast(str).str.zfill(7),
    }
    outward = pl.col("pcds").str.split(" ").list.first()
    inward = pl.col("pcds").str.split(" ").list.last()
    made = {
        "pcd": outward.str.pad_end(4) + inward,
        "pcd2": outward.str.pad_end(4) + " " + inward,
        "pcds": pl.col("pcds"),
        "dointr": _format_month(pl.col("introduced")),
        "doterm": _format_month(pl.col("ended")).fill_null(""),
        "usertype": pl.lit("0"),
        "osgrdind": pl.when(number.is_null()).then(pl.lit("9")).otherwise(pl.lit("1")),
        "lat": pl.when(number.is_null()).then(99.999999).otherwise("latitude"),
        "long": pl.when(number.is_null()).then(0.0).otherwise("longitude"),
        "imd": pl.when(number.is_null()).then(0).otherwise(number % 30_000 + 1),
    }
    for name in NSPL_COLUMNS:
        if name not in made:
            value = geography.get(name, pseudo)
            made[name] = pl.when(number.is_null()).then(pl.lit("")).otherwise(value)
    return frame.select(made[name].alias(name) for name in NSPL_COLUMNS)


def _build_crown_dependencies(scale: float, seed: int) -> pl.DataFrame:
    frames = []
    for area, (postcodes, country, pseudo) in _CROWN.items():
        rows = max(12, round(postcodes * scale))
        outward = [f"{area}{n}" for n in range(1, 10)]
        pcds = list_postcodes(outward, rows, seed)
        values: dict[str, pl.Expr] = {name: pl.lit(pseudo) for name in NSPL_COLUMNS}
        values |= {
            "pcd": pl.col("pcds").str.replace(" ", " " if len(outward[0]) == 3 else ""),
            "pcd2": pl.col("pcds").str.replace(" ", "  "),
            "pcds": pl.col("pcds"),
            "dointr": pl.lit("198001"),
            "doterm": pl.lit(""),
            "usertype": pl.lit("0"),
            "oseast1m": pl.lit(""),
            "osnrth1m": pl.lit(""),
            "osgrdind": pl.lit("9"),
            "ctry": pl.lit(country),
            "ru11ind": pl.lit(""),
            "oac11": pl.lit(""),
            "lat": pl.lit(99.999999),
            "long": pl.lit(0.0),
            "imd": pl.lit(0, pl.Int64),
        }
        frames.append(pl.DataFrame({"pcds": pcds}).select(values[n].alias(n) for n in NSPL_COLUMNS))
    return pl.concat(frames)


def _assign_constituency(number: pl.Expr, scale: float) -> pl.Expr:
    """Constituencies of a country, by equal runs of output areas."""
    countries = c.read_local_authorities()["country"].to_list()
    last: dict[str, int] = {}
    for block in list_blocks(scale):
        letter = countries[block.local_authority][0]
        last[letter] = max(last.get(letter, 0), block.first_output_area + block.output_areas)
    found = pl.lit("")
    for letter, (first, count) in _CONSTITUENCIES.items():
        code = (first + number * count // (last[letter] + 1)).cast(str).str.zfill(8)
        found = pl.when(pl.col("letter") == letter).then(pl.lit(letter) + code).otherwise(found)
    return found


def _assign_northern_irish_layer(number: pl.Expr) -> pl.Expr:
    """Super output areas of Northern Ireland keep their own form: `95GG01S1`."""
    rank = (number - 1) // IN_A_LOWER_LAYER
    letters = [chr(65 + n // 26) + chr(65 + n % 26) for n in range(26 * 26)]
    pair = (
        (rank // 99).clip(0, len(letters) - 1).replace_strict(dict(enumerate(letters)), default="")
    )
    return pl.lit("95") + pair + (rank % 99 + 1).cast(str).str.zfill(2) + "S1"


def _format_month(months: pl.Expr) -> pl.Expr:
    return ((1980 + months // 12) * 100 + months % 12 + 1).cast(str)


def _write(frame: pl.DataFrame, file: BinaryIO) -> None:
    frame.write_csv(file, include_header=False, quote_style="non_numeric", float_precision=6)
