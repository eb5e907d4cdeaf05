"""The columns and codes of the National Statistics Postcode Lookup, any vintage.

Source: NSPL user guide column lists, 2016 to 2025. Its files are read in
`deliveries/postcode_files.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nino_assets.errors import DeliveryError

DIRECTORY_COLUMNS = (
    "postcode",
    "terminated",
    "crown_dependency",
    "output_area",
    "lsoa",
    "msoa",
    "local_authority",
    "region",
    "country",
    "constituency",
    "grid_quality",
    "latitude",
    "longitude",
)
LOOKUP_COLUMNS = (
    "output_area",
    "lsoa",
    "msoa",
    "local_authority",
    "country",
    "constituency",
    "region",
)
REAL_OUTPUT_AREA = "(?:[EWSN]00|N20)[0-9]{6}"
"""Northern Ireland has data zones (N20) in the Census 2021, and no smaller areas."""
REAL_LOCAL_AUTHORITY = "(?:[EWSN][0-9]{8}|95[A-Z])"
PSEUDO_CODE = ".*9{8}"
"""Codes such as W99999999 mean that an area has no such geography."""
CROWN_DEPENDENCIES = ("L", "M")
NO_POSITION = 99
"""The latitude of a postcode without a grid reference is 99.999999."""


def is_pseudo_code_sql(column: str) -> str:
    """SQL for whether a code is a pseudo code."""
    return f"regexp_full_match({column}, '{PSEUDO_CODE}')"


_REGION = (
    f"CASE WHEN {is_pseudo_code_sql('region')} OR coalesce(region, '') = '' "
    "THEN country ELSE region END"
)
"""Wales, Scotland and Northern Ireland are listed as regions under their country codes."""

_STEMS = {
    "postcode": ("pcds",),
    "terminated_on": ("doterm",),
    "grid_quality": ("osgrdind", "gridind"),
    "local_authority": ("laua", "lad"),
    "region": ("rgn", "gor"),
    "country": ("ctry",),
    "constituency": ("pcon",),
    "latitude": ("lat",),
    "longitude": ("long",),
    "output_area": ("oa",),
    "lsoa": ("lsoa",),
    "msoa": ("msoa",),
}
"""The names of each column without its vintage, the usual one first."""

_OTHER_PRODUCT = re.compile("oa01(?:cd)?|oslaua")
"""Columns of the ONS Postcode Directory only, which has the areas of three censuses side by side.

It assigns postcodes to areas by another rule.
"""

_VINTAGE = "([0-9]{2})?(cd)?"
"""Two digits of a year, as in `oa21` and `lad25cd`; they change with the geography."""


def match_directory_columns(header: Sequence[str], *, file: str) -> dict[str, str]:
    """Map our column names to the delivered ones.

    Columns are found by stem, whatever their vintage: `oa11` and `laua` in the layouts of the
    Census 2011, `oa21cd` and `lad25cd` in those of 2025. With several vintages of a column the
    latest is used. Raises DeliveryError naming the columns that are missing or repeated.
    """
    names = [name.strip().lower() for name in header]
    if any(_OTHER_PRODUCT.fullmatch(name) for name in names):
        raise DeliveryError(
            f"{file} is an ONS Postcode Directory (ONSPD), which is another product",
            rule="the postcode directory is a National Statistics Postcode Lookup (NSPL)",
            next_step="download the NSPL into landing/nspl/ instead",
        )
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    found: dict[str, str] = {}
    for ours, stems in _STEMS.items():
        form = re.compile(f"(?:{'|'.join(stems)}){_VINTAGE}")
        matches = [
            (match[1] or "", at) for at, name in enumerate(names) if (match := form.fullmatch(name))
        ]
        if matches:
            found[ours] = header[max(matches)[1]]
    missing = [stems[0] for ours, stems in _STEMS.items() if ours not in found]
    used = {name.strip().lower() for name in found.values()}
    repeated = [name for name in repeated if name in used]
    if repeated:
        raise DeliveryError(
            f"{file} has the columns {', '.join(repeated)} twice",
            rule="each column of the postcode directory has one name",
            next_step="download the NSPL again",
        )
    if missing:
        raise DeliveryError(
            f"{file} is missing the columns {', '.join(missing)}",
            rule="the postcode directory is a National Statistics Postcode Lookup (NSPL), with or "
            "without the year in its columns' names, such as oa21 or lad25cd",
            next_step="download the NSPL, not another product, into landing/nspl/",
        )
    return found


def build_directory_sql(delivered: str) -> str:
    """SQL for the directory, one row a postcode.

    `delivered` has text columns named as in `match_directory_columns`.

    postcode (no space), terminated, crown_dependency, output_area (NULL when blank or a pseudo
    code), lsoa, msoa, local_authority, region, country, constituency, grid_quality, latitude,
    longitude (degrees WGS 84, NULL without a grid reference).
    """
    real = (
        f"regexp_full_match(output_area, '{REAL_OUTPUT_AREA}') "
        f"AND NOT {is_pseudo_code_sql('output_area')}"
    )
    position = f"TRY_CAST(latitude AS DOUBLE) < {NO_POSITION}"
    return f"""
        SELECT
            upper(replace(replace(postcode, ' ', ''), chr(160), '')) AS postcode,
            trim(coalesce(terminated_on, '')) <> '' AS terminated,
            coalesce(country[1:1] IN {CROWN_DEPENDENCIES}, false) AS crown_dependency,
            CASE WHEN {real} THEN output_area END AS output_area,
            lsoa, msoa, local_authority, region, country, constituency,
            TRY_CAST(grid_quality AS UTINYINT) AS grid_quality,
            CASE WHEN {position} THEN TRY_CAST(latitude AS DOUBLE) END AS latitude,
            CASE WHEN {position} THEN TRY_CAST(longitude AS DOUBLE) END AS longitude
        FROM {delivered}
        ORDER BY postcode"""


def build_output_area_lookup_sql(directory: str) -> str:
    """SQL for the areas that each output area lies in.

    Columns: output_area, lsoa, msoa, local_authority, country, constituency, region. `region` holds
    the region's code in England and the country's code elsewhere, the twelve regions of the
    published tables. An output area whose postcodes disagree takes the code that most of them have
    (then the first by code); a check counts such areas.
    """
    levels = ("lsoa", "msoa", "local_authority", "country", "constituency")
    most = ", ".join(f"mode({level} ORDER BY {level}) AS {level}" for level in levels)
    return f"""
        SELECT output_area, {most}, mode({_REGION} ORDER BY {_REGION}) AS region
        FROM {directory}
        WHERE output_area IS NOT NULL
        GROUP BY output_area
        ORDER BY output_area"""


def add_earlier_census_sql(look_up: str, changes: str) -> str:
    """SQL for a look-up with the output areas of the census before.

    `changes` has output_area and became, one row an old output area. Each lies where what it became
    lies, by best fit; an output area that the look-up has already stays as it is.
    """
    others = ", ".join(f"held.{name}" for name in LOOKUP_COLUMNS[1:])
    return f"""
        SELECT {", ".join(LOOKUP_COLUMNS)} FROM {look_up}
        UNION ALL
        SELECT changes.output_area, {others}
        FROM {changes} AS changes JOIN {look_up} AS held ON held.output_area = changes.became
        WHERE changes.output_area NOT IN (SELECT output_area FROM {look_up})
        ORDER BY output_area"""


def list_local_authorities_sql(directory: str) -> str:
    """SQL for the local authorities of a directory with region and country.

    All real codes are listed, lived in or not, one row an authority. An authority whose postcodes
    disagree takes the code that most of them have, then the first. Postcodes are counted by their
    three codes first, so that only some hundred rows are compared and not millions.
    """
    real = (
        f"regexp_full_match(local_authority, '{REAL_LOCAL_AUTHORITY}') "
        f"AND NOT {is_pseudo_code_sql('local_authority')}"
    )
    return f"""
        WITH counted AS (
            SELECT local_authority, region, country, count(*) AS postcodes
            FROM {directory} GROUP BY ALL
        ), placed AS (
            SELECT local_authority, {_REGION} AS region, country, postcodes
            FROM counted WHERE {real}
        )
        SELECT * FROM ({_find_commonest_sql("region")}) JOIN ({_find_commonest_sql("country")})
            USING (local_authority)
        ORDER BY local_authority"""


def _find_commonest_sql(level: str) -> str:
    """SQL for the commonest code of a level in each local authority."""
    return f"""
        SELECT local_authority, first({level} ORDER BY {level} IS NULL, held DESC, {level})
            AS {level}
        FROM (SELECT local_authority, {level}, sum(postcodes) AS held FROM placed GROUP BY ALL)
        GROUP BY local_authority"""


def locate_areas_sql(directory: str) -> str:
    """SQL for the mean position of the postcodes of each area.

    Columns: area_code (local authorities, regions, countries), latitude, longitude in degrees.
    Whole millionths of a degree are added, since a sum of fractions depends on the order of the
    threads; whole numbers also give the same result when the sums of local authorities are added
    up for regions and countries.
    """
    axes = ("latitude", "longitude")
    sums = ", ".join(f"sum((1e6 * {axis})::BIGINT) AS {axis}" for axis in axes)
    means = ", ".join(f"(sum({axis}) // sum(postcodes)) / 1e6 AS {axis}" for axis in axes)
    levels = " UNION ".join(
        f"SELECT {level} AS area_code, {means} FROM summed GROUP BY {level}"
        for level in ("local_authority", "country", _REGION)
    )
    return f"""
        WITH summed AS (
            SELECT local_authority, region, country, count(*) AS postcodes, {sums}
            FROM {directory} WHERE output_area IS NOT NULL AND latitude IS NOT NULL
            GROUP BY ALL
        )
        SELECT * FROM ({levels}) ORDER BY area_code"""
