"""What describes the open data: title, words, DCAT and data dictionary.

Standards: DCAT 3 (W3C, 2024), the government's tabular data standard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nino_assets.publishing.edition import Edition
from nino_assets.publishing.open_data.code_lists import Code
from nino_assets.publishing.open_data.cube_names import (
    describe_cube_file,
    is_file_of_cube,
    name_cube_parquet,
)
from nino_assets.publishing.open_data.open_data_columns import COLUMNS, DataColumn
from nino_assets.statistic.cuboids import CUBOIDS
from nino_assets.statistic.identity import (
    COLLECTION_URL,
    CONTACT_EMAIL,
    LICENCE,
    LICENCE_URL,
    PRODUCER,
    PRODUCER_URL,
    SYNTHETIC_BANNER,
)
from nino_assets.statistic.published_domain import CUBES

CSV_NAME = "nino-registrations.csv"
PARQUET_NAME = "nino-registrations.parquet"
CSVW_NAME = "nino-registrations.csv-metadata.json"
DICTIONARY_NAME = "data-dictionary.csv"
CODE_LISTS_NAME = "code-lists.csv"
DCAT_NAME = "dcat.json"
TABULATIONS_FOLDER = "tabulations"
"""Beside the open data: the cells of every cuboid."""

MISSING_ROWS = (
    "Every combination that is published has a row, also where its number is nil or negligible. A "
    "combination without a row is not a zero: it is not published, such as a year ending that "
    "would begin before the series, or an area that the directory of postcodes does not have."
)
"""What it means that a row is not there."""

CodeLists = Mapping[str, list[Code]]

_MEDIA_TYPE = "https://www.iana.org/assignments/media-types/"
_PARQUET = "application/vnd.apache.parquet"
KEYWORDS = ("National Insurance number", "migration", "nationality", "registrations", "NINo")


def build_identifier(edition: Edition) -> str:
    """Return the data set's one name, the same every quarter.

    Synthetic data have another name.
    """
    return f"{COLLECTION_URL}#open-data{'-synthetic' if edition.synthetic else ''}"


def write_title(edition: Edition) -> str:
    """Return the title of this version, marked when synthetic."""
    return f"{'Synthetic data: ' if edition.synthetic else ''}{edition.title}"


def write_description(edition: Edition) -> str:
    """Describe the data, and how they must be read."""
    text = (
        "Registrations for a National Insurance number by adult overseas nationals, by quarter and "
        "by year ending, nationality, area, age, sex and time from arrival to registration, "
        f"{edition.coverage}. Every cell is adjusted in its own right to protect people's privacy, "
        "so cells may not add up to their totals: use the published total. [low] in "
        f"observation_status marks a number that is nil or negligible. {MISSING_ROWS}"
    )
    return f"{SYNTHETIC_BANNER} {text}" if edition.synthetic else text


def write_attribution(edition: Edition) -> list[str]:
    """Return the statements that the licences ask for.

    Areas come from a directory of postcodes.
    """
    year = edition.published_on.year
    return [
        f"Source: {PRODUCER}, licensed under the {LICENCE}.",
        f"Source: Office for National Statistics licensed under the {LICENCE}.",
        f"Contains OS data © Crown copyright and database right {year}.",
        f"Contains Royal Mail data © Royal Mail copyright and database right {year}.",
    ]


def build_dcat(edition: Edition, cube_csvs: Sequence[str]) -> dict[str, Any]:
    """Build the DCAT record of this version, as JSON-LD.

    `cube_csvs` are the compressed CSV files of the cubes, relative to the open data's folder.
    """
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "vcard": "http://www.w3.org/2006/vcard/ns#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": build_identifier(edition),
        "@type": "dcat:Dataset",
        "dct:identifier": build_identifier(edition),
        "dcat:version": edition.quarter.label,
        "dct:title": {"@value": write_title(edition), "@language": "en"},
        "dct:description": {"@value": write_description(edition), "@language": "en"},
        "dct:issued": {"@value": edition.published_on.isoformat(), "@type": "xsd:date"},
        "dct:publisher": {"@id": PRODUCER_URL, "@type": "foaf:Organization", "foaf:name": PRODUCER},
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": PRODUCER,
            "vcard:hasEmail": {"@id": f"mailto:{CONTACT_EMAIL}"},
        },
        "dct:license": {"@id": LICENCE_URL},
        "dct:rights": {
            "@type": "dct:RightsStatement",
            "dct:description": write_attribution(edition),
        },
        "dct:language": {"@id": "http://publications.europa.eu/resource/authority/language/ENG"},
        "dct:accrualPeriodicity": {"@id": "http://purl.org/cld/freq/quarterly"},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _build_day(edition.first_quarter.first_day.isoformat()),
            "dcat:endDate": _build_day(edition.quarter.last_day.isoformat()),
        },
        "dct:spatial": {"@id": "http://statistics.data.gov.uk/id/statistical-geography/K02000001"},
        "dcat:keyword": list(KEYWORDS),
        "dcat:theme": {"@id": "http://publications.europa.eu/resource/authority/data-theme/SOCI"},
        "dcat:landingPage": {"@id": COLLECTION_URL},
        "dcat:distribution": [
            _build_distribution(edition, CSV_NAME, "CSV", "text/csv")
            | {"dct:conformsTo": {"@id": "https://www.w3.org/TR/tabular-metadata/"}},
            _build_distribution(edition, PARQUET_NAME, "Parquet", _PARQUET),
            *_list_cube_distributions(edition, cube_csvs),
            *(
                _build_distribution(
                    edition,
                    f"{TABULATIONS_FOLDER}/{cuboid.name}.parquet",
                    f"{cuboid.title}, Parquet",
                    _PARQUET,
                )
                for cuboid in CUBOIDS
            ),
        ],
    }


def _list_cube_distributions(edition: Edition, cube_csvs: Sequence[str]) -> list[dict[str, Any]]:
    packed = {"dcat:compressFormat": {"@id": f"{_MEDIA_TYPE}application/gzip"}}
    listed = []
    for cube in CUBES:
        for name in cube_csvs:
            if is_file_of_cube(name, cube):
                form = f"{describe_cube_file(name, cube)}, compressed CSV"
                listed.append(_build_distribution(edition, name, form, "text/csv") | packed)
        form = f"{cube.title}, Parquet"
        listed.append(_build_distribution(edition, name_cube_parquet(cube), form, _PARQUET))
    return listed


def _build_distribution(edition: Edition, name: str, form: str, media_type: str) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dct:title": {"@value": f"{write_title(edition)} ({form})", "@language": "en"},
        "dcat:downloadURL": {"@id": name},
        "dcat:mediaType": {"@id": _MEDIA_TYPE + media_type},
        "dct:license": {"@id": LICENCE_URL},
    }


def _build_day(iso: str) -> dict[str, str]:
    return {"@value": iso, "@type": "xsd:date"}


def build_dictionary_rows(codes: CodeLists) -> Iterator[tuple[str, ...]]:
    """Build the data dictionary, its header first."""
    yield ("column", "title", "description", "type", "allowed_values")
    for column in COLUMNS:
        yield (
            column.name,
            column.title,
            column.description,
            column.kind,
            _describe_allowed(column, codes),
        )


def _describe_allowed(column: DataColumn, codes: CodeLists) -> str:
    if column.kind == "integer":
        return "0 or more"
    if column.pattern:
        return f"see {CODE_LISTS_NAME}, list {column.codes}"
    if column.codes:
        listed = "; ".join(code.code for code in codes[column.codes])
        return f"{listed}; blank" if column.may_be_blank else listed
    return f"the label of the code in {column.name.split('_')[0]}_code"


def build_code_list_rows(codes: CodeLists) -> Iterator[tuple[str, ...]]:
    """Build a row for every code of every list, header first."""
    yield ("list", "code", "label", "level", "parent")
    for name, listed in codes.items():
        for code in listed:
            yield name, code.code, code.label, code.level, code.parent
