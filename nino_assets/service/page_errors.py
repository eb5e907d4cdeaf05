"""Errors of pages, told in plain words."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from nino_assets.service.api_error import ApiError
from nino_assets.service.json_answer import build_error_answer
from nino_assets.service.page_writer import is_page_wanted, send_error_page

_LOG = logging.getLogger(__name__)

Page = Callable[[Any, Request], Awaitable[Response]]


def tell_errors(page: Page) -> Page:
    """Make a page tell every error in plain words, without a trace."""

    @wraps(page)
    async def answer(pages: Any, request: Request) -> Response:
        try:
            return await page(pages, request)
        except ApiError as error:
            told = error
        except Exception:
            _LOG.exception("A page failed")
            told = ApiError(500, "INTERNAL", "The page failed. Tell the team, and try later.")
        if request.path_params.get("ending") and not is_page_wanted(request):
            return build_error_answer(told)
        return send_error_page(told)

    return answer
