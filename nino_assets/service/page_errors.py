"""Errors of pages, told in plain words."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from nino_assets.service.api_error import ApiError
from nino_assets.service.error_answers import build_error_teller
from nino_assets.service.json_answer import build_error_answer
from nino_assets.service.page_writer import is_page_wanted, send_error_page


def _send(request: Request, error: ApiError) -> Response:
    if request.path_params.get("ending") and not is_page_wanted(request):
        return build_error_answer(error)
    return send_error_page(error)


tell_errors = build_error_teller(_send, "The page failed")
"""Makes a page tell every error in plain words."""
