"""The ready-made tables: those of the workbook, as queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.identifiers import DATABASE
from nino_assets.service.members import AGE, AREA, LAG, NATIONALITY, PERIOD, SEX

_YEAR = "C_NINO_YE"
_SUB_GROUP = "C_NINO_SUBGROUP"
_AUTHORITY = "V_C_MASTERGEOG11_LA_TO_REGION_NI"


@dataclass(frozen=True)
class SavedTable:
    """One ready-made table: its fields with a value set each, in order.

    `years` restricts it to the last years, 0 leaves every period in. `columns` is the field that a
    page has in columns, the others are in rows.
    """

    name: str
    label: str
    fields: Mapping[str, str]
    columns: str
    years: int = 0
    totals: tuple[str, ...] = field(default=(NATIONALITY,))

    @property
    def uri(self) -> str:
        return f"str:table:{self.name}"

    def build_query(self, edition: EditionCells) -> dict[str, Any]:
        """The body of a POST that asks for this table."""
        recodes: dict[str, Any] = {}
        dimensions = []
        for name, value_set in self.fields.items():
            declared = next(each for each in DATABASE.fields if each.field == name)
            listed = next(each for each in declared.value_sets if each.name == value_set)
            recode: dict[str, Any] = {"total": name in self.totals}
            if name == PERIOD and self.years:
                values = DATABASE.list_values(declared, listed, edition.fields[name])
                recode["map"] = [[value] for value, _ in values[-1 : -1 - 4 * self.years : -4]]
            recodes[DATABASE.name_field(declared)] = recode
            dimensions.append([DATABASE.name_value_set(declared, listed)])
        return {"database": DATABASE.uri, "recodes": recodes, "dimensions": dimensions}


SAVED_TABLES = (
    SavedTable(
        "defaulttable_Ninos",
        "Registrations by quarter and world area",
        {PERIOD: "C_NINO_QTR", NATIONALITY: "C_NINO_WORLDAREA"},
        NATIONALITY,
    ),
    SavedTable(
        "Quarter_by_group",
        "Registrations by quarter and nationality sub-group",
        {PERIOD: "C_NINO_QTR", NATIONALITY: _SUB_GROUP},
        NATIONALITY,
    ),
    SavedTable(
        "Area_by_group",
        "Registrations by local authority and nationality sub-group, latest year",
        {PERIOD: _YEAR, AREA: _AUTHORITY, NATIONALITY: _SUB_GROUP},
        NATIONALITY,
        years=1,
    ),
    SavedTable(
        "Nationality_two_years",
        "Registrations by nationality, latest two years",
        {PERIOD: _YEAR, NATIONALITY: "C_NINO_COUNTRY"},
        PERIOD,
        years=2,
    ),
    SavedTable(
        "Age_sex_by_group",
        "Registrations by age, sex and nationality sub-group, latest year",
        {PERIOD: _YEAR, AGE: "C_NINO_AGE_BAND", SEX: "C_NINO_CCSEX", NATIONALITY: _SUB_GROUP},
        SEX,
        years=1,
        totals=(AGE, SEX, NATIONALITY),
    ),
    SavedTable(
        "Arrival_by_group",
        "Registrations by time from arrival and nationality sub-group, latest year",
        {PERIOD: _YEAR, LAG: "C_NINO_LAG", NATIONALITY: _SUB_GROUP},
        LAG,
        years=1,
        totals=(LAG, NATIONALITY),
    ),
    SavedTable(
        "Area_by_quarter",
        "Registrations by quarter and local authority",
        {PERIOD: "C_NINO_QTR", AREA: _AUTHORITY},
        PERIOD,
        totals=(),
    ),
)
SAVED_TABLE_BY_URI = {each.uri: each for each in SAVED_TABLES}
