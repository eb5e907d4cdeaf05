"""Refuses a scan of another quarter, or without a readable date."""

from __future__ import annotations

from nino_assets.errors import DeliveryError
from nino_assets.methods.records.row_quarters import DateCounts
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.delivery import Delivery
from nino_assets.store.folders import Folders


def refuse_other_manifest(delivery: Delivery, quarter: Quarter, *, manifest: str) -> None:
    """Raise DeliveryError when a manifest names another quarter than its folder."""
    if delivery.quarter != quarter:
        raise DeliveryError(
            f"{manifest} is for {delivery.quarter.label}, its folder for {quarter.label}",
            rule="a manifest names the quarter of its folder",
            next_step="move the delivery to its own folder, or ask the supplier which it is",
        )


def refuse_other_dates(folders: Folders, delivery: Delivery, dates: DateCounts) -> None:
    """Raise DeliveryError when no registration is dated in the delivery's period.

    One damage can spoil every row: dates with a time, a comma at the end of each line, an
    apostrophe before each field. No row could be accepted, so the scan is as good as empty.
    """
    if not dates.readable:
        raise DeliveryError(
            f"{folders.describe(folders.find_delivery(delivery.quarter))}: "
            "none of its rows has a date of registration that can be read",
            rule="dates are written 2020-10-01, 01/10/2020 or 20201001, without a time or "
            "apostrophe, and a row has as many fields as the header",
            next_step="ask the supplier what changed in the way in which the scan is written",
        )
    if not dates.in_period:
        quarter = delivery.quarter.label
        period = f"the series to {quarter}" if delivery.is_register else quarter
        raise DeliveryError(
            f"{folders.describe(folders.find_delivery(delivery.quarter))}: "
            f"none of its registrations is dated in {period}",
            rule="a scan holds registrations of its own quarter",
            next_step="check that the right scan was put into this folder; ask the supplier",
        )
