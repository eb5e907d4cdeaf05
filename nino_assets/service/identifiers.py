"""The identifiers of the present and the older database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from nino_assets.service.members import AGE, AREA, LAG, NATIONALITY, PERIOD, SEX, FieldMembers
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.identity import TITLE
from nino_assets.statistic.quarters import SERIES_START, Quarter

_ABROAD = "XXZZZZZZZ"
_OLDER_WORLD_AREAS = {"european-union": "1", "other-unknown": "9"}
"""Those whose older number is public; for the others a number would be a guess."""


@dataclass(frozen=True)
class ValueSetName:
    """One value set: the levels whose members it lists."""

    name: str
    label: str
    levels: tuple[str, ...]
    encode: Callable[[str], str | None] = lambda code: code


@dataclass(frozen=True)
class FieldName:
    """One field of a database; its first value set is the default."""

    field: str
    path: str
    label: str
    value_sets: tuple[ValueSetName, ...]


@dataclass(frozen=True)
class DatabaseName:
    """One database: what clients call its measure and fields."""

    name: str
    label: str
    measure: str
    fields: tuple[FieldName, ...]

    @property
    def uri(self) -> str:
        return f"str:database:{self.name}"

    @property
    def measure_uri(self) -> str:
        return f"str:count:{self.name}:{self.measure}"

    @cached_property
    def field_by_uri(self) -> Mapping[str, FieldName]:
        """Each field by its identifier."""
        return {self.name_field(each): each for each in self.fields}

    @cached_property
    def value_set_by_uri(self) -> Mapping[str, tuple[FieldName, ValueSetName]]:
        """Each value set with its field, by its identifier."""
        return {
            self.name_value_set(field, each): (field, each)
            for field in self.fields
            for each in field.value_sets
        }

    def name_field(self, field: FieldName) -> str:
        """The identifier of a field."""
        return f"str:field:{self.name}:{field.path}"

    def name_value_set(self, field: FieldName, value_set: ValueSetName) -> str:
        """The identifier of a value set."""
        return f"str:valueset:{self.name}:{field.path}:{value_set.name}"

    def name_value(self, field: FieldName, value_set: ValueSetName, code: str) -> str:
        """The identifier of a value."""
        return f"str:value:{self.name}:{field.path}:{value_set.name}:{code}"

    def list_values(
        self, field: FieldName, value_set: ValueSetName, members: FieldMembers
    ) -> list[tuple[str, str]]:
        """The identifiers of a value set's values, each with its member."""
        return [
            (self.name_value(field, value_set, code), member)
            for member in members.list_level(*value_set.levels)
            if (code := value_set.encode(members.by_id[member].code)) is not None
        ]


def _encode_month(code: str) -> str:
    quarter = Quarter.parse(code)
    return f"{quarter.year}{quarter.number * 3:02d}"


def _encode_ordinal(code: str) -> str:
    return str(len(SERIES_START.list_until(Quarter.parse(code))))


def _encode_calendar_year(code: str) -> str | None:
    quarter = Quarter.parse(code)
    return str(quarter.year - SERIES_START.year + 1) if quarter.number == 4 else None


def _encode_area(code: str) -> str:
    return _ABROAD if code == v.OVERSEAS_CODE else code


def _encode_older_world_area(code: str) -> str:
    return _OLDER_WORLD_AREAS.get(code, code)


_COUNTRY = ValueSetName(
    "V_C_MASTERGEOG11_COUNTRY_TO_UK_NI", "Country", ("country", "overseas"), _encode_area
)
_REGION = ValueSetName(
    "V_C_MASTERGEOG11_REGION_TO_COUNTRY_NI", "Region", ("region", "overseas"), _encode_area
)
_LOCAL_AUTHORITY = ValueSetName(
    "V_C_MASTERGEOG11_LA_TO_REGION_NI",
    "Local authority",
    ("local_authority", "overseas"),
    _encode_area,
)
_MIDDLE_LAYER = ValueSetName(
    "V_C_MASTERGEOG11_MSOA_TO_LA_NI", "Middle layer super output area", ("middle_layer",)
)
_WORLD_AREA = ValueSetName("C_NINO_WORLDAREA", "World area", ("world_area",))
_SUB_GROUP = ValueSetName("C_NINO_SUBGROUP", "Sub-group", ("sub_group",))
_NATIONALITY = ValueSetName("C_NINO_COUNTRY", "Nationality", ("nationality",))

_MEASURE = "V_F_NINOS"

DATABASE = DatabaseName(
    "Ninos",
    TITLE,
    _MEASURE,
    (
        FieldName(
            PERIOD,
            "F_NINO_QTR:QTR_NAME",
            "Quarter",
            (
                ValueSetName("C_NINO_QTR", "Quarter", ("quarter",), _encode_month),
                ValueSetName("C_NINO_YE", "Year ending", ("year_ending",), _encode_month),
            ),
        ),
        FieldName(
            AREA,
            f"{_MEASURE}:UK_COA",
            "National - Regional - LA - MSOA",
            (_REGION, _COUNTRY, _LOCAL_AUTHORITY, _MIDDLE_LAYER),
        ),
        FieldName(
            NATIONALITY,
            f"{_MEASURE}:NEWNAT",
            "Nationality",
            (_WORLD_AREA, _SUB_GROUP, _NATIONALITY),
        ),
        FieldName(
            AGE,
            f"{_MEASURE}:AGE_CODE",
            "Age",
            (ValueSetName("C_NINO_AGE_BAND", "Age band", ("band",)),),
        ),
        FieldName(
            SEX, f"{_MEASURE}:CCSEX_CODE", "Sex", (ValueSetName("C_NINO_CCSEX", "Sex", ("band",)),)
        ),
        FieldName(
            LAG,
            f"{_MEASURE}:ARRIVAL_LAG",
            "Time from arrival to registration",
            (ValueSetName("C_NINO_LAG", "Time from arrival to registration", ("band",)),),
        ),
    ),
)

OLDER_DATABASE = DatabaseName(
    "NINO",
    f"{TITLE} (older identifiers)",
    "f_NINO",
    (
        FieldName(
            PERIOD,
            "f_NINO:QTR",
            "Quarter and Year of Registration",
            (
                ValueSetName("c_QTR", "Quarter", ("quarter",), _encode_ordinal),
                ValueSetName("c_CALYR", "Calendar year", ("year_ending",), _encode_calendar_year),
            ),
        ),
        FieldName(
            NATIONALITY,
            "f_NINO:NEWNAT",
            "Nationality",
            (
                ValueSetName(
                    "C_NINO_WORLDAREA", "World area", ("world_area",), _encode_older_world_area
                ),
                _SUB_GROUP,
                _NATIONALITY,
            ),
        ),
        FieldName(
            AREA,
            "f_NINO:COUNTY_DISTRICT_UA_2011",
            "National - Regional - Admin LA",
            (_REGION, _COUNTRY, _LOCAL_AUTHORITY),
        ),
        FieldName(
            AREA,
            "f_NINO:MSOA_CODE",
            "National - Regional - Admin LA - MSOA",
            (_REGION, _COUNTRY, _LOCAL_AUTHORITY, _MIDDLE_LAYER),
        ),
    ),
)
"""The identifiers of scripts written before 2022, as far as their meaning is public."""

DATABASES = (DATABASE, OLDER_DATABASE)
MEASURE_LABEL = "NINo registrations"
