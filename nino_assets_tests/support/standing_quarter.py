"""A quarter that stands in the warehouse, as a whole build would have left it."""

from __future__ import annotations

import json

import pyarrow as pa

from nino_assets.deliveries.comparator_files import (
    COMPARATORS,
    OPERATIONAL_INFORMATION,
    read_comparator_files,
    read_comparator_layout,
)
from nino_assets.releases.pre_release_list import ASSET, judge_delivered_list, make_empty_list
from nino_assets.store.delivery import Delivery
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.postcode_download import put_file, write_directory_csv


def put_directory(warehouse: Warehouse) -> None:
    put_file(warehouse.folders, "NSPL_NOV_2021_UK.csv", write_directory_csv())


def let_stand(warehouse: Warehouse, delivery: Delivery, *, published: bool = True) -> None:
    """What a build of the delivery leaves: its pointer, counts, lists and publication."""
    quarter, folders = delivery.quarter, warehouse.folders
    warehouse.serving.point_to(delivery, [quarter])
    counts = pa.table({"people": pa.array([1], pa.int64())})
    warehouse.tables.write("keyed_counts", counts.to_reader(), quarter)
    for name, asset in (
        (COMPARATORS, "comparator_statistics"),
        (OPERATIONAL_INFORMATION, "operational_information"),
    ):
        frame = read_comparator_files(folders, read_comparator_layout(name))
        warehouse.tables.write(asset, frame.to_arrow().to_reader())
    judged = judge_delivered_list(warehouse, quarter)
    held = make_empty_list() if judged is None else judged
    warehouse.tables.write(ASSET, held.to_arrow().to_reader(), quarter)
    if published:
        manifest = folders.find_publication(quarter) / "manifest.json"
        manifest.parent.mkdir(parents=True, exist_ok=True)
        inputs = {
            f"{quarter.label}/scan-{number}": file.sha256
            for number, file in enumerate(delivery.files, start=1)
        }
        manifest.write_text(json.dumps({"inputs": inputs}), encoding="utf-8")
