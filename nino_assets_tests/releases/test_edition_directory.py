"""A quarter is built with a directory of its own time, and a released one with its own."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from nino_assets.deliveries.postcode_files import hash_directory_files
from nino_assets.errors import DeliveryError
from nino_assets.releases.edition_directory import refuse_other_directory
from nino_assets.releases.edition_members import locate_edition_members
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.parquet import write_parquet
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.small_releases import release_edition

QUARTER = Quarter(2022, 4)
ROWS = pa.table({"name": ["a"]})


def deliver(warehouse: Warehouse, name: str) -> Path:
    landing = warehouse.folders.postcode_landing
    landing.mkdir(parents=True, exist_ok=True)
    for path in landing.iterdir():
        path.unlink()
    header = "pcds,doterm,osgrdind,oa11,lsoa11,msoa11,laua,ctry,rgn,pcon,lat,long"
    (landing / name).write_text(f"{header}\n{name}\n", encoding="utf-8")
    return landing


def build(warehouse: Warehouse, vintage: str) -> None:
    """The cells and the open data of a quarter, on areas of a date."""
    reader = ROWS.to_reader()
    warehouse.tables.write("perturbed_cubes", reader, QUARTER, origin=f"mark {vintage}")
    cells = warehouse.folders.find_publication(QUARTER) / "open-data/nino-registrations.parquet"
    write_parquet(cells, ROWS.schema, ROWS.to_batches(), None)


@pytest.mark.parametrize(
    ("before", "name", "refused"),
    [
        ("2022-11", "NSPL_AUG_2022_UK.csv", True),
        ("2022-11", "NSPL_NOV_2022_UK.csv", False),
        ("2022-11", "NSPL_FEB_2023_UK.csv", False),
        ("2022", "NSPL_FEB_2021_UK.csv", True),
        ("2022", "NSPL_FEB_2022_UK.csv", False),
        ("2022-11", "NSPL.csv", False),
        ("", "NSPL_FEB_2019_UK.csv", False),
    ],
)
def test_no_edition_stands_on_older_areas(
    warehouse: Warehouse, before: str, name: str, refused: bool
) -> None:
    build(warehouse, before)
    deliver(warehouse, name)
    if refused:
        with pytest.raises(DeliveryError, match=before):
            refuse_other_directory(warehouse, QUARTER + 1)
    else:
        refuse_other_directory(warehouse, QUARTER + 1)


def test_a_released_quarter_keeps_its_directory(warehouse: Warehouse) -> None:
    release_edition(warehouse.folders, QUARTER)
    deliver(warehouse, "NSPL_NOV_2022_UK.csv")
    digest = hash_directory_files(warehouse.folders)
    members = locate_edition_members(warehouse.folders, QUARTER)
    write_parquet(members, ROWS.schema, ROWS.to_batches(), None, origin=digest)
    refuse_other_directory(warehouse, QUARTER)

    deliver(warehouse, "NSPL_MAY_2023_UK.csv")
    with pytest.raises(DeliveryError) as refused:
        refuse_other_directory(warehouse, QUARTER)
    assert digest in refused.value.next_step
    assert f"nino-assets build --quarter {QUARTER.label}" in refused.value.next_step


def test_the_first_quarter_has_any_directory(warehouse: Warehouse) -> None:
    deliver(warehouse, "NSPL_FEB_2016_UK.csv")
    refuse_other_directory(warehouse, QUARTER)
