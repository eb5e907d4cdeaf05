"""Editions for the publishing rooms, and a browser."""

from __future__ import annotations

import pytest

from nino_assets.publishing.bulletin.source_figures import OtherSource
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.published_cells import make_cells, make_edition


@pytest.fixture(scope="session")
def twelve_quarters() -> PublishedCells:
    """January 2018 to December 2020: across breaks, with a year before to compare with."""
    return make_cells(12, Quarter(2018, 1))


@pytest.fixture(scope="session")
def edition_of_twelve() -> Edition:
    return make_edition(12, Quarter(2018, 1), synthetic=True)


@pytest.fixture(scope="session")
def other_sources() -> tuple[OtherSource, ...]:
    """Visas beside non-EU registrations and immigration beside all, to a quarter before the end."""
    years = Quarter(2018, 4).list_until(Quarter(2020, 4))
    return (
        OtherSource(
            "visas_granted",
            "Visas",
            "visas granted for work, study and family",
            "Home Office",
            "non-european-union",
            {q: 51_234 + 1_001 * n for n, q in enumerate(years)},
            ("Home Office, entry clearance visas granted",),
        ),
        OtherSource(
            "long_term_immigration",
            "Immigration",
            "long-term immigrants",
            "Office for National Statistics",
            "all",
            {q: 91_234 - 707 * n for n, q in enumerate(years[:-1])},
            ("ONS, long-term immigration",),
        ),
    )
