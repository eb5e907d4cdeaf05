"""Renders every HTML page with the statistic's producer, contact and banner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nino_assets.statistic.identity import (
    COLLECTION_URL,
    CONTACT_EMAIL,
    LEAD_STATISTICIAN,
    LICENCE,
    LICENCE_NAME,
    PRODUCER,
    RELEASE_TIME,
    SYNTHETIC_BANNER,
)
from nino_assets.statistic.written_dates import (
    format_date,
    format_month,
    format_time,
    format_weekday,
)
from nino_assets.writers.pages import Banner, build_environment

_ROOM = "nino_assets.publishing"
_DATE_FILTERS: Mapping[str, Callable[..., Any]] = {
    "day": format_date,
    "weekday": format_weekday,
    "month": format_month,
    "time": format_time,
}
_SYNTHETIC = Banner(
    text=SYNTHETIC_BANNER,
    title_prefix="Synthetic data: ",
    print_text="Synthetic data: must not be quoted",
)


def render_page(
    folder: str,
    template: str,
    *,
    synthetic: bool,
    filters: Mapping[str, Callable[..., Any]] | None = None,
    **values: Any,
) -> str:
    """Render a template of `publishing/<folder>/templates/` as one HTML file.

    `synthetic` puts the banner on the page, and on every sheet when it is printed. The same values
    give the same text.
    """
    environment = build_environment(
        [f"{_ROOM}.{folder}", _ROOM], {**_DATE_FILTERS, **(filters or {})}
    )
    return environment.get_template(template).render(
        producer=PRODUCER,
        contact=CONTACT_EMAIL,
        collection=COLLECTION_URL,
        lead_statistician=LEAD_STATISTICIAN,
        licence=LICENCE,
        licence_name=LICENCE_NAME,
        release_time=format_time(RELEASE_TIME),
        banner=_SYNTHETIC if synthetic else None,
        **values,
    )
