"""Links to the other files of the edition and to other sources."""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import (
    BulletinSection,
    Bullets,
    Paragraph,
    Subheading,
)
from nino_assets.publishing.bulletin.commentary.bulletin_context import BulletinContext
from nino_assets.publishing.bulletin.prose import ProseLink, say
from nino_assets.publishing.workbook.workbook_name import name_workbook
from nino_assets.statistic.identity import COLLECTION_URL, CONTACT_EMAIL

HOME_OFFICE = "https://www.gov.uk/government/collections/immigration-statistics-quarterly-release"
ONS = (
    "https://www.ons.gov.uk/peoplepopulationandcommunity/populationandmigration/"
    "internationalmigration"
)
_CODE = "https://code.statisticsauthority.gov.uk/"
_STAT_XPLORE = "https://stat-xplore.dwp.gov.uk/"
OPEN_DATA = "open-data/nino-registrations.csv"
DICTIONARY = "open-data/data-dictionary.csv"
METHODOLOGY = "documents/methodology.html"
QUALITY_REPORT = "documents/quality-report.html"
PLAIN_TEXT = "publishers-pack/bulletin.txt"
"""Files of the edition as the bulletin links them, from its own folder."""
LANDING_PAGE = "../../index.html"
"""The page that leads to every edition, from the folder of one."""


def write_related_links(context: BulletinContext) -> BulletinSection:
    """Write links to the edition's files and to other sources."""
    spreadsheet = f"OpenDocument spreadsheet to {context.quarter.last_month} {context.quarter.year}"
    return BulletinSection(
        "related-links",
        "Related links",
        (
            Subheading("The figures"),
            Bullets(
                (
                    say(
                        "{link}: accessible tables",
                        link=ProseLink(spreadsheet, name_workbook(context.edition.quarter)),
                    ),
                    say(
                        "{link}: every published figure as CSV",
                        link=ProseLink("Open data", OPEN_DATA),
                    ),
                    say(
                        "{link}: what each column means",
                        link=ProseLink("Data dictionary", DICTIONARY),
                    ),
                    say(
                        "{link}: make your own tables", link=ProseLink("Stat-Xplore", _STAT_XPLORE)
                    ),
                )
            ),
            Subheading("About the statistics"),
            Bullets(
                (
                    say(
                        "{link}",
                        link=ProseLink("Background information and methodology", METHODOLOGY),
                    ),
                    say("{link}", link=ProseLink("Quality report", QUALITY_REPORT)),
                    say("{link}", link=ProseLink("Every edition and its files", LANDING_PAGE)),
                    say(
                        "{link}: the newest edition is always here",
                        link=ProseLink("All releases of these statistics", COLLECTION_URL),
                    ),
                )
            ),
            Subheading("Other sources"),
            Bullets(
                (
                    say(
                        "{link}", link=ProseLink("Home Office immigration statistics", HOME_OFFICE)
                    ),
                    say("{link}", link=ProseLink("ONS international migration", ONS)),
                    say("{link}", link=ProseLink("Code of Practice for Statistics", _CODE)),
                )
            ),
        ),
    )


def write_alternative_formats(_context: BulletinContext) -> BulletinSection:
    """Write which other files there are, and whom to ask."""
    return BulletinSection(
        "alternative-formats",
        "Alternative formats and contact",
        (
            Paragraph(
                say(
                    "The same figures are published as accessible tables and as open data. "
                    "{plain}, for large print and screen readers, holds the same sentences.",
                    plain=ProseLink("A plain text edition", PLAIN_TEXT),
                )
            ),
            Paragraph(
                say(
                    "To ask for another format, or about these statistics, write to {email} and "
                    "give the title of this bulletin.",
                    email=ProseLink(CONTACT_EMAIL, f"mailto:{CONTACT_EMAIL}"),
                )
            ),
        ),
    )
