"""The team preview: the service over an unreleased publication, and its quarters.

It is for those who produce the publication: `nino-assets ui` starts it with the web UI.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from nino_assets.errors import NinoError
from nino_assets.releases.published import PublishedEditions, hash_manifest
from nino_assets.service.api_error import ApiError
from nino_assets.service.application import create_service
from nino_assets.service.page_errors import tell_errors
from nino_assets.service.page_writer import send_page
from nino_assets.service.preview_mark import MarkedAnswers
from nino_assets.service.publication_files import send_publication_file
from nino_assets.service.settings import Settings
from nino_assets.service.unreleased_edition import UnreleasedEdition, list_publications
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders

_QUARTER = re.compile(r"/(?:quarters|publications)/(\d{4}-Q[1-4])(?:/|$)")


@dataclass(frozen=True)
class PreviewSources:
    """What the preview asks of the pipeline.

    `build_quarter_page` gives the HTML page of a quarter; `is_synthetic` tells whether its data are
    made up.
    """

    build_quarter_page: Callable[[Quarter], str]
    is_synthetic: Callable[[Quarter], bool]


def create_preview(folders: Folders, settings: Settings, sources: PreviewSources) -> ASGIApp:
    """Create the preview over a data folder."""
    edition = UnreleasedEdition(
        folders, sources.is_synthetic, smallest_count=settings.smallest_count
    )
    pages = _QuarterPages(folders, sources)
    app = Starlette(
        routes=[*pages.list_routes(), Mount("/", create_service(edition, settings))],
    )
    return MarkedAnswers(app, pages.is_released)


class _QuarterPages:
    """The list of quarters, their pages, and the files of publications."""

    def __init__(self, folders: Folders, sources: PreviewSources) -> None:
        self._folders = folders
        self._sources = sources

    def list_routes(self) -> list[Route]:
        """The routes of quarters and files."""
        return [
            Route("/quarters", self.get_list),
            Route("/quarters/{quarter}", self.get_quarter),
            Route("/publications/{quarter}", self.get_folder),
            Route("/publications/{quarter}/{name:path}", self.get_file),
        ]

    def is_released(self, path: str) -> bool:
        """Whether readers have the publication that a path shows."""
        found = _QUARTER.match(path)
        listed = [quarter for quarter, _ in list_publications(self._folders)]
        quarter = Quarter.parse(found[1]) if found else max(listed, default=None)
        return quarter is not None and self._find_edition(quarter) is not None

    @tell_errors
    async def get_list(self, _: Request) -> Response:
        listed = [quarter for quarter, _ in list_publications(self._folders)][::-1]
        return send_page(
            "preview_quarters.html.j2",
            title="Quarters",
            synthetic=False,
            quarters=[(each, self._find_edition(each)) for each in listed],
        )

    @tell_errors
    async def get_quarter(self, request: Request) -> Response:
        quarter = _read_quarter(request)
        try:
            page = await asyncio.to_thread(self._sources.build_quarter_page, quarter)
        except NinoError as error:
            raise ApiError(503, "NOT_READY", f"{error}") from None
        return HTMLResponse(page)

    @tell_errors
    async def get_folder(self, request: Request) -> Response:
        return RedirectResponse(f"{request.url.path}/", 307)

    @tell_errors
    async def get_file(self, request: Request) -> Response:
        quarter, name = _read_quarter(request), request.path_params["name"]
        synthetic = await asyncio.to_thread(self._sources.is_synthetic, quarter)
        if not name.endswith("/") and name and self._is_folder(quarter, name):
            return RedirectResponse(f"{request.url.path}/", 307)
        return send_publication_file(self._folders, quarter, name, synthetic=synthetic)

    def _is_folder(self, quarter: Quarter, name: str) -> bool:
        return (self._folders.find_publication(quarter) / name).is_dir()

    def _find_edition(self, quarter: Quarter) -> int | None:
        """The number of the released edition with the files of a publication."""
        held = hash_manifest(self._folders.find_publication(quarter))
        try:
            editions = PublishedEditions(self._folders).read_editions()
        except NinoError:
            return None
        return next((e.number for e in editions if held and e.manifest_sha256 == held), None)


def _read_quarter(request: Request) -> Quarter:
    try:
        return Quarter.parse(request.path_params["quarter"])
    except ValueError:
        raise ApiError(
            404, "NOT_FOUND", "There is no such quarter. A quarter is written as 2020-Q4."
        ) from None
