"""Finds the quarters that have landed and the delivery serving each.

Source of the rules: `nino_assets/docs/method.md`, Deliveries.
"""

from __future__ import annotations

import json
from datetime import date

from nino_assets.deliveries.manifest import MANIFEST, read_manifest
from nino_assets.errors import DeliveryError
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.delivery import Delivery
from nino_assets.store.folders import Folders


def find_serving_delivery(folders: Folders, quarter: Quarter, *, today: date) -> Delivery:
    """The delivery that serves a quarter.

    It is the one in its own folder, else the earliest later register extract. Raises DeliveryError
    when there is none.
    """
    if folders.find_delivery(quarter).is_dir():
        return read_manifest(folders, quarter, today=today)
    for later in list_delivered_quarters(folders):
        # A folder whose manifest has not come yet is not a delivery.
        if later > quarter and (folders.find_delivery(later) / MANIFEST).is_file():
            delivery = read_manifest(folders, later, today=today)
            if delivery.is_register:
                return delivery
    raise DeliveryError(
        f"No delivery in landing/ serves {quarter.label}",
        rule="a quarter is served by its own folder, else by the earliest later register extract",
        next_step=f"put the scan with its manifest into landing/{quarter.label}/",
    )


def list_delivered_quarters(folders: Folders) -> list[Quarter]:
    """The quarters that have a folder in `landing/`, ascending."""
    found = []
    for folder in folders.landing.glob("*-Q?") if folders.landing.is_dir() else ():
        try:
            found.append(Quarter.parse(folder.name))
        except ValueError:
            continue
    return sorted(found)


def has_only_synthetic_deliveries(folders: Folders) -> bool:
    """Whether `landing/` holds synthetic deliveries and no other.

    An unreadable manifest counts as a real delivery's.
    """
    manifests = [
        folders.find_delivery(quarter) / MANIFEST for quarter in list_delivered_quarters(folders)
    ]
    try:
        contents = [json.loads(p.read_text(encoding="utf-8")) for p in manifests if p.is_file()]
        return bool(contents) and all(content["synthetic"] is True for content in contents)
    except (KeyError, TypeError, ValueError, RecursionError):
        return False
