"""The page of the open data API, from its OpenAPI description."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.responses import Response

from nino_assets.service.endpoints import read_description
from nino_assets.service.json_answer import BASE
from nino_assets.service.page_writer import send_page
from nino_assets.service.pasted_code import list_code
from nino_assets.service.settings import Settings

_EXAMPLE = f"{BASE}/table"


def send_api_page(settings: Settings) -> Response:
    """Send the page: addresses, errors, limits, and an example that runs."""
    description = orjson.loads(read_description())
    body = description["paths"][_EXAMPLE]["post"]["requestBody"]["content"]["application/json"]
    return send_page(
        "api.html.j2",
        title="Open data API",
        synthetic=False,
        paths=_list_paths(description),
        errors=[
            (each["const"], *each["description"].split(": ", 1))
            for each in description["components"]["schemas"]["Error"]["properties"]["errorType"][
                "oneOf"
            ]
        ],
        code=list_code(settings.address, body["example"]),
        limits=settings,
    )


def _list_paths(description: dict[str, Any]) -> list[dict[str, str]]:
    """The endpoints: path, method and summary."""
    return [
        {"path": path, "method": method.upper(), "summary": content.get("summary", "")}
        for path, methods in description["paths"].items()
        for method, content in methods.items()
        if isinstance(content, dict)
    ]
