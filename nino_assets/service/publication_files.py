"""Sends files of a publication, and lists its folders."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import FileResponse, Response

from nino_assets.service.api_error import ApiError
from nino_assets.service.page_writer import send_page
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders

_SHOWN = {".html", ".txt", ".md", ".svg", ".json"}
"""Endings of files that a browser shows; others are saved."""


@dataclass(frozen=True)
class ListedFile:
    """A file, with its size in bytes; or a folder, with None."""

    name: str
    size: int | None


def send_publication_file(
    folders: Folders, quarter: Quarter, name: str, *, synthetic: bool
) -> Response:
    """Send a file, or the list of a folder.

    Raises ApiError 404 for anything else."""
    root = folders.find_publication(quarter)
    path = _find_inside(root, name)
    if path.is_file():
        media = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        kind = "inline" if path.suffix in _SHOWN else "attachment"
        return FileResponse(
            path,
            media_type=media,
            filename=path.name,
            content_disposition_type=kind,
        )
    inside = path.relative_to(root).as_posix() if path != root else ""
    return send_page(
        "publication_folder.html.j2",
        title=f"Files of {quarter.label}" + (f": {inside}" if inside else ""),
        synthetic=synthetic,
        quarter=quarter,
        folder=f"{inside}/" if inside else "",
        files=[
            ListedFile(each.name, each.stat().st_size if each.is_file() else None)
            for each in sorted(path.glob("[!.]*"))
        ],
    )


def _find_inside(root: Path, name: str) -> Path:
    parts = [each for each in name.split("/") if each]
    path = root.joinpath(*parts)
    hidden = any(each.startswith(".") or "\0" in each for each in parts)
    if hidden or not path.exists() or not path.resolve().is_relative_to(root.resolve()):
        raise ApiError(
            404, "NOT_FOUND", f"{root.name} has no such file. Its files are listed on its page."
        )
    return path
