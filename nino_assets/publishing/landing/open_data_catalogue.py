"""The catalogue of every edition's open data: DCAT 3 (W3C, 2024).

It is one data set under one name, with a version for each edition, as JSON-LD.
"""

from __future__ import annotations

import json
from typing import Any

from nino_assets.publishing.landing.landing_facts import LandingFacts, ListedEdition, PublishedFile
from nino_assets.publishing.landing.landing_page import CATALOGUE_NAME, PAGE_NAME
from nino_assets.publishing.open_data.cube_names import CSV_ENDING
from nino_assets.publishing.open_data.metadata import build_dcat, build_identifier
from nino_assets.statistic.identity import LICENCE_URL, PRODUCER, TITLE


def write_catalogue(landing: LandingFacts) -> str:
    """Write the catalogue, the newest version first.

    Links are relative to its own place.
    """
    versions = [_describe_version(landing, release) for release in landing.releases]
    latest = landing.latest.edition
    record = build_dcat(latest, [])
    in_all = ("dct:publisher", "dcat:contactPoint", "dct:language", "dct:spatial", "dcat:keyword")
    series = {name: record[name] for name in (*in_all, "dcat:theme", "dct:accrualPeriodicity")}
    document = {
        "@context": record["@context"] | {"adms": "http://www.w3.org/ns/adms#"},
        "@id": CATALOGUE_NAME,
        "@type": "dcat:Catalog",
        "dct:title": _tag_english(f"Open data: {TITLE}"),
        "dct:description": _tag_english(
            f"Every edition of the open data released by the {PRODUCER}."
        ),
        "dct:publisher": record["dct:publisher"],
        "dct:license": {"@id": LICENCE_URL},
        "dct:language": record["dct:language"],
        "dct:modified": _tag_moment(landing.updated_at.isoformat(timespec="seconds")),
        "foaf:homepage": {"@id": PAGE_NAME},
        "dcat:dataset": [
            {
                "@id": build_identifier(latest),
                "@type": "dcat:Dataset",
                "dct:title": _tag_english(TITLE),
                **series,
                "dct:license": {"@id": LICENCE_URL},
                "dcat:hasCurrentVersion": {"@id": versions[0]["@id"]},
                "dcat:hasVersion": [{"@id": version["@id"]} for version in versions],
            },
            *versions,
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _describe_version(landing: LandingFacts, release: ListedEdition) -> dict[str, Any]:
    """Return one edition as a data set.

    Its files are linked from the catalogue's place.
    """
    data = release.list_files("open_data")
    links = {file.href.split("/open-data/", 1)[-1]: file for file in data}
    record = build_dcat(release.edition, [name for name in links if name.endswith(CSV_ENDING)])
    described = {
        "@id": _build_identifier(release),
        "dct:isVersionOf": {"@id": record["@id"]},
        "dct:issued": _tag_moment(release.released_at.isoformat(timespec="seconds")),
        "dcat:version": _format_version(release),
        "dcat:distribution": [
            _place_file(each, links[each["dcat:downloadURL"]["@id"]])
            for each in record["dcat:distribution"]
            if each["dcat:downloadURL"]["@id"] in links
        ],
    }
    before = (
        landing.find_previous(release) if release.note else _find_quarter_before(landing, release)
    )
    if before:
        described["dcat:previousVersion"] = {"@id": _build_identifier(before)}
    if release.note:
        described["adms:versionNotes"] = _tag_english(release.note.words)
    return {name: value for name, value in (record | described).items() if name != "@context"}


def _find_quarter_before(landing: LandingFacts, release: ListedEdition) -> ListedEdition | None:
    return next((r for r in landing.current if r.quarter < release.quarter), None)


def _place_file(distribution: dict[str, Any], file: PublishedFile) -> dict[str, Any]:
    return distribution | {
        "dcat:downloadURL": {"@id": file.href},
        "dcat:byteSize": {"@value": str(file.size), "@type": "xsd:nonNegativeInteger"},
    }


def _build_identifier(release: ListedEdition) -> str:
    """Return the name of one version, which no other ever has."""
    return f"{build_identifier(release.edition)}-{_format_version(release)}"


def _format_version(release: ListedEdition) -> str:
    """Return `2020-Q4` for edition 1, `2020-Q4.2` for edition 2."""
    label = release.quarter.label
    return label if release.number == 1 else f"{label}.{release.number}"


def _tag_english(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}


def _tag_moment(text: str) -> dict[str, str]:
    return {"@value": text, "@type": "xsd:dateTime"}
