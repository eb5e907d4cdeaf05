"""Pages of tables: how they are asked for and read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from lxml import html

from nino_assets_tests.support import small_lattice as lattice
from nino_assets_tests.support.api_client import Answer, ApiClient

AREAS_BY_WORLD_AREA = {
    "f": ["period", "area", "nationality"],
    "period.level": "year_ending",
    "latest": "2",
    "area.level": "local_authority",
    "area.place": "rows",
    "nationality.level": "world_area",
    "total": "nationality",
}


def build(api: ApiClient, form: dict[str, Any], *, show: bool = True) -> Answer:
    pairs = form | ({"show": "1"} if show else {})
    return api.ask("GET", f"/build?{urlencode(pairs, doseq=True)}")


def read_page(answer: Answer) -> Any:
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return html.fromstring(answer.body.decode())


def read_rows(answer: Answer) -> list[list[str]]:
    rows = read_page(answer).xpath("//table[@class='figures']/tbody/tr")
    return [[cell.text_content() for cell in row] for row in rows]


def find_links(answer: Answer) -> dict[str, str]:
    return {a.text_content(): a.get("href") for a in read_page(answer).xpath("//main//a")}


def find(**members: str) -> int:
    return lattice.find_figure(members)


def list_expected() -> list[tuple[str, str, str, int]]:
    """The cells of the table above: period, area, nationality, figure."""
    return [
        (period, area, nationality, find(period=period, area=area, nationality=nationality))
        for period in ("year_ending:2019-Q4", "year_ending:2020-Q4")
        for area in [
            *(f"local_authority:{a}" for a in lattice.AUTHORITIES),
            "overseas:OVERSEAS",
        ]
        for nationality in [*(f"world_area:{w}" for w in lattice.WORLD_AREAS), lattice.ALL]
    ]
