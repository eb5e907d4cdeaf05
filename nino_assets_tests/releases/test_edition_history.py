"""Each correction up to the edition that is built now is told, with the cells that it changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from nino_assets.errors import GovernanceError
from nino_assets.governance.calendar import compute_release_moment
from nino_assets.governance.corrections import make_correction
from nino_assets.governance.decision_log import append_entry, locate_log
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.publishing.changed_cells import CHANGED_CELLS_NAME, write_changed_cells
from nino_assets.publishing.open_data.metadata import PARQUET_NAME
from nino_assets.releases.edition_history import (
    OPEN_DATA,
    build_correction_notes,
    find_changes,
    find_planned_release,
    read_edition_history,
)
from nino_assets.releases.published import PublishedEditions, ReleasedEdition, hash_manifest
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.publication_manifest import refresh_manifest
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.few_cells import make_few_cells

QUARTER = Quarter(2020, 4)
AREAS = [{"geography_code": f"E0600000{n}"} for n in range(5)]


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return open_warehouse(Folders(tmp_path))


def build(warehouse: Warehouse, *counts: int) -> list[Path]:
    """Publish cells with these counts, with a list of what they change. Returns their file."""
    rows: list[dict[str, Any]] = [
        area | {"registrations": count} for area, count in zip(AREAS, counts, strict=False)
    ]
    folder = warehouse.folders.find_publication(QUARTER) / OPEN_DATA
    folder.mkdir(parents=True, exist_ok=True)
    built = [folder / PARQUET_NAME]
    make_few_cells(*rows).write_parquet(built[0])
    changed = find_changes(warehouse, read_edition_history(warehouse.folders, QUARTER), built)
    if changed is not None:
        write_changed_cells(changed, folder / CHANGED_CELLS_NAME)
    return built


def release(warehouse: Warehouse, number: int) -> None:
    publication = warehouse.folders.find_publication(QUARTER)
    lock = warehouse.folders.warehouse / "locks" / "m.lock"
    refresh_manifest(publication, code_version="c", inputs={}, lock=lock)
    edition = ReleasedEdition(
        quarter=QUARTER,
        number=number,
        released_at=compute_release_moment(QUARTER),
        manifest_sha256=hash_manifest(publication),
        synthetic=False,
    )
    PublishedEditions(warehouse.folders).release(edition, publication, lambda _: {})


def correct(warehouse: Warehouse, edition: int) -> None:
    day = date(2021, 3, edition)
    correction = make_correction(
        QUARTER,
        edition=edition,
        corrected_on=day,
        reason=f"Reason {edition}",
        by="A Lead",
        now=datetime(2021, 3, edition, 8, tzinfo=UTC),
    )
    append_entry(locate_log(warehouse.folders.warehouse), correction)


def test_a_second_correction_tells_the_first_one_too(warehouse: Warehouse) -> None:
    build(warehouse, 10, 10, 10)
    release(warehouse, 1)
    correct(warehouse, 2)
    built = build(warehouse, 11, 12, 10)
    release(warehouse, 2)
    assert [n.changed_cells for n in build_correction_notes(warehouse, QUARTER, built)] == [2]
    correct(warehouse, 3)
    notes = build_correction_notes(warehouse, QUARTER, build(warehouse, 10, 10, 10, 7))
    # The second against edition 2: two cells back as they were, one that is new.
    assert [(n.edition, n.changed_cells, n.reason) for n in notes] == [
        (2, 2, "Reason 2."),
        (3, 3, "Reason 3."),
    ]
    assert notes[1].corrected_on == date(2021, 3, 3)


def test_a_correction_sets_the_moment_of_release(warehouse: Warehouse) -> None:
    folders = warehouse.folders
    assert find_planned_release(folders, QUARTER) == compute_release_moment(QUARTER)
    build(warehouse, 10)
    release(warehouse, 1)
    assert find_planned_release(folders, QUARTER) == compute_release_moment(QUARTER)
    correct(warehouse, 2)
    assert find_planned_release(folders, QUARTER) == datetime(2021, 3, 2, 9, 30, tzinfo=UTC)
    assert build_correction_notes(warehouse, QUARTER + 1, []) == ()


def test_an_edition_corrected_without_an_entry_is_refused(warehouse: Warehouse) -> None:
    built = build(warehouse, 10)
    release(warehouse, 1)
    correct(warehouse, 2)
    build(warehouse, 11)
    release(warehouse, 2)
    log = locate_log(warehouse.folders.warehouse)
    log.unlink()
    log.with_suffix(".head.json").unlink()
    with pytest.raises(GovernanceError, match="Edition 2 of 2020-Q4 has no correction"):
        build_correction_notes(warehouse, QUARTER, built)
