"""Writes the landing page as one HTML file that fetches nothing."""

from __future__ import annotations

from collections.abc import Mapping

from nino_assets.governance.pre_release_access import WINDOW
from nino_assets.publishing.html_pages import render_page
from nino_assets.publishing.landing.landing_facts import (
    FileKind,
    LandingFacts,
    ListedEdition,
    PublishedFile,
)
from nino_assets.publishing.release_calendar import CALENDAR_NAME
from nino_assets.statistic.identity import STATUS, TITLE
from nino_assets.statistic.written_dates import format_date

PAGE_NAME = "index.html"
FEED_NAME = "feed.atom"
CATALOGUE_NAME = "catalogue.jsonld"

SECTIONS = {
    "this-release": "This release",
    "corrections": "Corrections",
    "background": "Background and quality",
    "signatures": "Who signed this release",
    "next-release": "Next release",
    "pre-release-access": "Pre-release access",
    "all-releases": "All releases",
    "machines": "For programs",
}
_PURPOSES: Mapping[FileKind, str] = {
    "bulletin": "The main stories, with charts and maps. Opens in your browser.",
    "tables": "Accessible tables by quarter, nationality, area, age and sex.",
}
_FORMS = {
    "text/html": "HTML",
    "text/csv": "CSV",
    "text/plain": "plain text",
    "application/json": "JSON",
    "application/csvm+json": "JSON",
    "application/gzip": "compressed CSV",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.apache.parquet": "Parquet",
}
_MAIN: Mapping[FileKind, str] = {
    "bulletin": "Bulletin",
    "tables": "Tables",
    "open_data": "Open data",
}


def write_landing_page(landing: LandingFacts) -> str:
    """Write the whole page; the same facts give the same text."""
    return render_page(
        "landing",
        "landing.html.j2",
        synthetic=landing.synthetic,
        title=TITLE,
        description=f"{STATUS}: {TITLE}. All releases, open data and background.",
        landing=landing,
        status=STATUS,
        series_title=TITLE,
        sections=SECTIONS,
        purposes=_PURPOSES,
        by_year=_group_by_year(landing),
        main_files=_list_main_files,
        feed_name=FEED_NAME,
        catalogue_name=CATALOGUE_NAME,
        calendar_name=CALENDAR_NAME,
        form=_name_format,
        dates=_write_dates,
        access_hours=f"{WINDOW.total_seconds() / 3600:g}",
    )


def _group_by_year(landing: LandingFacts) -> dict[int, list[ListedEdition]]:
    """Group the editions in force by the year of publication."""
    years: dict[int, list[ListedEdition]] = {}
    for release in landing.current:
        years.setdefault(release.edition.published_on.year, []).append(release)
    return years


def _list_main_files(release: ListedEdition) -> list[tuple[str, PublishedFile]]:
    """Return a name and the first file of each main kind."""
    found = ((name, release.list_files(kind)) for kind, name in _MAIN.items())
    return [(name, files[0]) for name, files in found if files]


def _name_format(file: PublishedFile) -> str:
    return _FORMS[file.media_type]


def _write_dates(release: ListedEdition) -> str:
    """Return `Published 25 February 2021, corrected 3 June 2021`."""
    dates = f"Published {format_date(release.edition.published_on)}"
    if release.note:
        dates += f", corrected {format_date(release.note.corrected_on)}"
    return dates
