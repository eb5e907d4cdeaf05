"""What describes the open data: CSVW, DCAT and data dictionary.

Standards: CSV on the Web (W3C, 2015), DCAT 3 (W3C, 2024), the government's tabular data standard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from nino_assets.publishing.edition import Edition
from nino_assets.publishing.open_data.code_lists import Code
from nino_assets.publishing.open_data.open_data_columns import COLUMNS, PRIMARY_KEY, DataColumn
from nino_assets.statistic.identity import (
    COLLECTION_URL,
    CONTACT_EMAIL,
    LICENCE,
    LICENCE_URL,
    PRODUCER,
    PRODUCER_URL,
    SYNTHETIC_BANNER,
)

CSV_NAME = "nino-registrations.csv"
PARQUET_NAME = "nino-registrations.parquet"
CSVW_NAME = "nino-registrations.csv-metadata.json"
DICTIONARY_NAME = "data-dictionary.csv"
CODE_LISTS_NAME = "code-lists.csv"
DCAT_NAME = "dcat.json"

CodeLists = Mapping[str, list[Code]]

_MEDIA_TYPE = "https://www.iana.org/assignments/media-types/"
_KEYWORDS = ("National Insurance number", "migration", "nationality", "registrations", "NINo")


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
        "observation_status marks a number that is nil or negligible."
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


def build_csvw(edition: Edition, codes: CodeLists) -> dict[str, Any]:
    """Build the CSV on the Web description, code lists included."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "@id": build_identifier(edition),
        "url": CSV_NAME,
        "dc:title": write_title(edition),
        "dc:description": write_description(edition),
        "dc:identifier": build_identifier(edition),
        "schema:version": edition.quarter.label,
        "dc:issued": {"@value": edition.published_on.isoformat(), "@type": "xsd:date"},
        "dc:language": "en-GB",
        "dc:publisher": {"@id": PRODUCER_URL, "schema:name": PRODUCER},
        "dc:license": {"@id": LICENCE_URL},
        "dc:rights": write_attribution(edition),
        "dcat:keyword": list(_KEYWORDS),
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "tableSchema": {
            "primaryKey": list(PRIMARY_KEY),
            "columns": [_build_csvw_column(column, codes) for column in COLUMNS],
        },
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


def build_dcat(edition: Edition) -> dict[str, Any]:
    """Build the DCAT record of this version, as JSON-LD."""
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
        "dcat:keyword": list(_KEYWORDS),
        "dcat:theme": {"@id": "http://publications.europa.eu/resource/authority/data-theme/SOCI"},
        "dcat:landingPage": {"@id": COLLECTION_URL},
        "dcat:distribution": [
            _build_distribution(edition, CSV_NAME, "CSV", "text/csv")
            | {"dct:conformsTo": {"@id": "https://www.w3.org/TR/tabular-metadata/"}},
            _build_distribution(edition, PARQUET_NAME, "Parquet", "application/vnd.apache.parquet"),
        ],
    }


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
