"""The identity of the statistics: title, producer, addresses, licence, release time."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from nino_assets.statistic.quarters import Quarter

TITLE = "National Insurance numbers allocated to adult overseas nationals"
STATUS = "National Statistics"
PRODUCER = "Department for Work and Pensions"
PRODUCER_URL = "https://www.gov.uk/government/organisations/department-for-work-pensions"
CONTACT_EMAIL = "stats-consultation@dwp.gov.uk"
LEAD_STATISTICIAN = "The lead statistician for National Insurance number statistics"
"""The person or role that begins a sentence on who is responsible."""
COLLECTION_URL = (
    "https://www.gov.uk/government/collections/"
    "national-insurance-number-allocations-to-adult-overseas-nationals-entering-the-uk"
)
"""The page on GOV.UK that leads to every release."""

LICENCE_NAME = "Open Government Licence"
LICENCE_VERSION = "3.0"
LICENCE = f"{LICENCE_NAME} v{LICENCE_VERSION}"
LICENCE_URL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"

RELEASE_TIME = time(9, 30)
TIME_ZONE = ZoneInfo("Europe/London")

SYNTHETIC_BANNER = (
    "Synthetic data. These figures were made by a computer to test the production of the "
    "statistics. They describe no real people and must not be quoted."
)
SYNTHETIC_SOURCE = "Synthetic:"
"""How the source of a made-up figure of another producer begins."""


def format_title(quarter: Quarter) -> str:
    """Write the title of the release of a quarter."""
    return f"{TITLE} to {quarter.last_month} {quarter.year}"
