"""Finds what would stop a build before one is planned.

Each rule is that of the step which would refuse later. No record is read in.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from nino_assets.deliveries.landed import find_serving_delivery
from nino_assets.deliveries.manifest import MANIFEST, refuse_unnamed_files, verify_files
from nino_assets.deliveries.perturbation_table_file import find_configured_table
from nino_assets.deliveries.postcode_files import find_directory_files
from nino_assets.deliveries.scan_files import refuse_other_columns
from nino_assets.deliveries.scan_layout import read_scan_layout
from nino_assets.errors import DeliveryError, NinoError, WarehouseError
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.closing import is_open
from nino_assets.store.delivery import Delivery
from nino_assets.store.file_hashes import hash_file_once
from nino_assets.store.folders import Folders
from nino_assets.store.keys import read_secret_keys
from nino_assets.store.seal import refuse_other_keys


def find_delivery_obstacles(
    folders: Folders, quarters: Sequence[Quarter], *, today: date
) -> list[NinoError]:
    """What would stop the records of these quarters, each told once.

    Looks at the manifest, each file with its sha256 and columns, the layout, the postcode
    directory, the keys, the p-table and the disk.
    """
    deliveries: dict[Delivery, None] = {}

    def serve(quarter: Quarter) -> None:
        deliveries[find_serving_delivery(folders, quarter, today=today)] = None

    obstacles = list_refusals([partial(serve, quarter) for quarter in quarters])
    rules: list[Callable[[], object]] = [
        partial(find_directory_files, folders),
        find_configured_table,
    ]
    for delivery in deliveries:
        rules += _list_rules(folders, delivery)
    obstacles += list_refusals([*rules, partial(_refuse_full_disk, folders, list(deliveries))])
    return list({obstacle.what: obstacle for obstacle in obstacles}.values())


def list_refusals(rules: Sequence[Callable[[], object]]) -> list[NinoError]:
    """What each rule refuses, in order."""
    refusals = []
    for rule in rules:
        try:
            rule()
        except NinoError as refusal:
            refusals.append(refusal)
    return refusals


def refuse_open_landing(folders: Folders, delivery: Delivery) -> None:
    """Raise DeliveryError where other accounts may read real records."""
    folder = folders.find_delivery(delivery.quarter)
    if not delivery.synthetic and any(is_open(each) for each in (folders.landing, folder)):
        raise DeliveryError(
            f"Every account of this machine may read {folders.describe(folder)}",
            rule="real records lie where only the team may read them",
            next_step=f"chmod -R o= {folders.describe(folders.landing)}, and whatever it links to",
        )


def refuse_empty_scan(delivery: Delivery, *, manifest: str) -> None:
    """Raise DeliveryError for a scan without a record."""
    if delivery.rows == 0:
        raise DeliveryError(
            f"{manifest} describes an empty scan",
            rule="a scan has at least one record",
            next_step="ask the supplier for the scan",
        )


def _list_rules(folders: Folders, delivery: Delivery) -> list[Callable[[], object]]:
    manifest = folders.describe(folders.find_delivery(delivery.quarter) / MANIFEST)

    def check_keys() -> None:
        refuse_other_keys(folders, read_secret_keys(folders, synthetic=delivery.synthetic))

    return [
        partial(refuse_open_landing, folders, delivery),
        check_keys,
        partial(read_scan_layout, delivery.layout, asked_by=manifest),
        partial(refuse_empty_scan, delivery, manifest=manifest),
        partial(refuse_unnamed_files, folders, delivery),
        partial(verify_files, folders, delivery, partial(hash_file_once, folders)),
        *(
            partial(_refuse_other_columns, folders, delivery, file.name, asked_by=manifest)
            for file in delivery.files
        ),
    ]


def _refuse_other_columns(
    folders: Folders, delivery: Delivery, name: str, *, asked_by: str
) -> None:
    """Raise DeliveryError for a scan file without its layout's columns."""
    path = folders.find_delivery(delivery.quarter) / name
    if path.is_file():
        refuse_other_columns(path, read_scan_layout(delivery.layout, asked_by=asked_by))


def _refuse_full_disk(folders: Folders, deliveries: Sequence[Delivery]) -> None:
    """Raise WarehouseError when the disk cannot take what was delivered.

    The records are kept at several stages: less room than they take in `landing/` is never enough.
    """
    paths = [
        folders.find_delivery(delivery.quarter) / file.name
        for delivery in deliveries
        for file in delivery.files
    ]
    needed = sum(path.stat().st_size for path in paths if path.is_file())
    free = shutil.disk_usage(folders.root).free
    if free < needed:
        raise WarehouseError(
            f"The disk has {free / 1e6:,.0f} MB free, and the delivery takes {needed / 1e6:,.0f}",
            rule="a build needs at least as much room as the delivered files take",
            next_step="free some space on the disk of the data folder",
        )
