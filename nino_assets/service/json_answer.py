"""Answers in JSON, errors too."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from nino_assets.service.api_error import ApiError

BASE = "/webapi/rest/v1"


_JSON = "application/json;charset=UTF-8"


def send_json(
    body: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Build an answer from JSON, with the content type that clients compare."""
    return Response(body, status, {"Content-Type": _JSON, **(headers or {})})


def build_answer(content: Any) -> Response:
    """Build an answer that nobody asks for again."""
    return send_json(orjson.dumps(content))


def tag_answer(body: bytes) -> Response:
    """Build an answer with an ETag."""
    digest = hashlib.sha256(body).hexdigest()[:32]
    return send_json(body, headers={"ETag": f'W/"{digest}"'})


def build_error_answer(error: ApiError, headers: Mapping[str, str] | None = None) -> Response:
    """Build the answer that tells an error."""
    return send_json(orjson.dumps(error.content), status=error.status, headers=headers)
