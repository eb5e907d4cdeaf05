"""Names of the files that hold one cube each."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from nino_assets.statistic.published_domain import Cube

CUBES_FOLDER = "cubes"
"""In the folder of the open data."""
CSV_ENDING = ".csv.gz"

_PERIODS = re.compile(r"(\d{4}-Q[1-4])-to-(\d{4}-Q[1-4])")


def name_cube_csv(cube: Cube, periods: tuple[str, str] | None = None) -> str:
    """`cubes/year_area.csv.gz`, or with the first and last of its time periods."""
    held = f"-{periods[0]}-to-{periods[1]}" if periods else ""
    return f"{CUBES_FOLDER}/{cube.name}{held}{CSV_ENDING}"


def name_cube_parquet(cube: Cube) -> str:
    """`cubes/year_area.parquet`."""
    return f"{CUBES_FOLDER}/{cube.name}.parquet"


def name_cube_description(cube: Cube) -> str:
    """`cubes/year_area.csv-metadata.json`, where CSVW looks for it."""
    return f"{CUBES_FOLDER}/{cube.name}.csv-metadata.json"


def is_file_of_cube(name: str, cube: Cube) -> bool:
    """Whether a compressed CSV file is the cube's, by its name."""
    # A cube's name has no hyphen.
    stem = PurePosixPath(name).name.removesuffix(CSV_ENDING)
    return name.endswith(CSV_ENDING) and stem.split("-", 1)[0] == cube.name


def find_periods(name: str) -> tuple[str, str] | None:
    """The first and last period that a file's name gives."""
    found = _PERIODS.search(name)
    return (found[1], found[2]) if found else None


def describe_cube_file(name: str, cube: Cube) -> str:
    """The cube's title, with periods where a file has some alone."""
    periods = find_periods(name)
    return f"{cube.title}, {periods[0]} to {periods[1]}" if periods else cube.title
