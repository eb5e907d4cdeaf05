"""A scan of another quarter is refused, by its manifest or by its dates, and no other scan is."""

from __future__ import annotations

from datetime import date

import pytest

from nino_assets.deliveries.wrong_quarter import refuse_other_dates, refuse_other_manifest
from nino_assets.errors import DeliveryError
from nino_assets.methods.records.row_quarters import DateCounts
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.delivery import DeliveredFile, Delivery
from nino_assets.store.folders import Folders

Q = Quarter(2020, 4)


def deliver(extract: str = "quarter") -> Delivery:
    files = (DeliveredFile("scan.csv", 10, "0" * 64),)
    return Delivery(Q, extract, date(2021, 1, 14), "mws-1", True, files)


def test_a_manifest_names_the_quarter_of_its_folder() -> None:
    refuse_other_manifest(deliver(), Q, manifest="landing/2020-Q4/manifest.json")
    with pytest.raises(DeliveryError, match=r"is for 2020-Q4, its folder for 2020-Q3"):
        refuse_other_manifest(deliver(), Q - 1, manifest="landing/2020-Q3/manifest.json")


@pytest.mark.parametrize("dates", [DateCounts(10, 10), DateCounts(10, 1), DateCounts(1, 1)])
def test_one_date_in_the_period_is_enough(folders: Folders, dates: DateCounts) -> None:
    refuse_other_dates(folders, deliver(), dates)


@pytest.mark.parametrize(
    ("extract", "dates", "message"),
    [
        ("quarter", DateCounts(10, 0), "none of its registrations is dated in 2020-Q4"),
        ("register", DateCounts(3, 0), "dated in the series to 2020-Q4"),
        ("register", DateCounts(0, 0), "none of its rows has a date of registration"),
    ],
)
def test_a_scan_without_a_date_in_its_period_is_refused(
    folders: Folders, extract: str, dates: DateCounts, message: str
) -> None:
    with pytest.raises(DeliveryError, match=f"landing/2020-Q4: .*{message}"):
        refuse_other_dates(folders, deliver(extract), dates)
