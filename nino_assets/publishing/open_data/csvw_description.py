"""Describes the files as CSV on the Web (W3C, 2015)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from nino_assets.publishing.edition import Edition
from nino_assets.publishing.open_data.code_lists import Code
from nino_assets.publishing.open_data.cube_names import describe_cube_file
from nino_assets.publishing.open_data.metadata import (
    CSV_NAME,
    KEYWORDS,
    CodeLists,
    build_identifier,
    write_attribution,
    write_description,
    write_title,
)
from nino_assets.publishing.open_data.open_data_columns import COLUMNS, PRIMARY_KEY, DataColumn
from nino_assets.statistic.cuboids import CUBOIDS
from nino_assets.statistic.identity import LICENCE_URL, PRODUCER, PRODUCER_URL
from nino_assets.statistic.published_domain import Cube

_CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
_DIALECT = {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True}


def build_csvw(edition: Edition, codes: CodeLists) -> dict[str, Any]:
    """Describe the CSV file of every cell, code lists included."""
    return {
        "@context": _CONTEXT,
        "@id": build_identifier(edition),
        "url": CSV_NAME,
        **_describe_version(edition, write_title(edition)),
        "dialect": _DIALECT,
        "tableSchema": _build_schema(COLUMNS, PRIMARY_KEY, codes),
    }


def build_cube_csvw(
    edition: Edition, codes: CodeLists, cube: Cube, names: Sequence[str]
) -> dict[str, Any]:
    """Describe the CSV files of one cube, each by its name unpacked.

    `names` are those of the compressed files.
    """
    title = f"{write_title(edition)}: {cube.title}"
    return {
        "@context": _CONTEXT,
        **_describe_version(edition, title),
        "tables": [
            {
                "url": PurePosixPath(name).stem,
                "dc:title": describe_cube_file(name, cube),
                "dcat:downloadURL": {"@id": PurePosixPath(name).name},
                "dialect": _DIALECT,
                "tableSchema": _build_schema(COLUMNS, PRIMARY_KEY, codes),
            }
            for name in names
        ],
    }


def build_tabulations_csvw(edition: Edition) -> dict[str, Any]:
    """Describe the columns of the Parquet file of each cuboid."""
    key = [name for name in PRIMARY_KEY if name != "cube"]
    columns = [replace(column, codes=None) for column in COLUMNS if column.name != "cube"]
    return {
        "@context": _CONTEXT,
        **_describe_version(edition, f"{write_title(edition)}: tabulations"),
        "dc:references": {"@id": "index.json"},
        "tables": [
            {
                "url": f"{cuboid.name}.parquet",
                "dc:title": cuboid.title,
                "dc:format": "application/vnd.apache.parquet",
                "tableSchema": _build_schema(columns, [*key[:1], "time_period_type", *key[1:]], {}),
            }
            for cuboid in CUBOIDS
        ],
    }


def _describe_version(edition: Edition, title: str) -> dict[str, Any]:
    return {
        "dc:title": title,
        "dc:description": write_description(edition),
        "dc:identifier": build_identifier(edition),
        "schema:version": edition.quarter.label,
        "dc:issued": {"@value": edition.published_on.isoformat(), "@type": "xsd:date"},
        "dc:language": "en-GB",
        "dc:publisher": {"@id": PRODUCER_URL, "schema:name": PRODUCER},
        "dc:license": {"@id": LICENCE_URL},
        "dc:rights": write_attribution(edition),
        "dcat:keyword": list(KEYWORDS),
    }


def _build_schema(
    columns: Sequence[DataColumn], key: Sequence[str], codes: CodeLists
) -> dict[str, Any]:
    return {
        "primaryKey": list(key),
        "columns": [_build_csvw_column(column, codes) for column in columns],
    }


def _build_csvw_column(column: DataColumn, codes: CodeLists) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        # The first title is the CSV header; the second is for people.
        "titles": [column.name, column.title],
        "dc:description": column.description,
        "required": not column.may_be_blank,
        "datatype": {"base": "integer", "minimum": 0}
        if column.kind == "integer"
        else {"base": "string", **_build_format(column, codes)},
    }
    if column.means:
        described["propertyUrl"] = column.means
    if column.codes:
        described["qb:codeList"] = {
            "@type": "skos:ConceptScheme",
            "dc:title": column.title,
            "skos:hasTopConcept": [_build_concept(code) for code in codes[column.codes]],
        }
    return described


def _build_format(column: DataColumn, codes: CodeLists) -> dict[str, str]:
    if column.pattern:
        return {"format": column.pattern}
    if column.codes:
        return {"format": "|".join(_escape_pattern(code.code) for code in codes[column.codes])}
    return {}


def _escape_pattern(text: str) -> str:
    """Escape text for a regular expression of any engine.

    `re.escape` also escapes spaces, which other engines refuse.
    """
    return re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", text)


def _build_concept(code: Code) -> dict[str, str]:
    concept = {"@type": "skos:Concept", "skos:notation": code.code, "skos:prefLabel": code.label}
    if code.level:
        concept["schema:category"] = code.level
    if code.parent:
        concept["schema:isPartOf"] = code.parent
    return concept
