from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from lxml import html as lxml_html

from nino_assets.errors import PublicationError
from nino_assets.publishing.bulletin.bulletin_files import write_bulletin, write_publishers_pack
from nino_assets.publishing.bulletin.commentary import where_next
from nino_assets.publishing.bulletin.source_figures import OtherSource
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.landing import edition_files
from nino_assets.publishing.landing.landing_page import PAGE_NAME
from nino_assets.publishing.workbook.workbook_name import name_workbook
from nino_assets.statistic.identity import COLLECTION_URL, SYNTHETIC_BANNER
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.html_links import Links
from nino_assets_tests.support.published_cells import POSITIONS, make_cells, make_edition

SECTIONS = [
    "Main stories",
    "What you need to know",
    "Headline figures",
    "Registrations over time",
    "EU and non-EU nationals",
    "Sub-groups of nationality",
    "Nationalities",
    "Areas of the UK",
    "Age and sex",
    "Time from arrival to registration",
    "Comparison with other sources",
    "Strengths and limitations",
    "How the figures are adjusted",
    "Revisions and corrections",
    "Related links",
    "Alternative formats and contact",
]


def page_of(quarters: int, first: Quarter, tmp_path: Path, *, synthetic: bool = False) -> str:
    path = tmp_path / "bulletin.html"
    edition = make_edition(quarters, first, synthetic=synthetic)
    write_bulletin(make_cells(quarters, first), edition, POSITIONS, path)
    return path.read_text(encoding="utf-8")


def text_of(html: str) -> str:
    tree = lxml_html.fromstring(html.encode())
    return " ".join(tree.xpath("string(//main)").split())


def test_the_same_edition_gives_the_same_bytes(
    bulletin_path: Path,
    twelve_quarters: PublishedCells,
    edition_of_twelve: Edition,
    other_sources: tuple[OtherSource, ...],
    tmp_path: Path,
) -> None:
    again = tmp_path / "again.html"
    write_bulletin(twelve_quarters, edition_of_twelve, POSITIONS, again, sources=other_sources)
    assert again.read_bytes() == bulletin_path.read_bytes()


def test_every_section_is_there_and_in_the_contents(bulletin_html: str) -> None:
    tree = lxml_html.fromstring(bulletin_html.encode())
    assert tree.xpath("//nav//li/a/text()") == SECTIONS
    targets = [href.removeprefix("#") for href in tree.xpath("//a[starts-with(@href,'#')]/@href")]
    assert {t for t in targets if not tree.xpath(f"//*[@id='{t}']")} == set()
    titles = [re.sub(r"^\d+\. ", "", h) for h in tree.xpath("//section/h2/text()")]
    assert titles == SECTIONS


def test_the_head_names_status_dates_and_contact(bulletin_html: str) -> None:
    text = text_of(bulletin_html)
    for words in (
        "National Statistics",
        "Published 9:30am, 25 February 2021",
        "Next release 9:30am, 27 May 2021",
        "Covers January 2018 to December 2020",
        "stats-consultation@dwp.gov.uk",
    ):
        assert words in text


def test_figures_have_a_name_a_description_a_picture_and_their_table(bulletin_html: str) -> None:
    tree = lxml_html.fromstring(bulletin_html.encode())
    figures = tree.xpath("//figure")
    assert len(figures) >= 9
    for figure in figures:
        named = tree.xpath(f"string(//*[@id='{figure.get('aria-labelledby')}'])")
        described = tree.xpath(f"string(//*[@id='{figure.get('aria-describedby')}'])")
        assert named.startswith("Figure ") and len(described) > 60
        assert figure.xpath(".//svg") and len(figure.xpath(".//table//td")) >= 4
        assert figure.xpath(".//a[@download]/@href")[0].startswith("data:text/csv")


def test_prose_numbers_are_data_elements_that_name_a_cell(bulletin_html: str) -> None:
    marks = lxml_html.fromstring(bulletin_html.encode()).xpath("//data")
    assert len(marks) > 100
    assert all(mark.get("value") and "/" in mark.get("data-cell") for mark in marks)


def test_figures_of_other_sources_stand_beside_registrations_with_their_own_marks(
    bulletin_html: str, other_sources: tuple[OtherSource, ...]
) -> None:
    tree = lxml_html.fromstring(bulletin_html.encode())
    (section,) = tree.xpath("//section[@id='other-sources']")
    words = " ".join(section.text_content().split())
    assert (
        "Home Office figures show 59,000 visas granted for work, study and family in the year "
        "ending December 2020: a 7% increase (4,000 more) on the year ending December 2019."
        in words
    )
    assert (
        "Office for National Statistics figures show 86,000 long-term immigrants in the year "
        "ending September 2020: a 3% decrease (2,800 fewer) on the year ending September 2019."
        in words
    )
    marks = section.xpath(".//li/data[starts-with(@data-cell, 'source:')]/@value")
    assert marks == ["59242", "86285"]
    for source, figure in zip(other_sources, section.xpath(".//figure"), strict=True):
        assert source.cited[0] in figure.text_content()
        last = figure.xpath(".//tbody/tr[last()]/td/text()")
        assert last[1] == f"{source.values[max(source.values)]:,}"


def test_without_other_sources_the_section_still_says_why_they_differ(tmp_path: Path) -> None:
    html = page_of(4, Quarter(2002, 1), tmp_path)
    assert "source:" not in html.split("<script>")[0].replace("Source:", "")
    assert "A visa is a permission to come." in html


def test_a_synthetic_edition_says_so_everywhere_and_a_real_one_nowhere(
    bulletin_html: str, tmp_path: Path
) -> None:
    assert bulletin_html.index(SYNTHETIC_BANNER) < bulletin_html.index("<main")
    assert "<title>Synthetic data: " in bulletin_html
    assert re.search(r"@page \{ @top-center \{ content: \"Synthetic", bulletin_html)
    assert "Synthetic" not in page_of(4, Quarter(2002, 1), tmp_path)


def test_nothing_leaves_the_page_and_nothing_is_fetched(bulletin_html: str) -> None:
    assert '"showSendToCloud":false' in bulletin_html
    assert '"displayModeBar":false' in bulletin_html
    assert "default-src 'none'" in bulletin_html
    assert bulletin_html.count("<script") == 1
    tree = lxml_html.fromstring(bulletin_html.encode())
    assert tree.xpath("//@src | //link | //iframe | //img | //object | //embed") == []
    assert {h.split(":")[0] for h in tree.xpath("//a/@href") if ":" in h} <= {
        "https", "mailto", "data",
    }  # fmt: skip
    assert len(bulletin_html.encode()) < 2_500_000


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_before_the_fourth_quarter_there_is_no_year_and_the_page_says_so(
    quarters: int, tmp_path: Path
) -> None:
    text = text_of(page_of(quarters, Quarter(2002, 1), tmp_path))
    assert "Figures for a year ending are not yet available: this needs four quarters" in text
    assert "Figures by age and sex are not yet available" in text
    assert "the year ending" not in text


@pytest.mark.parametrize("quarters", [4, 7])
def test_before_the_eighth_quarter_there_is_no_year_to_compare_with(
    quarters: int, tmp_path: Path
) -> None:
    text = text_of(page_of(quarters, Quarter(2002, 1), tmp_path))
    assert "Comparisons with the year before are not yet available: this needs eight" in text
    assert "on the year ending" not in text


def test_a_comparison_across_a_break_carries_its_warning(tmp_path: Path) -> None:
    across = page_of(9, Quarter(2012, 2), tmp_path)
    main = across[across.index('id="main-stories"') : across.index('id="what-you-need-to-know"')]
    assert main.count('href="#breaks"') >= 4
    assert "April to September 2014: <span" in main
    assert "A change to the process of recording National Insurance numbers" in main
    before = page_of(9, Quarter(2008, 1), tmp_path)
    assert 'href="#breaks"' not in before


def test_a_record_of_a_broken_period_carries_the_mark_too(tmp_path: Path) -> None:
    cells = make_cells(10, Quarter(2012, 1), pl.col("period") * 1_000 + 5_000)
    path = tmp_path / "b.html"
    write_bulletin(cells, make_edition(10, Quarter(2012, 1)), POSITIONS, path)
    assert (
        "This was the highest for any quarter since the series began in January 2012 [b]."
        in text_of(path.read_text(encoding="utf-8"))
    )


def test_a_boundary_file_that_cannot_be_read_is_refused_by_name(
    twelve_quarters: PublishedCells, edition_of_twelve: Edition, tmp_path: Path
) -> None:
    broken = tmp_path / "areas.geojson"
    broken.write_text("{", encoding="utf-8")
    path = tmp_path / "b.html"
    with pytest.raises(PublicationError, match=r"areas\.geojson"):
        write_bulletin(twelve_quarters, edition_of_twelve, POSITIONS, path, boundaries=broken)
    assert not path.exists()


def test_the_full_series_keeps_its_size(tmp_path: Path) -> None:
    cells, edition = make_cells(84), make_edition(84)
    write_bulletin(cells, edition, POSITIONS, tmp_path / "b.html")
    assert (tmp_path / "b.html").stat().st_size < 2_500_000


def test_the_page_leads_on_to_the_files_of_its_edition_and_to_the_newest(
    bulletin_html: str, edition_of_twelve: Edition
) -> None:
    listed = set(edition_files.list_names(edition_of_twelve.quarter))
    targets = Links(bulletin_html).targets
    elsewhere = ("http", "mailto:", "#", "data:", "../", "publishers-pack/figure-")
    inside = {t for t in targets if not t.startswith(elsewhere)}
    assert inside == {
        name_workbook(edition_of_twelve.quarter),
        where_next.OPEN_DATA,
        where_next.DICTIONARY,
        where_next.METHODOLOGY,
        where_next.QUALITY_REPORT,
        where_next.PLAIN_TEXT,
    }
    assert inside <= listed
    assert f"../../{PAGE_NAME}" == where_next.LANDING_PAGE
    assert {where_next.LANDING_PAGE, COLLECTION_URL} <= set(targets)


def test_a_lead_in_prose_names_its_period_and_its_rivals(bulletin_html: str) -> None:
    main = text_of(bulletin_html[bulletin_html.index("<main") :])
    assert "of the twelve regions and countries in the year ending December 2020: " in main


def test_the_top_leads_to_the_newest_edition_before_any_story(bulletin_html: str) -> None:
    top = bulletin_html.partition("<section")[0]
    assert COLLECTION_URL in Links(top).targets


def test_every_picture_can_be_downloaded_from_the_pack(
    bulletin_html: str,
    twelve_quarters: PublishedCells,
    edition_of_twelve: Edition,
    other_sources: tuple[OtherSource, ...],
    tmp_path: Path,
) -> None:
    pack = tmp_path / "publishers-pack"
    write_publishers_pack(
        twelve_quarters, edition_of_twelve, POSITIONS, pack, sources=other_sources
    )
    linked = [target for target in Links(bulletin_html).targets if target.endswith(".svg")]
    assert sorted(linked) == sorted(f"{pack.name}/{path.name}" for path in pack.glob("*.svg"))
