"""Each rule catches a planted defect, and finds nothing in an accessible workbook."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from nino_assets.errors import PublicationError
from nino_assets.writers.spreadsheet.accessibility import RULES, check_accessibility
from nino_assets_tests.truth import PUBLISHED

Parts = dict[str, str]
Defect = Callable[[Parts], None]


def _swap(part: str, old: str, new: str, count: int = -1) -> Defect:
    def plant(parts: Parts) -> None:
        assert old in parts[part], f"nothing to replace in {part}"
        parts[part] = parts[part].replace(old, new, count)

    return plant


def _restyle(style: str, child: str, attributes: str) -> Defect:
    """Give a cell style one more property."""

    def plant(parts: Parts) -> None:
        pattern = rf'(<style:style style:name="{style}"[^>]*?)(/>|>)'
        found = re.search(pattern, parts["content.xml"])
        assert found
        opening = f"{found[1]}><style:{child} {attributes}/>"
        closing = "</style:style>" if found[2] == "/>" else ""
        parts["content.xml"] = parts["content.xml"].replace(found[0], opening + closing, 1)

    return plant


def _add(name: str) -> Defect:
    return lambda parts: parts.update({name: "x"})


def _mimetype_last(parts: Parts) -> None:
    parts["mimetype"] = parts.pop("mimetype")


C, S, M, V = "content.xml", "styles.xml", "meta.xml", "settings.xml"
CELL = '<table:table-cell table:style-name="ce_text" office:value-type="string">'
TITLE = "<dc:title>Apples picked, Kent, 2020</dc:title>"
RANGE = 'table:name="Apples_by_variety"'
LAST_ROW = "</table:table-row></table:table><table:database-ranges>"
EXTRA_CELL = (
    '<table:table-cell office:value-type="string"><text:p>source</text:p></table:table-cell>'
)
HIDDEN_ROW = '<table:table-row table:visibility="collapse" '
LINK_LIST_ITEM = 'xlink:href="#Notes.A1"'

DEFECTS: list[tuple[str, str, Defect]] = [
    ("PKG01", "mimetype is not first", _mimetype_last),
    ("PKG02", "a macro", _add("Basic/Standard/Module1.xml")),
    ("PKG02", "an embedded object", _add("Object 1/content.xml")),
    ("META01", "no title", _swap(M, TITLE, "")),
    ("META01", "dashes in the title", _swap(M, "Kent, 2020", "Kent-2020")),
    ("META02", "another language", _swap(M, "en-GB", "en-US")),
    ("META02", "another cell language", _swap(S, 'fo:country="GB"', 'fo:country="US"')),
    ("META03", "no keywords", _swap(M, "meta:keyword", "meta:unknown")),
    ("META03", "no author", _swap(M, "<dc:creator>Department of Orchards", "<dc:creator>")),
    ("STR01", "a space in a tab name", _swap(C, 'table:name="Table_1"', 'table:name="Table 1"')),
    ("STR01", "a leading digit", _swap(C, 'table:name="Table_1"', 'table:name="1_Table"')),
    ("STR02", "no cover", _swap(C, 'table:name="Cover"', 'table:name="Front"')),
    ("STR03", "no contents", _swap(C, 'table:name="Contents"', 'table:name="Index"')),
    ("STR04", "an empty A1", _swap(C, "<text:p>Apples picked in Kent, 2020</text:p>", "<text:p/>")),
    ("STR05", "a hidden sheet", _swap(C, 'table:display="true"', 'table:display="false"')),
    ("STR05", "a hidden row", _swap(C, "<table:table-row ", HIDDEN_ROW, 1)),
    ("STR06", "a merged cell", _swap(C, CELL, CELL[:-1] + ' table:number-columns-spanned="2">', 1)),
    ("STR07", "a comment", _swap(C, CELL, CELL + "<office:annotation/>", 1)),
    (
        "STR07",
        "an image",
        _swap(C, LAST_ROW, LAST_ROW.replace("</table:table>", "<table:shapes/></table:table>")),
    ),
    (
        "STR08",
        "a formula",
        _swap(C, 'office:value="12"', 'table:formula="of:=6+6" office:value="12"'),
    ),
    (
        "STR09",
        "a page header",
        _swap(
            S,
            '<style:header style:display="false"/>',
            "<style:header><text:p>x</text:p></style:header>",
        ),
    ),
    ("TAB01", "no marked-up table", _swap(C, "Table_1.A4:Table_1.D8", "Cover.A4:Cover.D8")),
    ("TAB02", "a name that starts with table", _swap(C, RANGE, 'table:name="Table_of_apples"')),
    ("TAB02", "the name of a sheet", _swap(C, RANGE, 'table:name="Notes"')),
    (
        "TAB03",
        "filter buttons",
        _swap(C, 'table:display-filter-buttons="false"', 'table:display-filter-buttons="true"'),
    ),
    (
        "TAB03",
        "no flagged header",
        _swap(C, 'table:contains-header="true"', 'table:contains-header="false"'),
    ),
    ("TAB04", "a table in column B", _swap(C, "Table_1.A4:Table_1.D8", "Table_1.B4:Table_1.D8")),
    (
        "TAB05",
        "a header twice",
        _swap(C, "<text:p>First picked</text:p>", "<text:p>Variety</text:p>"),
    ),
    ("TAB05", "an empty header", _swap(C, "<text:p>First picked</text:p>", "<text:p/>")),
    (
        "TAB05",
        "a unit on the header's line",
        _swap(C, "<text:p>Change</text:p><text:p>(%)</text:p>", "<text:p>Change (%)</text:p>"),
    ),
    ("TAB06", "a blank row", _swap(C, "Table_1.A4:Table_1.D8", "Table_1.A4:Table_1.D9")),
    ("TAB06", "a blank column", _swap(C, "Table_1.A4:Table_1.D8", "Table_1.A4:Table_1.E8")),
    ("TAB07", "text below the table", _swap(C, "Table_1.A4:Table_1.D8", "Table_1.A4:Table_1.D7")),
    ("TAB07", "text beside the table", _swap(C, LAST_ROW, EXTRA_CELL + LAST_ROW)),
    (
        "TAB08",
        "words among numbers",
        _swap(C, 'office:value-type="float" office:value="12"', 'office:value-type="string"'),
    ),
    ("TAB09", "shorthand that is not explained", _swap(C, "[low] = nil or negligible", "none")),
    ("TAB09", "foreign shorthand", _swap(C, "<text:p>[low]</text:p>", "<text:p>[nil]</text:p>", 1)),
    ("TAB10", "a bare symbol", _swap(C, "<text:p>[low]</text:p>", "<text:p>..</text:p>", 1)),
    ("TAB10", "an empty cell", _swap(C, "<text:p>[low]</text:p>", "<text:p/>", 1)),
    (
        "NOTE01",
        "a marker without a note",
        _swap(C, "contains one table. [note 1]", "contains one table. [note 1][note 3]"),
    ),
    (
        "NOTE01",
        "a note without a marker",
        _swap(C, "contains one table. [note 1]", "contains one table."),
    ),
    ("TXT01", "a trailing space", _swap(C, "<text:p>Russet</text:p>", "<text:p>Russet </text:p>")),
    (
        "TXT02",
        "a heading that is only bold",
        _swap(C, 'style:parent-style-name="Heading_20_1"', 'style:parent-style-name="Default"'),
    ),
    ("TXT03", "a serif font", _restyle("ce_text", "text-properties", 'style:font-name="Times"')),
    ("TXT04", "small text", _restyle("ce_year", "text-properties", 'fo:font-size="8pt"')),
    ("TXT05", "italic text", _restyle("ce_text", "text-properties", 'fo:font-style="italic"')),
    (
        "TXT05",
        "superscript",
        _restyle("ce_text", "text-properties", 'style:text-position="super 58%"'),
    ),
    (
        "TXT05",
        "rotated text",
        _restyle("ce_header_right", "table-cell-properties", 'style:rotation-angle="90"'),
    ),
    ("TXT05", "centred text", _swap(C, 'fo:text-align="end"', 'fo:text-align="center"')),
    (
        "TXT06",
        "filled cells",
        _restyle("ce_text", "table-cell-properties", 'fo:background-color="#ffff00"'),
    ),
    ("TXT06", "a link in black", _swap(C, 'fo:color="#0000ff"', 'fo:color="#000000"')),
    (
        "LNK01",
        "a bare address as text",
        _swap(C, ">Email the orchards team<", ">https://example.org<"),
    ),
    ("LNK01", "here", _swap(C, ">Email the orchards team<", ">Click here<")),
    ("LNK02", "a link to no sheet", _swap(C, LINK_LIST_ITEM, 'xlink:href="#Noten.A1"')),
    ("LNK02", "a link not to A1", _swap(C, LINK_LIST_ITEM, 'xlink:href="#Notes.B2"')),
    ("LNK03", "a sheet left out", _swap(C, LINK_LIST_ITEM, 'xlink:href="#Cover.A1"')),
    (
        "VIEW01",
        "opens elsewhere",
        _swap(
            V,
            '"ActiveTable" config:type="string">Cover',
            '"ActiveTable" config:type="string">Notes',
        ),
    ),
    (
        "VIEW01",
        "the cursor elsewhere",
        _swap(
            V, '"CursorPositionY" config:type="int">0', '"CursorPositionY" config:type="int">5', 1
        ),
    ),
    (
        "VIEW02",
        "another zoom",
        _swap(V, '"ZoomValue" config:type="int">100', '"ZoomValue" config:type="int">60', 1),
    ),
    (
        "VIEW02",
        "frozen panes",
        _swap(
            V, '"PositionLeft" config:type="int">0', '"VerticalSplitMode" config:type="short">2', 1
        ),
    ),
]


def _planted(path: Path, defect: Defect) -> Path:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    defect(parts)
    bad = path.with_name("bad.ods")
    with zipfile.ZipFile(bad, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return bad


def test_an_accessible_workbook_has_no_findings(sample_path: Path) -> None:
    assert check_accessibility(sample_path) == []


@pytest.mark.parametrize(
    ("rule", "what", "defect"), DEFECTS, ids=[f"{rule}-{what}" for rule, what, _ in DEFECTS]
)
def test_a_planted_defect_is_found(sample_path: Path, rule: str, what: str, defect: Defect) -> None:
    findings = check_accessibility(_planted(sample_path, defect))
    assert rule in {finding.rule for finding in findings}, what


def test_every_rule_has_a_planted_defect() -> None:
    assert {rule.id for rule in RULES} == {rule for rule, _, _ in DEFECTS}
    assert len({rule.id for rule in RULES}) == len(RULES) == 36


def test_the_workbook_of_2018_is_not_accessible() -> None:
    real = PUBLISHED / "mar2018_tables_as_published.ods"
    broken = {finding.rule for finding in check_accessibility(real)}
    assert {"STR06", "STR07", "TAB01", "TAB10", "TXT02", "LNK01", "META02"} <= broken


def test_what_is_no_spreadsheet_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "broken.ods"
    path.write_bytes(b"PK not a zip")
    with pytest.raises(PublicationError, match=r"broken\.ods"):
        check_accessibility(path)
