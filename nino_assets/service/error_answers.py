"""Answers every error of an endpoint or a page, without a trace."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from nino_assets.service.api_error import ApiError

_LOG = logging.getLogger(__name__)

Handler = Callable[[Any, Request], Awaitable[Response]]


def build_error_teller(
    send: Callable[[Request, ApiError], Response], failure: str
) -> Callable[[Handler], Handler]:
    """Build a decorator that sends each error of a handler.

    `failure` says what failed, for an error that is a bug.
    """

    def tell_errors(handler: Handler) -> Handler:
        @wraps(handler)
        async def answer(owner: Any, request: Request) -> Response:
            try:
                return await handler(owner, request)
            except ApiError as error:
                return send(request, error)
            except Exception:
                _LOG.exception(failure)
                message = f"{failure}. Tell the team, and try later."
                return send(request, ApiError(500, "INTERNAL", message))

        return answer

    return tell_errors
