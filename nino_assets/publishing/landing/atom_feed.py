"""Writes the Atom feed: one entry for each released edition.

Corrections have an entry too. The format is RFC 4287. It is written with the standard library,
because the libraries for feeds lose facts of ours: feedgen 1.0.0 drops the relation, type, title
and length of an entry's links, feedgenerator 2.2.1 has no type or title for a link and declares
every summary to be HTML.
"""

from __future__ import annotations

from xml.etree import ElementTree as XML

from nino_assets.publishing.landing.landing_facts import LandingFacts, ListedEdition
from nino_assets.publishing.landing.landing_page import FEED_NAME, PAGE_NAME
from nino_assets.statistic.identity import CONTACT_EMAIL, LICENCE, PRODUCER, SYNTHETIC_BANNER, TITLE

_ATOM = "http://www.w3.org/2005/Atom"
_TAG = "tag:gov.uk,2002:nino-registrations"
"""Names the feed and its entries for ever, wherever the files are (RFC 4151)."""


def write_atom_feed(landing: LandingFacts) -> bytes:
    """Write the feed, the last released edition first.

    Its links are relative to its own place.
    """
    XML.register_namespace("", _ATOM)
    feed = XML.Element(f"{{{_ATOM}}}feed", {"xml:lang": "en-GB"})
    _add_element(feed, "id", _build_identifier(landing.synthetic))
    _add_element(feed, "title", _mark_synthetic(TITLE, landing.synthetic))
    _add_element(feed, "updated", landing.updated_at.isoformat(timespec="seconds"))
    author = _add_element(feed, "author")
    _add_element(author, "name", PRODUCER)
    _add_element(author, "email", CONTACT_EMAIL)
    _add_element(feed, "rights", LICENCE)
    _add_element(feed, "link", rel="self", type="application/atom+xml", href=FEED_NAME)
    _add_element(feed, "link", rel="alternate", type="text/html", hreflang="en-GB", href=PAGE_NAME)
    for release in sorted(landing.releases, key=lambda r: r.released_at, reverse=True):
        _add_entry(feed, release)
    XML.indent(feed, space=" ")
    text: bytes = XML.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _add_entry(feed: XML.Element, release: ListedEdition) -> None:
    edition = release.edition
    entry = _add_element(feed, "entry")
    name = f"{release.quarter.label}/{release.number}"
    _add_element(entry, "id", f"{_build_identifier(edition.synthetic)}/{name}")
    title = f"Corrected: {edition.title}" if release.note else edition.title
    _add_element(entry, "title", _mark_synthetic(title, edition.synthetic))
    moment = release.released_at.isoformat(timespec="seconds")
    _add_element(entry, "updated", moment)
    _add_element(entry, "published", moment)
    summary = release.note.words if release.note else f"Statistics for {edition.coverage}."
    _add_element(
        entry, "summary", f"{SYNTHETIC_BANNER} {summary}" if edition.synthetic else summary
    )
    for number, file in enumerate(release.list_files("bulletin", "tables", "open_data")):
        _add_element(
            entry,
            "link",
            rel="enclosure" if number else "alternate",
            type=file.media_type,
            title=file.label,
            href=file.href,
            length=str(file.size),
        )


def _build_identifier(synthetic: bool) -> str:
    return f"{_TAG}-synthetic" if synthetic else _TAG


def _mark_synthetic(title: str, synthetic: bool) -> str:
    return f"Synthetic data: {title}" if synthetic else title


def _add_element(parent: XML.Element, name: str, text: str = "", **attributes: str) -> XML.Element:
    element = XML.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    element.text = text or None
    return element
