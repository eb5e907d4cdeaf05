"""Errors of pages, told in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from nino_assets.service.api_error import ApiError
from nino_assets.service.error_answers import build_error_teller
from nino_assets.service.json_answer import BASE, build_error_answer
from nino_assets.service.page_writer import send_error_page


def send_error(scope: Scope, error: ApiError, headers: Mapping[str, str] | None = None) -> Response:
    """Send an error as a page to a browser, else in JSON.

    The API answers in JSON whoever asks.
    """
    wanted = "text/html" in Headers(scope=scope).get("accept", "")
    if wanted and not scope["path"].startswith(BASE):
        return send_error_page(error, headers)
    return build_error_answer(error, headers)


def _send(request: Request, error: ApiError) -> Response:
    if request.path_params.get("ending"):
        return send_error(request.scope, error)
    return send_error_page(error)


tell_errors = build_error_teller(_send, "The page failed")
"""Makes a page tell every error in plain words."""
