from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from nino_assets.publishing.bulletin.bulletin_agreement import check_bulletin
from nino_assets.publishing.bulletin.bulletin_files import write_bulletin
from nino_assets.publishing.bulletin.source_figures import OtherSource
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.published_cells import LIVELY, POSITIONS, make_cells, make_edition


def test_a_bulletin_agrees_with_its_cells(
    bulletin_html: str,
    twelve_quarters: PublishedCells,
    edition_of_twelve: Edition,
    other_sources: tuple[OtherSource, ...],
) -> None:
    result = check_bulletin(bulletin_html, twelve_quarters, edition_of_twelve, other_sources)
    assert result.disagreements == ()
    assert result.numbers > 100
    assert result.claims > 60
    assert result.quotations > 15
    assert result.table_cells > 300
    assert result.chart_points > 150


@pytest.mark.parametrize(
    ("quarters", "first", "count"),
    [
        *((n, Quarter(2002, 1), LIVELY) for n in (1, 2, 3, 4, 5, 7, 8)),
        (9, Quarter(2013, 1), LIVELY),
        (8, Quarter(2019, 1), pl.lit(0)),
        (1, Quarter(2019, 1), pl.lit(0)),
        (8, Quarter(2019, 1), pl.lit(5)),
        (8, Quarter(2019, 1), pl.when(pl.col("period") < 6).then(123_456).otherwise(0)),
        (8, Quarter(2019, 1), pl.col("period") * 1_234_567),
    ],
)
def test_short_nil_and_extreme_editions_agree_too(
    quarters: int, first: Quarter, count: pl.Expr, tmp_path: Path
) -> None:
    cells, edition = make_cells(quarters, first, count), make_edition(quarters, first)
    write_bulletin(cells, edition, POSITIONS, tmp_path / "b.html")
    html = (tmp_path / "b.html").read_text(encoding="utf-8")
    assert check_bulletin(html, cells, edition).disagreements == ()


def swap(pattern: str, new: str | Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    def change(html: str) -> str:
        changed = re.sub(pattern, new, html, count=1)
        assert changed != html, f"nothing matches {pattern}"
        return changed

    return change


def one_more(match: re.Match[str]) -> str:
    return f"{match[1]}{int(match[2]) + 1}{match[3]}"


TAMPERED = {
    "a number written otherwise": (
        swap(r'(<data value="\d+" data-cell="year_nat[^"]*">)[^<]*', r"\g<1>123,000"),
        "the rounding rule has",
    ),
    "a value altered": (swap(r'(<data value=")(\d+)(")', one_more), "derived"),
    "a number of another cell": (
        swap(r'(<data value="\d+" data-cell="year_nationality/2020-Q)4', r"\g<1>2"),
        "derived",
    ),
    "a cell that does not exist": (
        swap(r'(<data value="\d+" data-cell="year_nationality/)2020-Q4', r"\g<1>2031-Q4"),
        "no such cell",
    ),
    "a change of the other direction": (swap("percent-increase", "percent-decrease"), "direction"),
    "a claim turned round": (
        swap(r'data-claim="increased\(', 'data-claim="decreased('), "not hold",
    ),
    "the opposite word": (
        swap(r'(data-claim="increased[^>]*>)[^<]*', r"\g<1>decrease"), "not words",
    ),
    "a false record": (
        swap(r'data-claim="rank\(([^,]*),', 'data-claim="record-lowest('), "wrong number",
    ),
    "another first place": (
        swap(r'data-claim="rank\([^,]*,nationality,1\)', lambda _: (
            'data-claim="rank(year_nationality/2020-Q4/K02000001/FRA/All/All/All,nationality,1)'
        )),
        "does not hold",
    ),
    "a number without a mark": (
        swap("The main stories are:", "The main stories are 12,345:"), "number without a mark",
    ),
    "a percentage without a mark": (
        swap("The main stories are:", "About 12% stayed:"), "number without a mark",
    ),
    "a year that is none": (swap("The main stories are:", "About 2,020 came:"), "without a mark"),
    "a claim without a mark": (
        swap(r"NINos were registered to adult", "fewer NINos fell to adult"),
        "claim without a mark",
    ),
    "stale words for the period": (
        lambda html: html.replace("ending December 2020", "ending September 2020"),
        "does not name",
    ),
    "a table cell altered": (
        swap(r'(<tr data-row="2018-Q4"><th scope="row">[^<]*</th>\s*<td>)', r"\g<1>9"),
        "the table has",
    ),
    "a row of another name": (swap(r">Scotland</th>", ">Wales</th>"), "the row is called"),
    "a data file altered": (
        swap(r"(data:text/csv[^\"]*%0D%0A[^\"]*?,)(\d+)(%)", one_more), "file",
    ),
    "a chart altered": (swap(r'("y":\[)(\d+)(,)', one_more), "series 1 of the chart"),
    "another figure of another source": (
        swap(r'(data-cell="source:visas_granted/2020-Q)4', r"\g<1>3"), "derived",
    ),
    "a source that was not given": (
        swap("source:visas_granted", "source:visas_refused"), "no such figure of another source",
    ),
    "a mark of another source that is none": (
        swap("source:visas_granted/2020-Q4", "source:visas_granted"), "not the name of a figure",
    ),
    "a break that is not marked": (
        swap(r' <a href="#breaks"><abbr[^>]*>.b.</abbr></a>', ""), "crosses a break without",
    ),
    "a break mark where nothing broke": (
        swap("The main stories are:", "The main stories are: <abbr>[b]</abbr>"),
        "on no comparison, which crosses no break",
    ),
    "a table without its break mark": (
        swap(r'>Change .b.</th>', ">Change</th>"), "crosses a break without",
    ),
    "a lead below its floor": (
        swap(r'data-claim="at-least\((\S+?),\S+?\)"', r'data-claim="at-least(\1,\1)"'),
        "'outnumbered' of",
    ),
    "a lead called a tie": (
        swap(r'data-claim="at-least\(', 'data-claim="about-equal('), "'outnumbered' of",
    ),
    "a movement below its floor": (
        swap(r'data-claim="largest-rise\((\S+?),\S+?,sub_group\)"',
             r'data-claim="largest-rise(\1,\1,sub_group)"'),
        "'largest increase among sub-groups' of",
    ),
    "a quotation altered": (swap(r'(data-quoted="method-note">)', r"\g<1>Not. "), "quotation"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_a_page_that_was_tampered_with_is_caught(
    name: str,
    bulletin_html: str,
    twelve_quarters: PublishedCells,
    edition_of_twelve: Edition,
    other_sources: tuple[OtherSource, ...],
) -> None:
    change, complaint = TAMPERED[name]
    found = check_bulletin(
        change(bulletin_html), twelve_quarters, edition_of_twelve, other_sources
    ).disagreements
    assert any(complaint in words for words in found), found


def test_other_cells_under_the_same_page_are_caught(
    bulletin_html: str, edition_of_twelve: Edition, other_sources: tuple[OtherSource, ...]
) -> None:
    others = make_cells(12, Quarter(2018, 1), LIVELY + 3)
    assert (
        len(check_bulletin(bulletin_html, others, edition_of_twelve, other_sources).disagreements)
        > 100
    )


def test_dates_figure_numbers_and_labels_are_not_numbers_of_the_statistics(
    bulletin_html: str,
    twelve_quarters: PublishedCells,
    edition_of_twelve: Edition,
    other_sources: tuple[OtherSource, ...],
) -> None:
    words = (
        "Published at 9:30am on 25 February 2021, see Figure 3 and [note 2]; COVID-19 and the "
        "EU15, those aged 18 to 24, 1 to 3 months after arrival (CSV, 3 KB). The main stories are:"
    )
    html = swap("The main stories are:", words)(bulletin_html)
    assert (
        check_bulletin(html, twelve_quarters, edition_of_twelve, other_sources).disagreements == ()
    )


def test_an_extreme_that_another_point_is_written_as_is_caught(tmp_path: Path) -> None:
    cells, edition = (
        make_cells(2, Quarter(2019, 1), pl.lit(6_210)),
        make_edition(2, Quarter(2019, 1)),
    )
    write_bulletin(cells, edition, POSITIONS, tmp_path / "b.html")
    html = (tmp_path / "b.html").read_text(encoding="utf-8")
    first, last = (f"quarter_nationality/2019-Q{n}/K02000001/all/All/All/All" for n in (1, 2))
    points = "".join(f'<data value="6210" data-cell="{c}">6,200</data>' for c in (first, last))
    claim = f'<span data-claim="trough({first},{first},{last})">lowest</span>{points}'
    planted = html.replace("A line chart of quarters.", f"A line chart of quarters. {claim}")
    assert check_bulletin(html, cells, edition).disagreements == ()
    [fault] = check_bulletin(planted, cells, edition).faults["stories"]
    assert f"written as {last} is" in fault
