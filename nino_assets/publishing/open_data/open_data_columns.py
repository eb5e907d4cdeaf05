"""The columns of the open data: what each holds and may hold.

The CSVW description, the data dictionary and the code lists are all read from this declaration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import CELL_COLUMNS

_SDMX = "http://purl.org/linked-data/sdmx/2009/"


@dataclass(frozen=True)
class DataColumn:
    """One column.

    `codes` names its code list, `pattern` the form of every value.
    """

    name: str
    title: str
    description: str
    kind: Literal["text", "integer"] = "text"
    codes: str | None = None
    pattern: str | None = None
    means: str | None = None
    may_be_blank: bool = False


COLUMNS = (
    DataColumn(
        "cube",
        "Cube",
        "The published breakdown that the cell belongs to.",
        codes="cube",
    ),
    DataColumn(
        "time_period",
        "Time period",
        "The quarter of registration; for a year ending, its last quarter. "
        "2020-Q4 is October to December 2020.",
        codes="time_period",
        pattern=r"[0-9]{4}-Q[1-4]",
        means=_SDMX + "dimension#refPeriod",
    ),
    DataColumn(
        "time_period_type",
        "Time period type",
        "quarter: three months. year_ending: the four quarters that end with the time period.",
        codes="time_period_type",
    ),
    DataColumn(
        "geography_code",
        "Geography code",
        "Nine-character code of the area of residence, or OVERSEAS for people who registered "
        "while living abroad. Wales, Scotland and Northern Ireland stand at two levels.",
        codes="geography",
        pattern=r"[EWSNK][0-9]{8}|OVERSEAS",
        means=_SDMX + "dimension#refArea",
    ),
    DataColumn(
        "geography_name",
        "Geography name",
        "Name of the area of residence.",
    ),
    DataColumn(
        "geography_level",
        "Geography level",
        "The level of the area: the whole country, a country, a region, a local authority, or "
        "overseas registrations.",
        codes="geography_level",
    ),
    DataColumn(
        "nationality_code",
        "Nationality code",
        "ISO 3166-1 alpha-3 code of a nationality that has one; otherwise a short name.",
        codes="nationality",
        pattern=r"[A-Z]{3}|[a-z0-9-]+",
    ),
    DataColumn(
        "nationality",
        "Nationality",
        "Nationality, or group of nationalities, as recorded at registration.",
    ),
    DataColumn(
        "nationality_level",
        "Nationality level",
        "The level of the nationality: the total, an aggregate, a world area, a sub-group or a "
        "single nationality.",
        codes="nationality_level",
    ),
    DataColumn(
        "age",
        "Age",
        "Age in completed years at the date of registration, in bands.",
        codes="age",
        means=_SDMX + "dimension#age",
    ),
    DataColumn(
        "sex",
        "Sex",
        "Sex as recorded at registration.",
        codes="sex",
        means=_SDMX + "dimension#sex",
    ),
    DataColumn(
        "arrival_lag",
        "Time from arrival to registration",
        "Time between the recorded date of arrival and the date of registration.",
        codes="arrival_lag",
    ),
    DataColumn(
        "registrations",
        "Registrations",
        "Number of National Insurance number registrations of adult overseas nationals, adjusted "
        "to protect people's privacy. 0 where nil or negligible.",
        kind="integer",
        means=_SDMX + "measure#obsValue",
    ),
    DataColumn(
        "observation_status",
        "Observation status",
        f"{v.LOW} where the number of registrations is nil or negligible; blank elsewhere.",
        codes="observation_status",
        means=_SDMX + "attribute#obsStatus",
        may_be_blank=True,
    ),
)

TEXT_COLUMNS = tuple(column.name for column in COLUMNS if column.kind == "text")

PRIMARY_KEY = (
    "cube",
    "time_period",
    "geography_code",
    "geography_level",
    "nationality_code",
    "age",
    "sex",
    "arrival_lag",
)
"""The columns that tell every cell from every other."""

if tuple(column.name for column in COLUMNS) != CELL_COLUMNS:
    raise ImportError(
        "open_data/open_data_columns.py must declare exactly the columns of published_domain"
    )
