"""Releases and corrections planted into the small build: what was out before, and what changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import polars as pl

from nino_assets.governance.corrections import make_correction
from nino_assets.governance.decision_log import append_entry, locate_log
from nino_assets.publishing.changed_cells import CHANGED_CELLS_NAME, write_changed_cells
from nino_assets.publishing.open_data.metadata import PARQUET_NAME
from nino_assets.quality.measures.correction import RELEASED_COUNTS
from nino_assets.releases.edition_history import OPEN_DATA, find_changes, read_edition_history
from nino_assets.releases.published import PublishedEditions, ReleasedEdition, hash_manifest
from nino_assets.releases.series import find_series
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.publication_manifest import compute_code_version, refresh_manifest
from nino_assets_tests.support.defects import Planter
from nino_assets_tests.support.synthetic_build import LATEST

OPENED = datetime(2016, 9, 1, 12, tzinfo=UTC)


def release(planter: Planter, quarter: Quarter = LATEST, number: int = 1) -> None:
    """Release what stands in the publication of a quarter."""
    warehouse = planter.warehouse
    published = PublishedEditions(warehouse.folders)
    if not published.root.exists():
        planter.makes(published.root)
        planter.makes(warehouse.folders.root / ".published")
    folder = planter.publication("", quarter)
    planter.keep(folder / "manifest.json")
    lock = warehouse.folders.warehouse / "locks" / "planted.lock"
    refresh_manifest(folder, code_version=compute_code_version(), inputs={}, lock=lock)
    edition = ReleasedEdition(
        quarter=quarter,
        number=number,
        released_at=OPENED,
        manifest_sha256=hash_manifest(folder),
        synthetic=True,
        reason="Planted." if number > 1 else "",
    )
    published.release(edition, folder, lambda _: {})


def change_cells(
    planter: Planter, where: Callable[[], pl.Expr] = lambda: pl.int_range(pl.len()) == 0
) -> None:
    """One registration more in some cells of what is built now: by default in the first."""
    path = planter.keep(planter.publication(f"{OPEN_DATA}/{PARQUET_NAME}"))
    more = pl.when(where()).then(1).otherwise(0)
    pl.read_parquet(path).with_columns(registrations=pl.col("registrations") + more).write_parquet(
        path
    )


def open_correction(planter: Planter, edition: int = 2) -> None:
    log = locate_log(planter.warehouse.folders.warehouse)
    planter.keep(log)
    planter.keep(log.with_suffix(".head.json"))
    # Whatever stands in the log of the build may be newer than the day that is told here.
    for path in (log, log.with_suffix(".head.json")):
        path.unlink(missing_ok=True)
    correction = make_correction(
        LATEST,
        edition=edition,
        corrected_on=date(2016, 9, 8),
        reason="Planted",
        by="A Lead",
        now=OPENED,
    )
    append_entry(log, correction)


def list_changes(planter: Planter) -> pl.DataFrame:
    """Write the list of changed cells as the pipeline does."""
    warehouse = planter.warehouse
    path = planter.publication(f"{OPEN_DATA}/{CHANGED_CELLS_NAME}")
    built = [planter.publication(f"{OPEN_DATA}/{PARQUET_NAME}")]
    changed = find_changes(warehouse, read_edition_history(warehouse.folders, LATEST), built)
    assert changed is not None
    write_changed_cells(changed, planter.keep(path))
    return changed


def changed_after_release(planter: Planter) -> None:
    release(planter)
    change_cells(planter)


def corrected_without_a_list(planter: Planter) -> None:
    release(planter)
    open_correction(planter)
    change_cells(planter)


def corrected_by_one_person(planter: Planter) -> None:
    """A correction from which one registration of the quarter is gone, and nothing else."""
    tables = planter.warehouse.tables
    release(planter)
    for quarter in find_series(planter.warehouse, LATEST):
        planter.keep(tables.find_path(RELEASED_COUNTS, quarter))
        counts = tables.read("keyed_counts", [quarter])
        tables.write(RELEASED_COUNTS, counts.scanner().to_reader(), quarter)
    open_correction(planter)
    gone = pl.int_range(pl.len()) == 0
    planter.frame(
        "keyed_counts",
        lambda counts: counts.with_columns(registrations=pl.col("registrations") - gone.cast(int)),
    )
