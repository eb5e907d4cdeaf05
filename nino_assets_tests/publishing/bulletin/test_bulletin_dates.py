"""The dates of a bulletin are read from its list of facts, however that list is marked up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nino_assets.publishing.bulletin.bulletin_dates import read_dates

FACTS = "<dl><dt>Published</dt> <dd>{}</dd><dt>Next release</dt> <dd>9:30am, 27 May 2021</dd></dl>"
DAY, NEXT = date(2021, 2, 25), date(2021, 5, 27)


def read(tmp_path: Path, html: str) -> tuple[date | None, date | None]:
    path = tmp_path / "bulletin.html"
    path.write_text(html, encoding="utf-8")
    return read_dates(path)


def test_a_written_bulletin_states_the_dates_of_its_edition(bulletin_path: Path) -> None:
    assert read_dates(bulletin_path) == (DAY, NEXT)


@pytest.mark.parametrize(
    ("template", "marked_up"),
    [
        ("<dt>", '<dt class="facts__term">'),
        ("<dd>", '<dd class="facts__text" data-fact="date">'),
        ("</dt> <dd>", "</dt>\n  <dd>\n  "),
        ("9:30am, 25 February 2021", '9:30am, <time datetime="2021-02-25">25 February 2021</time>'),
        ("<dt>Published</dt>", "<dt><span>Published</span></dt>"),
    ],
)
def test_another_markup_of_the_facts_states_the_same(
    bulletin_html: str, tmp_path: Path, template: str, marked_up: str
) -> None:
    assert template in bulletin_html
    assert read(tmp_path, bulletin_html.replace(template, marked_up)) == (DAY, NEXT)


@pytest.mark.parametrize(
    "stated",
    [
        *("25 February 2021", "9:31am, 25 February 2021", "9:30am, 25 Febuary 2021", "", "9:30am"),
        *("9:30am, 31 February 2021", "9:30am, 05 February 2021", "9:30am, 2021-02-25"),
        "9:30am, 25 February 2021</dd><dt>Published</dt> <dd>9:30am, 26 February 2021",
    ],
)
def test_a_page_that_states_no_one_date_has_none(tmp_path: Path, stated: str) -> None:
    assert read(tmp_path, FACTS.format(stated)) == (None, NEXT)


def test_a_date_elsewhere_on_the_page_is_not_its_date(tmp_path: Path) -> None:
    assert read(tmp_path, "<p>Published: 9:30am, 25 February 2021</p>") == (None, None)


def test_a_page_that_is_not_there_has_no_dates(tmp_path: Path) -> None:
    assert read_dates(tmp_path / "bulletin.html") == (None, None)
