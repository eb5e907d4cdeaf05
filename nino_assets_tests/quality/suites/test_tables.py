"""Each expectation about the workbook fails on a planted defect.

Defects of accessibility are planted several to a workbook: in each of these workbooks exactly the
rules fail that were broken.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from nino_assets.quality.measures import files
from nino_assets.quality.suites.tables import SUITE
from nino_assets.statistic.events import read_events
from nino_assets.statistic.identity import SYNTHETIC_BANNER
from nino_assets.writers.spreadsheet.accessibility import RULES
from nino_assets_tests.support.defects import (
    Case,
    Cases,
    Planter,
    assert_caught,
    run_checks,
    run_checks_on_good_build,
)
from nino_assets_tests.support.synthetic_build import LATEST

Parts = dict[str, str]


def _swap(old: str, new: str, count: int = 1, *, part: str = "content.xml") -> Callable[..., None]:
    def plant(parts: Parts) -> None:
        assert old in parts[part], f"{part} has no {old}"
        parts[part] = parts[part].replace(old, new, count)

    return plant


def _in_sheet(sheet: str, pattern: str, new: str | Callable[[re.Match[str]], str]):
    def plant(parts: Parts) -> None:
        start = parts["content.xml"].index(f'<table:table table:name="{sheet}"')
        end = parts["content.xml"].index("</table:table>", start)
        before = parts["content.xml"][start:end]
        after = re.sub(pattern, new, before, count=1, flags=re.DOTALL)
        assert after != before, f"{sheet} has no {pattern}"
        parts["content.xml"] = parts["content.xml"].replace(before, after, 1)

    return plant


def _rename(sheet: str, name: str) -> Callable[[Parts], None]:
    def plant(parts: Parts) -> None:
        for part in ("content.xml", "settings.xml"):
            parts[part] = re.sub(
                rf'(?<=["#:]){sheet}(?=[".])|(?<=>){sheet}(?=</config)', name, parts[part]
            )

    return plant


def _restyle(style: str, attributes: str) -> Callable[[Parts], None]:
    def plant(parts: Parts) -> None:
        pattern = rf'(<style:style style:name="{style}".*?)</style:style>'
        assert re.search(pattern, parts["content.xml"]), f"no style {style}"
        parts["content.xml"] = re.sub(
            pattern,
            rf"\1<style:text-properties {attributes}/></style:style>",
            parts["content.xml"],
            count=1,
        )

    return plant


def _mimetype_last(parts: Parts) -> None:
    parts["mimetype"] = parts.pop("mimetype")


def _without_figures(parts: Parts) -> None:
    parts["content.xml"] = re.sub(
        r"(</table:table-header-rows>).*?(</table:table>)",
        r"\1\2",
        parts["content.xml"],
        flags=re.DOTALL,
    )


def _one_more(match: re.Match[str]) -> str:
    return f'{match[1]}{int(match[2]) + 1}"'


VALUE = r'(office:value-type="float" office:value=")(\d+)"'
LABEL = '<table:table-cell table:style-name="ce_text" office:value-type="string">'


BROKEN_WORKBOOKS: list[dict[str, Callable[[Parts], None]]] = [
    {
        "PKG01": _mimetype_last,
        "META01": _swap("<dc:title>Synthetic data", "<dc:title>Synthetic-data", part="meta.xml"),
        "STR08": _in_sheet("Table_2", 'office:value="', 'table:formula="of:=6" office:value="'),
        "STR09": _swap(
            '<style:header style:display="false"/>',
            "<style:header><text:p>x</text:p></style:header>",
            part="styles.xml",
        ),
        "VIEW01": _swap(
            '"ActiveTable" config:type="string">Cover',
            '"ActiveTable" config:type="string">Notes',
            part="settings.xml",
        ),
        "TAB02": _swap('"Quarter_by_group"', '"Table_by_group"', -1),
        "TAB09": _swap("[low] = ", "", -1),
        "NOTE01": _in_sheet("Table_4", r"\[note \d+\]", "[note 99]"),
        "TXT01": _in_sheet("Table_4", "contains one table.<", "contains one table. <"),
        "TXT05": _restyle("ce_text", 'fo:font-style="italic"'),
        "LNK01": _swap(">Go to notes<", ">here<"),
    },
    {
        "PKG02": lambda parts: parts.update({"Basic/Standard/Module1.xml": "x"}),
        "META02": _swap("en-GB", "en-US", part="meta.xml"),
        "META03": _swap("meta:keyword", "meta:unknown", -1, part="meta.xml"),
        "STR04": _in_sheet("Table_4", "<text:p>Table 4.*?</text:p>", "<text:p/>"),
        "STR05": _swap('table:display="true"', 'table:display="false"'),
        "STR06": _in_sheet("Table_4", LABEL, LABEL[:-1] + ' table:number-columns-spanned="2">'),
        "STR07": _in_sheet("Table_4", LABEL, LABEL + "<office:annotation/>"),
        "VIEW02": _swap(
            '"ZoomValue" config:type="int">100',
            '"ZoomValue" config:type="int">60',
            part="settings.xml",
        ),
        "TAB03": _swap('display-filter-buttons="false"', 'display-filter-buttons="true"'),
        "TXT02": _swap('parent-style-name="Heading_20_1"', 'parent-style-name="Default"'),
        "TXT06": _swap('fo:color="#0000ff"', 'fo:color="#000000"', -1),
        "LNK02": _in_sheet("Table_4", "#Notes.A1", "#Notes.B2"),
    },
    {
        "STR01": _rename("Notes", "Notes_that_are_far_too_long_to_be_read"),
        "STR02": _rename("Cover", "Front"),
        "STR03": _rename("Contents", "Index"),
        "TAB01": _swap("Table_1.A11:Table_1.", "Cover.A11:Cover."),
        "TAB05": _in_sheet("Table_4", "<text:p>Sub-group</text:p>", "<text:p>Nationality</text:p>"),
        "TXT03": _restyle("ce_text", 'style:font-name="Times"'),
        "TXT04": _restyle("ce_header_left", 'fo:font-size="8pt"'),
    },
    {
        "TAB04": _swap("Contents.A4:", "Contents.B4:"),
        "TAB06": lambda parts: parts.update(
            {
                "content.xml": re.sub(
                    r"(:Table_4\.D)(\d+)",
                    lambda m: f"{m[1]}{int(m[2]) + 1}",
                    parts["content.xml"],
                )
            }
        ),
        "TAB07": lambda parts: parts.update(
            {
                "content.xml": re.sub(
                    r"(:Notes\.D)(\d+)", lambda m: f"{m[1]}{int(m[2]) - 1}", parts["content.xml"]
                )
            }
        ),
        "TAB08": _in_sheet("Table_2", VALUE, 'office:value-type="string"'),
        "TAB10": _in_sheet("Table_4", "<text:p>Asia</text:p>", "<text:p>..</text:p>"),
        "LNK03": _in_sheet("Contents", "#Table_7.A1", "#Table_6.A1"),
    },
]


ACCESSIBILITY_CASES = {
    f"accessible_{rule.lower()}" for defects in BROKEN_WORKBOOKS for rule in defects
}


@pytest.mark.parametrize("defects", BROKEN_WORKBOOKS, ids="-".join)
def test_exactly_the_broken_rules_of_accessibility_fail(
    defects: dict[str, Callable[[Parts], None]], planter: Planter
) -> None:
    def plant(parts: Parts) -> None:
        for defect in defects.values():
            defect(parts)

    planter.package(planter.workbook, plant)
    outcomes = run_checks(SUITE, planter.warehouse).values()
    assert not [o for o in outcomes if o.error]
    failed = {o.name for o in outcomes if not o.passed and o.name.startswith("accessible_")}
    assert failed == {f"accessible_{rule.lower()}" for rule in defects}


def test_every_rule_of_accessibility_is_a_check_that_blocks_if_essential() -> None:
    checks = {e.name: e for e in SUITE.expectations}
    for rule in RULES:
        check = checks[f"accessible_{rule.id.lower()}"]
        assert check.blocks == (rule.level == "essential")
        assert rule.id in check.sentence


def _workbook(change: Callable[[Parts], None]) -> Case:
    return Case(lambda planter: planter.package(planter.workbook, change))


def _one_more_break(planter: Planter) -> None:
    """Nobody wrote of a break."""
    [known] = [event for event in read_events() if event.event == "nino-recording-2014"]
    planter.instead(files, "find_discontinuities", lambda first, last: (known,))


CASES: Cases = {
    "breaks_not_noted": Case(_one_more_break),
    "figures_compared": _workbook(_without_figures),
    "figures_disagree": _workbook(_in_sheet("Table_2", VALUE, _one_more)),
    "figures_missing": _workbook(
        _in_sheet(
            "Table_6", r"(</table:table-header-rows>)<table:table-row .*?</table:table-row>", r"\1"
        )
    ),
    "synthetic_unmarked": _workbook(_swap(SYNTHETIC_BANNER, "Data.", -1)),
    "manifest_broken": _workbook(_in_sheet("Table_2", VALUE, _one_more)),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)


def test_everything_passes_on_the_good_build(planter: Planter) -> None:
    outcomes = run_checks_on_good_build(SUITE, planter.warehouse, LATEST)
    assert not [o for o in outcomes.values() if not o.passed]


def test_files_of_another_asset_do_not_break_the_manifest(planter: Planter) -> None:
    """They may be in the middle of being replaced while the checks of this one run."""
    path = planter.keep(planter.publication("bulletin.html"))
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8", newline="")
    for name in (planter.workbook.name, "open-data/"):
        assert files.count_manifest_faults(planter.warehouse, LATEST, name) == 0
    assert files.count_manifest_faults(planter.warehouse, LATEST, "bulletin.html") == 1
