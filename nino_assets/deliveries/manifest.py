"""Reads the manifest of a delivery and verifies its files.

Source of the rules: `nino_assets/docs/method.md`, Deliveries.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, cast

from nino_assets.deliveries.declared_csv import list_shown_files
from nino_assets.deliveries.manifest_fields import find_wrong_field
from nino_assets.deliveries.wrong_quarter import refuse_other_manifest
from nino_assets.errors import DeliveryError
from nino_assets.foreign_text import shorten_text
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.delivery import DeliveredFile, Delivery
from nino_assets.store.file_hashes import hash_file
from nino_assets.store.folders import Folders

MANIFEST = "manifest.json"
TRUTH_FILES = ("truth.json", "truth_cells.parquet")
"""What a synthetic delivery holds besides its scan, and no reader of deliveries opens."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_manifest(folders: Folders, quarter: Quarter, *, today: date) -> Delivery:
    """The delivery in the quarter's own folder.

    Raises DeliveryError when its manifest is refused.
    """
    path = folders.find_delivery(quarter) / MANIFEST
    name = folders.describe(path)
    if not path.is_file():
        raise DeliveryError(
            f"{name} does not exist",
            rule="a delivery is a folder with a manifest",
            next_step="wait until the delivery is complete, or ask the supplier for its manifest",
        )
    delivery = Delivery.from_json(_read_content(path, name))
    refuse_other_manifest(delivery, quarter, manifest=name)
    if delivery.extracted_on > today:
        raise DeliveryError(
            f"{name} says extracted_on {delivery.extracted_on}, which is in the future",
            rule="a scan is extracted before it is delivered",
            next_step="ask the supplier to correct the manifest; check this machine's clock",
        )
    return delivery


def verify_files(
    folders: Folders, delivery: Delivery, hash_file: Callable[[Path], str] = hash_file
) -> None:
    """Compare each file with its sha256.

    Raises DeliveryError when one is missing or differs.
    """
    for file in delivery.files:
        path = folders.find_delivery(delivery.quarter) / file.name
        name = folders.describe(path)
        if not path.is_file():
            raise DeliveryError(
                f"{name} is named in the manifest and is not there",
                rule="every file of the manifest is delivered",
                next_step="ask the supplier for the missing file",
            )
        if hash_file(path) != file.sha256:
            raise DeliveryError(
                f"{name} has another sha256 than the manifest says",
                rule="a file is taken in only if its sha256 is the manifest's",
                next_step="copy the file again; if it still differs, ask the supplier",
            )


def refuse_unnamed_files(folders: Folders, delivery: Delivery) -> None:
    """Raise DeliveryError for a file that the manifest does not name.

    It may be a part of the scan. Hidden files and a `README.md` are not counted.
    """
    folder = folders.find_delivery(delivery.quarter)
    named = {MANIFEST, *(file.name for file in delivery.files)}
    named |= set(TRUTH_FILES) if delivery.synthetic else set()
    unnamed = [path.name for path in list_shown_files(folder) if path.name not in named]
    if unnamed:
        raise DeliveryError(
            f"{folders.describe(folder)}/{shorten_text(unnamed[0])} is not named in the manifest",
            rule="the manifest names every file of its folder, so that no part of a scan is left "
            "out",
            next_step="ask the supplier whether it belongs to the scan; otherwise move it out of "
            "the folder",
        )


def verify_rows(folders: Folders, delivery: Delivery, file: DeliveredFile, rows: int) -> None:
    """Compare the records read from one file with its manifest. Raises DeliveryError."""
    if rows != file.rows:
        name = folders.describe(folders.find_delivery(delivery.quarter) / file.name)
        raise DeliveryError(
            f"{name} has {rows:,} records, its manifest says {file.rows:,}",
            rule="a file is taken in only with the number of records that the manifest says",
            next_step="ask the supplier whether the file or the manifest is wrong",
        )


def _read_content(path: Path, name: str) -> dict[str, Any]:
    """The fields of a manifest.

    Raises DeliveryError, naming the first one that is wrong.
    """
    raw = path.read_bytes()
    wrong: str | None
    try:
        content = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        wrong = "it is in UTF-16" if raw.startswith(_UTF_16) else "it is not UTF-8 text"
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        wrong = f"it is not JSON{where}"
    else:
        wrong = find_wrong_field(content)
        if wrong is None:
            return cast("dict[str, Any]", content)
    raise DeliveryError(
        f"{name} cannot be used: {wrong}",
        rule="a manifest is JSON in UTF-8 with quarter, extract, extracted_on, layout, synthetic "
        "and files",
        next_step="ask the supplier to correct the manifest",
    )
