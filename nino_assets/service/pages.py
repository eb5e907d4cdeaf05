"""The pages: catalogue, table builder, tables, files, and the API."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from nino_assets.service.api_error import ApiError
from nino_assets.service.api_page import send_api_page
from nino_assets.service.build_page import send_build_page
from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.edition_source import EditionSource, find_edition
from nino_assets.service.form_reading import read_choices, read_form, read_short
from nino_assets.service.levels import FIELD_LABELS, LEVELS
from nino_assets.service.page_errors import tell_errors
from nino_assets.service.page_writer import send_page, send_script, send_style
from nino_assets.service.query import read_query
from nino_assets.service.ready_tables import list_ready_tables
from nino_assets.service.settings import Settings
from nino_assets.service.table import Table, answer_query
from nino_assets.service.table_files import FILE_KINDS
from nino_assets.service.table_form import LONGEST_ADDRESS, TableForm
from nino_assets.service.table_page import send_table_page
from nino_assets.statistic.identity import TITLE


class TablePages:
    """The pages over the edition that readers have now."""

    def __init__(self, current: EditionSource, settings: Settings) -> None:
        self._current = current
        self._settings = settings
        self._large = asyncio.Semaphore(2)

    def list_routes(self) -> list[Route]:
        """The routes, without a final slash."""
        listed: list[tuple[str, Callable[[Request], Awaitable[Response]]]] = [
            ("/", self.get_catalogue),
            ("/tables/{name}.{ending}", self.get_file),
            ("/tables/{name}", self.get_table),
            ("/api", self.get_description),
            ("/service.css", self.get_style),
            ("/service.js", self.get_script),
            ("/favicon.ico", self.get_icon),
        ]
        return [
            Route("/build", self.get_build, methods=["GET", "POST"]),
            *(Route(path, call, methods=["GET"]) for path, call in listed),
        ]

    @tell_errors
    async def get_catalogue(self, _: Request) -> Response:
        edition = await find_edition(self._current, None)
        return send_page(
            "catalogue.html.j2",
            title=f"Tables of {TITLE}",
            synthetic=edition.synthetic,
            edition=edition,
            next_release=self._current.read_next_release(),
            latest=edition.fields["period"].by_id[edition.latest_quarter].label,
            tables=list_ready_tables(),
            fields=[
                (FIELD_LABELS[field], [level.label for level in levels.values()])
                for field, levels in LEVELS.items()
            ],
        )

    @tell_errors
    async def get_build(self, request: Request) -> Response:
        address = request.url.query
        if request.method == "POST":
            address = (await request.body()).decode("ascii", "replace")
        elif len(address) <= LONGEST_ADDRESS:
            return await self._show(address)
        form, faults = read_choices(address)
        if faults:
            return await self._show(address)
        return RedirectResponse(form.write_path(), 303)

    @tell_errors
    async def get_table(self, request: Request) -> Response:
        return await self._show(read_short(request.path_params["name"]))

    @tell_errors
    async def get_file(self, request: Request) -> Response:
        name, ending = request.path_params["name"], request.path_params["ending"]
        kind = FILE_KINDS.get(ending)
        if kind is None:
            raise ApiError(
                404, "NOT_FOUND", f"A table is a file that ends in {', '.join(FILE_KINDS)}."
            )
        form = read_form(read_short(name))
        edition = await self._find_edition(form)
        async with self._large:
            table = await asyncio.to_thread(self._answer, form, edition)
            body = await asyncio.to_thread(kind.write, table)
        file_name = f"nino-registrations-{edition.name}.{ending}"
        return Response(
            body,
            200,
            {
                "Content-Type": kind.media,
                "Content-Disposition": f'attachment; filename="{file_name}"',
            },
        )

    @tell_errors
    async def get_description(self, _: Request) -> Response:
        return send_api_page(self._settings)

    @tell_errors
    async def get_style(self, _: Request) -> Response:
        try:
            synthetic = (await find_edition(self._current, None)).synthetic
        except ApiError:
            synthetic = False
        return send_style(synthetic=synthetic)

    @tell_errors
    async def get_script(self, _: Request) -> Response:
        return send_script()

    @tell_errors
    async def get_icon(self, _: Request) -> Response:
        # Browsers ask for one by themselves; there is none.
        return Response(status_code=204)

    async def _show(self, address: str) -> Response:
        form, faults = read_choices(address)
        edition = await self._find_edition(form)
        if faults:
            return send_build_page(form, edition, faults)
        try:
            query = read_query(form.build_query(edition), edition)
            if not form.shown:
                return send_build_page(form, edition, query=query)
            async with self._large:
                table = await asyncio.to_thread(self._answer, form, edition)
        except ApiError as error:
            return send_build_page(form, edition, [error])
        current = await find_edition(self._current, None)
        return send_table_page(table, form, self._settings.address, current.name)

    async def _find_edition(self, form: TableForm) -> EditionCells:
        return await find_edition(self._current, form.edition or None)

    def _answer(self, form: TableForm, edition: EditionCells) -> Table:
        query = read_query(form.build_query(edition), edition)
        table = answer_query(query, edition, groups=self._settings.groups)
        return replace(table, percent_of=form.percent_of)
