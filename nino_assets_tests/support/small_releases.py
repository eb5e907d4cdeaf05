"""Small publications and editions of them, released."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from nino_assets.governance.calendar import compute_release_moment
from nino_assets.releases.published import PublishedEditions, ReleasedEdition, hash_manifest
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.publication_manifest import refresh_manifest


def write_publication(folders: Folders, quarter: Quarter, content: str = "figures") -> Path:
    """A small publication of a quarter, with a folder that is not published."""
    publication = folders.find_publication(quarter)
    for name in ("bulletin.html", "open-data/cells.csv", "qa/report.html"):
        path = publication / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{quarter} {content} {name}")
    lock = folders.warehouse / "locks" / "m.lock"
    refresh_manifest(publication, code_version="c", inputs={}, lock=lock)
    return publication


def make_edition(folders: Folders, quarter: Quarter, number: int = 1) -> ReleasedEdition:
    return ReleasedEdition(
        quarter=quarter,
        number=number,
        released_at=compute_release_moment(quarter),
        manifest_sha256=hash_manifest(folders.find_publication(quarter)),
        synthetic=False,
        reason="A wrong file" if number > 1 else "",
    )


def make_pages(editions: Sequence[ReleasedEdition]) -> dict[str, bytes]:
    return {"index.html": " ".join(each.folder for each in editions).encode()}


def release_edition(
    folders: Folders, quarter: Quarter, number: int = 1, content: str = "figures"
) -> None:
    publication = write_publication(folders, quarter, content)
    PublishedEditions(folders).release(
        make_edition(folders, quarter, number), publication, make_pages
    )


def hash_published(folders: Folders) -> dict[str, str]:
    """Name → sha256 of all that a reader finds."""
    root = folders.published
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
