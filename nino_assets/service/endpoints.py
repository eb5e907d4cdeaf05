"""The endpoints of the open data API."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nino_assets.service.api_error import ApiError, shorten
from nino_assets.service.callers import identify_caller
from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.edition_source import EditionSource, find_edition
from nino_assets.service.error_answers import build_error_teller
from nino_assets.service.json_answer import (
    BASE,
    build_answer,
    build_error_answer,
    send_json,
    tag_answer,
)
from nino_assets.service.query import TableQuery, parse_query, read_query
from nino_assets.service.rate_limits import RateLimits
from nino_assets.service.saved_tables import SAVED_TABLE_BY_URI
from nino_assets.service.schema_nodes import ROOT, build_node
from nino_assets.service.settings import Settings
from nino_assets.service.table import answer_query
from nino_assets.service.table_json import write_table

_LANGUAGES = {"languages": [{"locale": "en", "displayName": "English"}]}
_MOST_IN_LOOP = 20_000
"""Tables up to so many items times items are answered in the event loop, larger in a thread."""

tell_errors = build_error_teller(lambda _, error: build_error_answer(error), "The answer failed")
"""Makes an endpoint answer every error in JSON."""


class OpenDataApi:
    """The endpoints over the edition that readers have now."""

    def __init__(self, current: EditionSource, settings: Settings, limits: RateLimits) -> None:
        self._current = current
        self._settings = settings
        self._limits = limits
        self._large = asyncio.Semaphore(2)
        self._write_schema = lru_cache(maxsize=512)(self._build_schema)

    def list_routes(self) -> list[Route]:
        """The routes, without a final slash: the middleware takes it off."""
        listed: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
            (f"{BASE}/info", "GET", self.get_info),
            (f"{BASE}/rate_limit", "GET", self.get_rate_limit),
            (f"{BASE}/rate_limit_table", "GET", self.get_rate_limit),
            (f"{BASE}/rate_limit_schema", "GET", self.get_rate_limit),
            (f"{BASE}/schema", "GET", self.get_schema),
            (f"{BASE}/schema/{{id:path}}", "GET", self.get_schema),
            (f"{BASE}/table", "POST", self.post_table),
            (f"{BASE}/table/saved/{{id:path}}", "GET", self.get_saved_table),
            (f"{BASE}/openapi.json", "GET", self.get_description),
            ("/openapi.json", "GET", self.get_description),
            ("/healthz", "GET", self.get_health),
        ]
        return [Route(path, call, methods=[method]) for path, method, call in listed]

    @tell_errors
    async def get_info(self, _: Request) -> Response:
        return tag_answer(orjson.dumps(_LANGUAGES))

    @tell_errors
    async def get_rate_limit(self, request: Request) -> Response:
        kind = request.url.path.rpartition("rate_limit")[2].strip("_").capitalize()
        caller = identify_caller(request.scope, request.headers, self._settings)
        return build_answer(self._limits.read(caller.bucket, caller.limit).to_json(kind))

    @tell_errors
    async def get_schema(self, request: Request) -> Response:
        edition = await self._find_edition(request)
        depth = request.query_params.get("depth")
        return self._write_schema(edition, request.path_params.get("id", ROOT), depth)

    def _build_schema(self, edition: EditionCells, uri: str, depth: str | None) -> Response:
        address = f"{self._settings.address}{BASE}/schema"
        return tag_answer(orjson.dumps(build_node(uri, depth, edition, address)))

    @tell_errors
    async def post_table(self, request: Request) -> Response:
        edition = await self._find_edition(request)
        return send_json(await self._answer(parse_query(await request.body(), edition), edition))

    @tell_errors
    async def get_saved_table(self, request: Request) -> Response:
        uri = request.path_params["id"]
        if uri not in SAVED_TABLE_BY_URI:
            named = shorten(uri)
            raise ApiError(
                400,
                "TXD_NOT_FOUND",
                f"The requested TXD '{named}' could not be found for the current user. "
                "The saved tables are listed at /webapi/rest/v1/schema.",
                component=named,
            )
        edition = await self._find_edition(request)
        query = read_query(SAVED_TABLE_BY_URI[uri].build_query(edition), edition)
        return tag_answer(await self._answer(query, edition))

    @tell_errors
    async def get_description(self, _: Request) -> Response:
        return tag_answer(read_description())

    @tell_errors
    async def get_health(self, request: Request) -> Response:
        edition = await self._find_edition(request)
        return build_answer({"status": "ok", "edition": edition.name})

    async def _answer(self, query: TableQuery, edition: EditionCells) -> bytes:
        def answer() -> bytes:
            return write_table(answer_query(query, edition, groups=self._settings.groups))

        if query.count_cells() <= _MOST_IN_LOOP:
            return answer()
        async with self._large:
            return await asyncio.to_thread(answer)

    async def _find_edition(self, request: Request) -> EditionCells:
        return await find_edition(self._current, request.query_params.get("edition"))


@lru_cache(maxsize=1)
def read_description() -> bytes:
    """The OpenAPI description of these endpoints."""
    return (Path(__file__).parent / "openapi.json").read_bytes()
