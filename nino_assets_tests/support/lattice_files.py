"""Writes the files of a lattice from plain numpy, and releases them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from nino_assets.governance.calendar import compute_release_moment
from nino_assets.publishing.tabulations.lattice_index import TABULATIONS
from nino_assets.releases.published import PublishedEditions, ReleasedEdition, hash_manifest
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.publication_manifest import refresh_manifest
from nino_assets_tests.support.small_releases import make_pages


def write_files(
    publication: Path, fields: list[dict], cuboids: dict, cells: dict[str, np.ndarray]
) -> None:
    folder = publication / TABULATIONS
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for name, axes in cuboids.items():
        np.save(folder / f"{name}.npy", cells[name])
        (folder / f"{name}.parquet").write_bytes(b"as the array")
        entries.append(
            {
                "name": name,
                "title": name,
                "file": f"{name}.parquet",
                "array": f"{name}.npy",
                "shape": [len(members) for members in axes.values()],
                "axes": [{"field": f, "members": members} for f, members in axes.items()],
            }
        )
    index = {
        "release": publication.name,
        "edition": 1,
        "database": "Ninos",
        "cuboids": entries,
        "fields": fields,
    }
    (folder / "index.json").write_text(json.dumps(index))


def release_files(folders: Folders, number: int, quarter: Quarter) -> None:
    """Release what the publication of a quarter holds."""
    publication = folders.find_publication(quarter)
    lock = folders.warehouse / "locks" / "m.lock"
    refresh_manifest(publication, code_version="c", inputs={}, lock=lock)
    edition = ReleasedEdition(
        quarter=quarter,
        number=number,
        released_at=compute_release_moment(quarter),
        manifest_sha256=hash_manifest(publication),
        synthetic=False,
        reason="A wrong figure" if number > 1 else "",
    )
    PublishedEditions(folders).release(edition, publication, make_pages)
