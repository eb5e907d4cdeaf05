"""Renders the pages of the service, and sends them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from starlette.responses import Response

from nino_assets.service.api_error import ApiError
from nino_assets.service.table_grid import format_figure
from nino_assets.statistic.identity import (
    COLLECTION_URL,
    CONTACT_EMAIL,
    LICENCE,
    PRODUCER,
    SYNTHETIC_BANNER,
    TITLE,
)
from nino_assets.statistic.written_dates import format_date, format_moment
from nino_assets.writers.pages import Banner, build_environment

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_BANNER = Banner(SYNTHETIC_BANNER, "Synthetic data: ", "Synthetic data: must not be quoted")


@lru_cache(maxsize=1)
def _get_environment() -> Environment:
    environment = build_environment(
        ["nino_assets.service"],
        {"day": format_date, "moment": format_moment, "figure": format_figure},
    )
    environment.auto_reload = False
    return environment


def load_templates() -> None:
    """Load every template, so that the first reader waits for none."""
    environment = _get_environment()
    for name in environment.list_templates():
        environment.get_template(name)


def send_page(template: str, *, synthetic: bool, status: int = 200, **values: Any) -> Response:
    """Render a page and send it."""
    text = _render(template, synthetic=synthetic, **values)
    return Response(text, status, {**_HEADERS, "Content-Type": "text/html; charset=utf-8"})


def send_style(*, synthetic: bool) -> Response:
    """Send the style of every page.

    It marks each printed sheet of synthetic data.
    """
    text = _render("service.css", synthetic=synthetic)
    return Response(text, 200, {**_HEADERS, "Content-Type": "text/css; charset=utf-8"})


def send_script() -> Response:
    """Send the script of the table builder, which works without it too."""
    text = _render("service.js", synthetic=False)
    return Response(text, 200, {**_HEADERS, "Content-Type": "text/javascript; charset=utf-8"})


def send_error_page(error: ApiError, headers: Mapping[str, str] | None = None) -> Response:
    """Send a page that tells an error and the next step."""
    page = send_page(
        "error.html.j2",
        title="There is a problem",
        synthetic=False,
        status=error.status,
        message=error.content["message"],
    )
    page.headers.update(headers or {})
    return page


def _render(template: str, *, synthetic: bool, **values: Any) -> str:
    return (
        _get_environment()
        .get_template(template)
        .render(
            producer=PRODUCER,
            contact=CONTACT_EMAIL,
            collection=COLLECTION_URL,
            licence=LICENCE,
            statistic=TITLE,
            banner=_BANNER if synthetic else None,
            **values,
        )
    )
