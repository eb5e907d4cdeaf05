"""The form of a table: what it offers, what it refuses, and odd addresses."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from nino_assets.service.levels import LEVELS
from nino_assets_tests.support.api_client import ApiClient
from nino_assets_tests.support.table_pages import build, find_links, read_page, read_rows


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


def read_problems(answer: Any) -> dict[str, str]:
    """Place on the page → message of each problem; every place is there."""
    page = read_page(answer)
    links = page.xpath("//div[@class='errors']/ul[1]//a")
    assert links and all(page.xpath(f"//*[@id='{each.get('href')[1:]}']") for each in links)
    return {each.get("href")[1:]: each.text for each in links}


def test_every_choice_is_kept_beside_what_cannot_be_read(api: ApiClient) -> None:
    form = {
        "f": ["period", "area", "sex", "hat"],
        "period.level": "year_ending",
        "latest": "four",
        "area.level": "country",
        "area.place": "ceiling",
        "sex.value": ["male", "unknown"],
        "total": "sex",
    }
    answer = build(api, form)
    assert answer.status == 400
    assert set(read_problems(answer)) == {"fields", "period", "layout"}
    page = read_page(answer)
    assert page.xpath("//input[@id='latest']/@value") == ["four"]
    assert page.xpath("//input[@name='f'][@type='checkbox'][@checked]/@value") == ["area", "sex"]
    assert page.xpath("//input[@name='area.level'][@checked]/@value") == ["country"]
    assert page.xpath("//input[@name='sex.value'][@checked]/@value") == ["male", "unknown"]
    assert page.xpath("//input[@id='total-sex'][@checked]")
    assert page.xpath("//title")[0].text.startswith("Error: ")


def test_problems_are_told_in_the_words_of_the_page(api: ApiClient) -> None:
    crossing = {"f": ["period", "area", "age"], "period.level": "quarter"}
    unknown = {"f": ["period", "sex"], "period.level": "year_ending", "sex.value": ["x"]}
    for form, place, words in (
        (crossing, "age", "not published together"),
        (unknown, "sex", "Choose from the list"),
        ({"f": "period", "from": "190001"}, "period", "Choose the first period"),
    ):
        [(at, message)] = read_problems(build(api, form)).items()
        assert at == place and words in message
        assert not re.search(r"webapi|`|request|nearest", message)


def test_the_number_of_cells_is_told_while_choosing(api: ApiClient) -> None:
    for form, words in (
        ({"f": ["period", "sex"], "period.level": "year_ending", "latest": "2"}, "has 6 cells"),
        ({"f": "period", "latest": "1"}, "has 1 cell."),
        ({"f": ["period", "age"], "period.level": "quarter"}, "not published together"),
    ):
        [state] = read_page(build(api, form, show=False)).xpath("//*[@id='cells']")
        assert state.get("role") == "status" and words in state.text


def test_a_table_begins_where_it_is_asked_to_and_follows_new_figures(api: ApiClient) -> None:
    form = {"f": "period", "period.level": "quarter", "from": "202003", "latest": "3"}
    answer = build(api, form)
    names = ["Jan to Mar 2020", "Apr to Jun 2020", "Jul to Sep 2020", "Oct to Dec 2020"]
    assert [row[0] for row in read_rows(answer)] == names
    follow = "The same table when new figures come"
    assert "from=202003" in find_links(answer)[follow]
    # Chosen one by one they follow too, where they are all up to the newest.
    chosen = {"f": "period", "period.level": "quarter", "period.value": ["202009", "202012"]}
    assert "from=202009" in find_links(build(api, chosen))[follow]
    chosen["period.value"] = ["202006", "202012"]
    assert follow not in find_links(build(api, chosen))
    # Another level has another list: its first period is chosen anew.
    changed = form | {"period.level": "year_ending", "period.of": "quarter"}
    assert build(api, changed, show=False).status == 200


def test_a_long_form_is_posted_and_has_an_address(api: ApiClient) -> None:
    pairs = [("f", "period"), ("f", "area"), ("area.level", "middle_layer"), ("show", "1")]
    pairs += [("period.level", "calendar_year")]
    listed = [("area.value", f"E020{n:05}") for n in range(200)]
    for form, start in ((pairs + listed, "/tables/"), (pairs, "/build?")):
        moved = api.ask("POST", "/build", urlencode(form).encode())
        assert moved.status == 303 and moved.headers["location"].startswith(start)
    wrong = api.ask("POST", "/build", urlencode([*pairs, ("latest", "x")]).encode())
    assert wrong.status == 400 and set(read_problems(wrong)) == {"period"}
    most = api.ask("POST", "/build", urlencode([*pairs, *listed * 50]).encode())
    assert most.status == 400 and "Choose fewer" in read_problems(most)["fields"]


def test_code_to_paste_keeps_a_whole_level_whole(api: ApiClient) -> None:
    form = {"f": ["period", "area"], "area.level": "local_authority", "latest": "1"}
    page = read_page(build(api, form))
    query = json.loads(shlex.split(page.xpath("//pre/code")[-1].text)[2])
    maps = {uri.rpartition(":")[2]: each["map"] for uri, each in query["recodes"].items()}
    assert maps["V_C_MASTERGEOG11_LA_TO_REGION_NI"] == []
    assert len(maps["C_NINO_QTR"]) == 1


NAMES = [
    "f",
    "from",
    "percent",
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
        "row",
        "column",
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
        if answer.status in {400, 422}:
            assert not re.search(
                r"webapi|`(map|nearest|total|edition)`", " ".join(read_problems(answer).values())
            )


@settings(max_examples=100, deadline=None)
@given(
    name=st.text(alphabet="abcdefgXYZ012-_=%~é", max_size=40),
    ending=st.sampled_from(["", ".csv", ".x"]),
)
def test_any_name_of_a_table_gives_a_page(api: ApiClient, name: str, ending: str) -> None:
    answer = api.ask("GET", f"/tables/{quote(name)}{ending}")
    assert answer.status in {200, 400, 404, 422}
