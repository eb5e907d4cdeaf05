"""The tables of the workbook, each a declaration.

A new table comes at the end. Sheet names, columns and order are the same in every release.
"""

from __future__ import annotations

from functools import partial

from nino_assets.publishing.workbook import expected_tables
from nino_assets.publishing.workbook.area_series import AreaSeries
from nino_assets.publishing.workbook.area_years import AreaYears
from nino_assets.publishing.workbook.cross_tables import (
    ByNationalityGroup,
    build_age_sex_rows,
    build_area_rows,
    build_arrival_rows,
    build_quarter_rows,
    build_year_rows,
)
from nino_assets.publishing.workbook.nationality_tables import Structure, TwoPeriods
from nino_assets.publishing.workbook.table_declaration import TableDeclaration
from nino_assets.statistic.published_domain import (
    QUARTER_AREA,
    QUARTER_NATIONALITY,
    YEAR_AREA,
    YEAR_NATIONALITY,
)
from nino_assets.writers.spreadsheet import A3_LANDSCAPE, A4_LANDSCAPE, SheetColumn

_GROUP_NOTES = ("counted", "revisions", "nationality", "groups", "unknown-nationality")
_AREA_NOTES = ("areas", "overseas", "unknown-area")
_AREA_COLUMNS = (
    SheetColumn("Area code", 3.0),
    SheetColumn("Area name", 7.0),
    SheetColumn("Area level", 3.6),
)

TABLES = (
    TableDeclaration(
        range_name="Quarter_by_group",
        title="Registrations by quarter and nationality group, United Kingdom, {series}",
        about=(
            "Quarterly figures are seasonal: treat trends from quarter to quarter with caution.",
        ),
        notes=(*_GROUP_NOTES, "quarters"),
        period="series",
        layout=ByNationalityGroup((SheetColumn("Quarter", 6.2),), build_quarter_rows),
        page=A3_LANDSCAPE,
        build_expected=expected_tables.expect_quarters,
    ),
    TableDeclaration(
        range_name="Area_by_group",
        title="Registrations by area and nationality group, United Kingdom, {year}",
        about=(),
        notes=(*_GROUP_NOTES, *_AREA_NOTES),
        period="year",
        layout=ByNationalityGroup(_AREA_COLUMNS, partial(build_area_rows, YEAR_AREA)),
        page=A3_LANDSCAPE,
        build_expected=partial(expected_tables.expect_areas, YEAR_AREA),
    ),
    TableDeclaration(
        range_name="Nationality_two_years",
        title="Registrations by nationality, United Kingdom, {two_years}",
        about=(
            "Nationalities are in order of the latest year, largest first.",
            "Difference and change are calculated from the published figures of the two years.",
        ),
        notes=_GROUP_NOTES,
        period="two_years",
        layout=TwoPeriods(YEAR_NATIONALITY),
        page=A4_LANDSCAPE,
        build_expected=partial(expected_tables.expect_nationalities, YEAR_NATIONALITY),
    ),
    TableDeclaration(
        range_name="Nationality_structure",
        title="Nationalities, sub-groups and world areas used in these tables",
        about=("Nationalities are grouped by present-day status for the whole series.",),
        notes=("nationality", "groups", "unknown-nationality"),
        period="none",
        layout=Structure(),
        page=A4_LANDSCAPE,
        build_expected=None,
    ),
    TableDeclaration(
        range_name="Age_sex_by_group",
        title="Registrations by age, sex and nationality group, United Kingdom, {year}",
        about=(),
        notes=(*_GROUP_NOTES, "age-sex"),
        period="year",
        layout=ByNationalityGroup(
            (SheetColumn("Age at registration", 4.4), SheetColumn("Sex", 3.0)), build_age_sex_rows
        ),
        page=A3_LANDSCAPE,
        build_expected=expected_tables.expect_ages_and_sexes,
    ),
    TableDeclaration(
        range_name="Arrival_by_group",
        title=(
            "Registrations by time from arrival to registration and nationality group, "
            "United Kingdom, {year}"
        ),
        about=(),
        notes=(*_GROUP_NOTES, "arrival"),
        period="year",
        layout=ByNationalityGroup(
            (SheetColumn("Time from arrival to registration", 6.2),), build_arrival_rows
        ),
        page=A3_LANDSCAPE,
        build_expected=expected_tables.expect_arrivals,
    ),
    TableDeclaration(
        range_name="Area_by_quarter",
        title="Registrations by area, year and quarter, United Kingdom, {series}",
        about=(
            "Each row is one area and calendar year: compare the same quarter of different years.",
            "The year ending December is published in its own right, not added up from quarters.",
        ),
        notes=("counted", "revisions", "quarters", *_AREA_NOTES),
        period="series",
        layout=AreaSeries(),
        page=A4_LANDSCAPE,
        build_expected=expected_tables.expect_areas_and_quarters,
    ),
    TableDeclaration(
        range_name="Year_ending_by_group",
        title="Registrations by year ending and nationality group, United Kingdom, {years}",
        about=(
            "Each row is a year of four quarters, and shares three of them with the row above it.",
        ),
        notes=_GROUP_NOTES,
        period="years",
        layout=ByNationalityGroup((SheetColumn("Year ending", 6.2),), build_year_rows),
        page=A3_LANDSCAPE,
        build_expected=expected_tables.expect_years,
    ),
    TableDeclaration(
        range_name="Area_by_year",
        title=(
            "Registrations by area, year and European Union nationality, United Kingdom, "
            "{same_years}"
        ),
        about=(
            "Each row is one area and a year that ends in the month of the latest quarter. Earlier "
            "years than the ten here are in the open data.",
        ),
        notes=("counted", "revisions", "groups", "unknown-nationality", *_AREA_NOTES),
        period="same_years",
        layout=AreaYears(),
        page=A4_LANDSCAPE,
        build_expected=expected_tables.expect_areas_and_years,
    ),
    TableDeclaration(
        range_name="Nationality_two_quarters",
        title="Registrations by nationality, United Kingdom, {two_quarters}",
        about=(
            "Nationalities are in order of the latest quarter, largest first.",
            "Difference and change are calculated from the published figures of the two quarters.",
        ),
        notes=(*_GROUP_NOTES, "quarters"),
        period="two_quarters",
        layout=TwoPeriods(QUARTER_NATIONALITY),
        page=A4_LANDSCAPE,
        build_expected=partial(expected_tables.expect_nationalities, QUARTER_NATIONALITY),
    ),
    TableDeclaration(
        range_name="Area_by_group_quarter",
        title="Registrations by area and nationality group, United Kingdom, {quarter}",
        about=(),
        notes=(*_GROUP_NOTES, *_AREA_NOTES, "quarters"),
        period="quarter",
        layout=ByNationalityGroup(_AREA_COLUMNS, partial(build_area_rows, QUARTER_AREA)),
        page=A3_LANDSCAPE,
        build_expected=partial(expected_tables.expect_areas, QUARTER_AREA),
    ),
)

TABLE_NAMES = {table.range_name: f"Table {number}" for number, table in enumerate(TABLES, start=1)}
"""What sheets and texts call each table: `Nationality_structure` is `Table 4`."""
