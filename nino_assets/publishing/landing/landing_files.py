"""Everything that stands at the top of `data/published/`, beside the editions."""

from __future__ import annotations

from nino_assets.publishing.landing.atom_feed import write_atom_feed
from nino_assets.publishing.landing.catalogue import dcat_catalogue
from nino_assets.publishing.landing.landing_facts import LandingFacts
from nino_assets.publishing.landing.landing_page import (
    CALENDAR_NAME,
    CATALOGUE_NAME,
    FEED_NAME,
    PAGE_NAME,
    landing_page,
)


def landing_pages(landing: LandingFacts) -> dict[str, bytes]:
    """File name below `data/published/` → content: the same landing gives the same bytes."""
    pages = {
        PAGE_NAME: landing_page(landing).encode(),
        FEED_NAME: write_atom_feed(landing),
        CATALOGUE_NAME: dcat_catalogue(landing).encode(),
    }
    if landing.calendar:
        pages[CALENDAR_NAME] = landing.calendar.encode()
    return pages
