"""The form of a table: what it offers, what it refuses, and odd addresses."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from nino_assets.service.levels import LEVELS
from nino_assets_tests.support.api_client import ApiClient
from nino_assets_tests.support.table_pages import (
    build,
    read_page,
)


def test_what_is_not_published_together_is_greyed_with_its_reason(api: ApiClient) -> None:
    form = {"f": ["period", "nationality"], "period.level": "quarter"}
    page = read_page(build(api, form, show=False))
    for field in ("age", "sex", "lag"):
        [box] = page.xpath(f"//input[@id='f-{field}']")
        assert box.get("disabled") is not None
        [reason] = page.xpath(f"//*[@id='{box.get('aria-describedby')}']")
        assert "period (quarter)" in reason.text and "year ending" in reason.text
    assert page.xpath("//input[@id='f-area']")[0].get("disabled") is None


def test_what_is_greyed_is_refused_by_the_server(api: ApiClient) -> None:
    for form in (
        {"f": ["period", "age"], "period.level": "quarter"},
        {"f": ["period", "area", "sex"], "area.level": "middle_layer"},
    ):
        answer = build(api, form)
        assert answer.status == 422
        page = read_page(answer)
        [link] = page.xpath("//div[@class='errors']//a")
        assert page.xpath(f"//*[@id='{link.get('href')[1:]}']")
        assert "nearest`" not in link.text and page.xpath("//div[@class='errors']//li")[1:]
        assert not page.xpath("//table")


def test_what_is_not_greyed_is_answered(api: ApiClient) -> None:
    """Every level that the page offers beside others gives a table."""
    for field in ("area", "nationality", "age", "sex", "lag"):
        for period in LEVELS["period"]:
            form: dict[str, Any] = {"f": ["period", field], "period.level": period}
            page = read_page(build(api, form, show=False))
            for radio in page.xpath(f"//input[@name='{field}.level']"):
                asked = form | {f"{field}.level": radio.get("value")}
                offered = radio.get("aria-describedby") is None
                assert (build(api, asked).status == 200) is offered, asked


def test_lists_are_searched_by_name_and_code(api: ApiClient) -> None:
    form = {"f": ["period", "area"], "area.level": "local_authority"}
    for words in ("newham", "E09000025"):
        page = read_page(build(api, form | {"area.find": words}, show=False))
        assert page.xpath("//input[@name='area.value']/@value") == ["E09000025"]
    changed = form | {"area.of": "region", "area.value": "E12000007"}
    assert build(api, changed, show=False).status == 200


NAMES = [
    "f",
    "total",
    "latest",
    "page",
    "sheet",
    "show",
    "edition",
    *(f"{field}.{part}" for field in LEVELS for part in ("level", "value", "place", "find", "of")),
]
WORDS = [
    *LEVELS,
    *(key for levels in LEVELS.values() for key in levels),
    *(
        "rows",
        "columns",
        "sheets",
        "1",
        "0",
        "-1",
        "999999",
        "٣",
        "2020-Q4.1",
        "E09000025",
        "202012",
    ),
    *("IND", "\x00", "\ud800", "<b>", "%", ""),
]
pairs = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(WORDS) | st.text(max_size=8)), max_size=14
)


@settings(max_examples=250, deadline=None)
@given(pairs=pairs)
def test_any_form_gives_a_table_or_a_page_that_says_why(api: ApiClient, pairs: list) -> None:
    address = "&".join(f"{k}={quote(v, errors='surrogatepass')}" for k, v in pairs)
    answer = api.ask("GET", f"/build?{address}")
    assert answer.status in {200, 303, 400, 404, 422}
    if answer.status != 303:
        page = read_page(answer)
        assert page.xpath("//h1")
        assert not re.search(r"Traceback|site-packages|/nino_assets/", answer.body.decode())
        for link in page.xpath("//main//a[contains(@href, '.csv')]/@href"):
            assert api.ask("GET", link).status == 200


@settings(max_examples=100, deadline=None)
@given(
    name=st.text(alphabet="abcdefgXYZ012-_=%~é", max_size=40),
    ending=st.sampled_from(["", ".csv", ".x"]),
)
def test_any_name_of_a_table_gives_a_page(api: ApiClient, name: str, ending: str) -> None:
    answer = api.ask("GET", f"/tables/{quote(name)}{ending}")
    assert answer.status in {200, 400, 404, 422}
