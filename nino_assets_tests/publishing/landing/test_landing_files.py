"""What readers find first: the page, the feed and the catalogue, read back by other means."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as XML

import pytest

from nino_assets.publishing.landing.landing_facts import LandingFacts
from nino_assets.publishing.landing.landing_files import write_landing_files
from nino_assets.statistic.identity import SYNTHETIC_BANNER
from nino_assets_tests.support.html_links import Links

ATOM = "{http://www.w3.org/2005/Atom}"


def page(landing: LandingFacts) -> str:
    return write_landing_files(landing)["index.html"].decode()


def test_the_page_leads_to_every_listed_file_and_nowhere_else(landing: LandingFacts) -> None:
    links = Links(page(landing))
    inside = {target[1:] for target in links.targets if target.startswith("#")}
    outside = {target for target in links.targets if not target.startswith("#")}
    latest = {file.href for file in landing.latest.files}
    assert inside <= set(links.names)
    assert len(links.names) == len(set(links.names))
    assert latest <= outside
    known = {file.href for release in landing.releases for file in release.files}
    others = {"feed.atom", "catalogue.jsonld", "release-calendar.ics"}
    assert outside - known == others | {"mailto:stats-consultation@dwp.gov.uk"}
    assert not any("publishers-pack/figure" in target for target in links.targets)


def test_the_page_says_what_is_due(landing: LandingFacts) -> None:
    html = page(landing)
    for said in (
        "9:30am, 25 February 2021",
        "9:30am on Thursday 27 May 2021",
        "January 2002 to December 2020",
        "Minister of State for Employment",
        "Department for Work &amp; Pensions",
        "Edition 2, corrected on 10 December 2020.",
        "Registrations of &lt;two&gt; days had been counted twice. 17 published figures changed.",
        "Published 26 November 2020, corrected 10 December 2020",
        'href="2020-Q3/1/bulletin.html"',
        'href="2020-Q3/2/bulletin.html"',
        'href="2020-Q3/2/open-data/changed-cells.csv"',
    ):
        assert said in html, said
    changed = replace(
        landing, next_release=replace(landing.next_release, reason="The election is that day.")
    )
    assert "This date was changed.</strong> The election is that day." in page(changed)
    alone = page(replace(landing, releases=landing.releases[:1], access=(), calendar=""))
    assert "There are no corrections." in alone
    assert "Nobody outside the production of these statistics saw the latest release" in alone
    assert "release-calendar.ics" not in alone


def test_synthetic_data_are_marked_everywhere_and_true_data_nowhere(
    landing: LandingFacts, true_landing: LandingFacts
) -> None:
    marked, unmarked = write_landing_files(landing), write_landing_files(true_landing)
    for name in ("index.html", "feed.atom", "catalogue.jsonld"):
        assert SYNTHETIC_BANNER in marked[name].decode()
        text = re.sub(r"<style>.*?</style>", "", unmarked[name].decode(), flags=re.DOTALL)
        assert "synthetic" not in text.lower()


def test_the_same_landing_gives_the_same_bytes_and_opens_alone(landing: LandingFacts) -> None:
    pages = write_landing_files(landing)
    assert pages == write_landing_files(landing)
    assert set(pages) == {"index.html", "feed.atom", "catalogue.jsonld", "release-calendar.ics"}
    html = pages["index.html"].decode()
    assert not re.search(r"<script|<img|src=|@import|url\(|rel=\"stylesheet", html)


def test_the_feed_keeps_the_atom_format(landing: LandingFacts) -> None:
    """RFC 4287: sections 4.1.1 and 4.1.2 (elements required), 3.3 (dates), 4.2.7 (links)."""
    feed = XML.fromstring(write_landing_files(landing)["feed.atom"])
    entries = feed.findall(f"{ATOM}entry")
    assert feed.tag == f"{ATOM}feed"
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    for element in (feed, *entries):
        for required in ("id", "title", "updated"):
            assert len(element.findall(ATOM + required)) == 1
        assert re.match(r"[a-z]+:\S+$", element.findtext(f"{ATOM}id") or "")
    identifiers = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(identifiers) == len(set(identifiers)) == len(landing.releases)
    moments = [element.text or "" for element in feed.iter() if element.tag == f"{ATOM}updated"]
    assert all(datetime.fromisoformat(moment).tzinfo for moment in moments)
    assert moments[0] == max(moments[1:]) == moments[1] == "2021-02-25T09:30:00+00:00"
    for entry in entries:
        alternate = entry.findall(f"{ATOM}link[@rel='alternate']")
        assert len({(link.get("type"), link.get("hreflang")) for link in alternate}) == 1
        assert entry.findtext(f"{ATOM}summary")
    corrected = [e for e in entries if "Corrected: " in (e.findtext(f"{ATOM}title") or "")]
    assert len(corrected) == 1
    assert "17 published figures changed." in (corrected[0].findtext(f"{ATOM}summary") or "")


def test_the_catalogue_has_a_version_an_edition(landing: LandingFacts) -> None:
    catalogue: dict[str, Any] = json.loads(write_landing_files(landing)["catalogue.jsonld"])
    whole, *versions = catalogue["dcat:dataset"]
    assert [v["dcat:version"] for v in versions] == ["2020-Q4", "2020-Q3.2", "2020-Q3", "2020-Q2"]
    assert whole["dcat:hasCurrentVersion"]["@id"] == versions[0]["@id"]
    names = [version["@id"] for version in versions]
    assert [each["@id"] for each in whole["dcat:hasVersion"]] == names
    assert len({whole["@id"], *names}) == len(names) + 1
    previous = {v["dcat:version"]: v.get("dcat:previousVersion", {}).get("@id") for v in versions}
    assert previous == {
        "2020-Q4": names[1],
        "2020-Q3.2": names[2],
        "2020-Q3": names[3],
        "2020-Q2": None,
    }
    for version, release in zip(versions, landing.releases, strict=True):
        assert version["dct:isVersionOf"]["@id"] == whole["@id"]
        urls = [each["dcat:downloadURL"]["@id"] for each in version["dcat:distribution"]]
        where = f"{release.quarter.label}/{release.number}/open-data/nino-registrations"
        folder = where.removesuffix("nino-registrations")
        assert urls == [
            f"{where}.csv",
            f"{where}.parquet",
            f"{folder}cubes/quarter_area-2002-Q1-to-2010-Q4.csv.gz",
            f"{folder}cubes/quarter_area-2011-Q1-to-2020-Q4.csv.gz",
            f"{folder}cubes/year_lag.csv.gz",
            f"{folder}cubes/year_lag.parquet",
            f"{folder}tabulations/area_nationality.parquet",
        ]
        assert all(int(d["dcat:byteSize"]["@value"]) for d in version["dcat:distribution"])
    prefixes = set(catalogue["@context"])
    used = set(re.findall(r'"([a-z]+):[A-Za-z]+":', json.dumps(catalogue)))
    assert used - {"https"} <= prefixes


def test_releases_come_newest_first_and_once(landing: LandingFacts) -> None:
    for wrong in ((), landing.releases[::-1], (landing.latest, landing.latest)):
        with pytest.raises(ValueError, match="newest first"):
            replace(landing, releases=wrong)
