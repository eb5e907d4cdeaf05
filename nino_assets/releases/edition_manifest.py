"""The manifest of an edition: its files and all of its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nino_assets.deliveries.boundary_files import find_boundary_file
from nino_assets.deliveries.comparator_files import (
    COMPARATORS,
    list_comparator_files,
    read_comparator_layout,
)
from nino_assets.deliveries.postcode_files import read_directory_digest
from nino_assets.publishing.edition import Edition
from nino_assets.statistic.reference_folder import find_own_lists
from nino_assets.statistic.team_list import TEAM_FILE
from nino_assets.store.file_hashes import hash_file
from nino_assets.store.folders import Folders
from nino_assets.store.publication_manifest import compute_code_version, refresh_manifest
from nino_assets.store.warehouse import Warehouse


def refresh_edition_manifest(warehouse: Warehouse, edition: Edition, *written: Path) -> None:
    """Update an edition's manifest after files or folders were `written`.

    It names the deliveries of the whole series, the postcode directory, the other sources that the
    bulletin may show, and the team's own reference lists, each by its sha256. The packaged lists
    are part of the code version. The supplier's names of a scan's files
    are not published.
    """
    folders = warehouse.folders
    publication = folders.find_publication(edition.quarter)
    refresh_manifest(
        publication,
        code_version=compute_code_version(),
        inputs={
            "nspl": read_directory_digest(warehouse),
            **_list_deliveries(warehouse, edition),
            **_hash_other_inputs(folders),
            **_hash_own_lists(),
        },
        lock=folders.warehouse / "locks" / f"manifest-{edition.quarter.label}.lock",
        written=[path.relative_to(publication).as_posix() for path in written],
    )


def _list_deliveries(warehouse: Warehouse, edition: Edition) -> Mapping[str, str]:
    series = edition.first_quarter.list_until(edition.quarter)
    return {
        f"{delivery.quarter.label}/scan-{number}": file.sha256
        for delivery in warehouse.serving.group_quarters(series)
        for number, file in enumerate(delivery.files, start=1)
    }


def _hash_other_inputs(folders: Folders) -> Mapping[str, str]:
    boundaries = find_boundary_file(folders)
    files = list_comparator_files(folders, read_comparator_layout(COMPARATORS))
    return {
        path.relative_to(folders.landing).as_posix(): hash_file(path)
        for path in [*files, *([boundaries] if boundaries else [])]
    }


def _hash_own_lists() -> Mapping[str, str]:
    return {
        f"reference/{name}": hash_file(path)
        for name, path in find_own_lists().items()
        # No figure depends on who is in the team, and who that is is nobody else's business.
        if name != TEAM_FILE
    }
