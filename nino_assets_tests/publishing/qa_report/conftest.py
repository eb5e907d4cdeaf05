"""The report that the tests of its forms read."""

from __future__ import annotations

from datetime import date

import pytest

from nino_assets.publishing.edition import Edition
from nino_assets.publishing.qa_report.report import Differences, Report
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.vocabulary import GEOCODE_STATUSES, REJECTION_REASONS, REPAIRS
from nino_assets_tests.support.qa_report import GOOD, HISTORY


@pytest.fixture
def report() -> Report:
    return Report(
        edition=Edition(
            quarter=Quarter(2020, 4),
            first_quarter=Quarter(2002, 1),
            published_on=date(2021, 2, 25),
            next_release_on=date(2021, 5, 27),
            synthetic=True,
        ),
        histories=((GOOD,), HISTORY),
        answers={},
        account={
            "delivered": 1000,
            "accepted": 991,
            "rejected": dict.fromkeys(REJECTION_REASONS, 1),
            "repairs": dict.fromkeys(REPAIRS, 2),
            "geocode_status": dict.fromkeys(GEOCODE_STATUSES, 3),
        },
        manifest={
            "code_version": "c" * 64,
            "inputs": {"2020-Q4/scan.csv": "d" * 64},
            "files": {"bulletin.html": {"sha256": "e" * 64, "size": 1234}},
        },
        cells=5678,
        differences=Differences(
            previous="2020-Q3", same=500, changed=0, gone=0, added=20, same_code=True
        ),
        additivity=[("All sexes, from each", 40, 0.5)],
    )
