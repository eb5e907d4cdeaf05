"""A planted delivery, taken in or refused, and what the disk then holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from nino_assets.deliveries.intake import ingest_delivery
from nino_assets.errors import NinoError
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.delivery import Delivery
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.messages import collect_messages
from nino_assets_tests.support.small_delivery import (
    record,
)

PLANTED = ("AB987654C", "PLANTEDSURNAME", "PLANTEDFORENAME", "HS9 8ZY", "1977-07-07")


def make_planted_record(**changes: str) -> list[str]:
    nino, surname, forenames, postcode, born = PLANTED
    return record(
        **{
            "nino": nino,
            "surname": surname,
            "forenames": forenames,
            "postcode": postcode,
            "date_of_birth": born,
            **changes,
        }
    )


def read_files(folder: Path) -> dict[str, bytes]:
    """Every file but locks, and the seal that a warehouse gets before its first record is read."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "seal.json" and path.suffix != ".lock"
    }


def read_raw_scan(
    warehouse: Warehouse, delivery: Delivery, quarters: Sequence[Quarter] | None = None
) -> Any:
    table = warehouse.records.read("raw_scan", delivery, quarters).to_table()
    return sorted(table.to_pylist(), key=lambda row: row["row_number"])


def read_refusal(warehouse: Warehouse, delivery: Delivery) -> NinoError:
    """Why a delivery is refused, after a look for records in the refusal and for a change."""
    before = read_files(warehouse.folders.warehouse)
    with pytest.raises(NinoError) as caught:
        ingest_delivery(warehouse, delivery, [delivery.quarter])
    text = collect_messages(caught.value)
    assert not any(identifier in text for identifier in PLANTED)
    assert read_files(warehouse.folders.warehouse) == before
    return caught.value
