"""Writes the files at the top of `data/published/`, outside the editions."""

from __future__ import annotations

from nino_assets.publishing.landing.atom_feed import write_atom_feed
from nino_assets.publishing.landing.landing_facts import LandingFacts
from nino_assets.publishing.landing.landing_page import (
    CATALOGUE_NAME,
    FEED_NAME,
    PAGE_NAME,
    write_landing_page,
)
from nino_assets.publishing.landing.open_data_catalogue import write_catalogue
from nino_assets.publishing.release_calendar import CALENDAR_NAME


def write_landing_files(landing: LandingFacts) -> dict[str, bytes]:
    """Return file name and content; the same facts, the same bytes."""
    pages = {
        PAGE_NAME: write_landing_page(landing).encode(),
        FEED_NAME: write_atom_feed(landing),
        CATALOGUE_NAME: write_catalogue(landing).encode(),
    }
    if landing.calendar:
        pages[CALENDAR_NAME] = landing.calendar.encode()
    return pages
