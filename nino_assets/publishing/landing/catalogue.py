"""The catalogue of the open data of every edition: DCAT 3 (W3C, 2024) as JSON-LD.

One data set under one name, with a version for each edition. Belongs here: how versions stand to
each other. Does not belong here: what one version says of itself (`open_data/metadata.py`).
"""

from __future__ import annotations

import json
from typing import Any

from nino_assets.publishing.landing.landing_facts import LandingFacts, ListedEdition, PublishedFile
from nino_assets.publishing.landing.landing_page import CATALOGUE_NAME, PAGE_NAME
from nino_assets.publishing.open_data.metadata import dcat, identifier
from nino_assets.statistic.identity import LICENCE_URL, PRODUCER, TITLE


def dcat_catalogue(landing: LandingFacts) -> str:
    """The catalogue, links relative to its own place. Versions have the newest first."""
    versions = [_version(landing, release) for release in landing.releases]
    latest = landing.latest.edition
    record = dcat(latest)
    in_all = ("dct:publisher", "dcat:contactPoint", "dct:language", "dct:spatial", "dcat:keyword")
    series = {name: record[name] for name in (*in_all, "dcat:theme", "dct:accrualPeriodicity")}
    document = {
        "@context": record["@context"] | {"adms": "http://www.w3.org/ns/adms#"},
        "@id": CATALOGUE_NAME,
        "@type": "dcat:Catalog",
        "dct:title": _english(f"Open data: {TITLE}"),
        "dct:description": _english(f"Every edition of the open data released by the {PRODUCER}."),
        "dct:publisher": record["dct:publisher"],
        "dct:license": {"@id": LICENCE_URL},
        "dct:language": record["dct:language"],
        "dct:modified": _moment(landing.updated_at.isoformat(timespec="seconds")),
        "foaf:homepage": {"@id": PAGE_NAME},
        "dcat:dataset": [
            {
                "@id": identifier(latest),
                "@type": "dcat:Dataset",
                "dct:title": _english(TITLE),
                **series,
                "dct:license": {"@id": LICENCE_URL},
                "dcat:hasCurrentVersion": {"@id": versions[0]["@id"]},
                "dcat:hasVersion": [{"@id": version["@id"]} for version in versions],
            },
            *versions,
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _version(landing: LandingFacts, release: ListedEdition) -> dict[str, Any]:
    """One edition as a data set of its own, its files linked from the catalogue's place."""
    record = dcat(release.edition)
    data = release.of_kind("open_data")
    links = {file.href.rsplit("/", 1)[-1]: file for file in data}
    described = {
        "@id": _identifier(release),
        "dct:isVersionOf": {"@id": record["@id"]},
        "dct:issued": _moment(release.released_at.isoformat(timespec="seconds")),
        "dcat:version": _number(release),
        "dcat:distribution": [
            _placed(each, links[each["dcat:downloadURL"]["@id"]])
            for each in record["dcat:distribution"]
            if each["dcat:downloadURL"]["@id"] in links
        ],
    }
    before = landing.before(release) if release.note else _quarter_before(landing, release)
    if before:
        described["dcat:previousVersion"] = {"@id": _identifier(before)}
    if release.note:
        described["adms:versionNotes"] = _english(release.note.words)
    return {name: value for name, value in (record | described).items() if name != "@context"}


def _quarter_before(landing: LandingFacts, release: ListedEdition) -> ListedEdition | None:
    return next((r for r in landing.current if r.quarter < release.quarter), None)


def _placed(distribution: dict[str, Any], file: PublishedFile) -> dict[str, Any]:
    return distribution | {
        "dcat:downloadURL": {"@id": file.href},
        "dcat:byteSize": {"@value": str(file.size), "@type": "xsd:nonNegativeInteger"},
    }


def _identifier(release: ListedEdition) -> str:
    """The name of one version, which no other ever has."""
    return f"{identifier(release.edition)}-{_number(release)}"


def _number(release: ListedEdition) -> str:
    """`2020-Q4` as first published, `2020-Q4.2` for edition 2."""
    label = release.quarter.label
    return label if release.number == 1 else f"{label}.{release.number}"


def _english(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}


def _moment(text: str) -> dict[str, str]:
    return {"@value": text, "@type": "xsd:dateTime"}
