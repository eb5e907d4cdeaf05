"""The application: the endpoints, and the rules around them."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from nino_assets.service.api_error import ApiError
from nino_assets.service.common_rules import CommonRules
from nino_assets.service.current_edition import CurrentEdition
from nino_assets.service.edition_source import EditionSource
from nino_assets.service.endpoints import OpenDataApi
from nino_assets.service.page_errors import send_error
from nino_assets.service.page_writer import load_templates
from nino_assets.service.pages import TablePages
from nino_assets.service.profile_pages import ProfilePages
from nino_assets.service.rate_limits import RateLimits
from nino_assets.service.settings import Settings, read_settings
from nino_assets.store.folders import Folders

_ERRORS = {
    404: ("NOT_FOUND", "There is nothing at this address. The API begins at /webapi/rest/v1/info."),
    405: ("METHOD", "This address answers another method. /openapi.json lists them."),
}


def create_app(folders: Folders | None = None, settings: Settings | None = None) -> Starlette:
    """Create the application over a data folder; the environment's unless given.

    Raises PublicationError when the released edition is not as it was signed.
    """
    folders, settings = folders or Folders.from_environment(), settings or read_settings()
    current = CurrentEdition(folders, smallest_count=settings.smallest_count)
    current.open()
    return create_service(current, settings)


def create_service(source: EditionSource, settings: Settings) -> Starlette:
    """Create the endpoints and pages over a source of editions."""
    load_templates()
    limits = RateLimits(settings.counters)
    app = Starlette(
        routes=[
            *OpenDataApi(source, settings, limits).list_routes(),
            *TablePages(source, settings).list_routes(),
            *ProfilePages(source).list_routes(),
        ],
        middleware=[Middleware(CommonRules, settings=settings, limits=limits)],
        exception_handlers={HTTPException: _tell_http_error},
    )
    app.router.redirect_slashes = False
    return app


def _tell_http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    code, message = _ERRORS.get(status, _ERRORS[404])
    headers = error.headers if isinstance(error, HTTPException) else None
    return send_error(request.scope, ApiError(status, code, message), headers)
