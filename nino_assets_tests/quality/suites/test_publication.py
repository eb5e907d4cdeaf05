"""Each expectation about what is published, and about the row account, fails on a planted defect.

Defects of accessibility are planted several to a workbook: in each of these workbooks exactly the
rules fail that were broken.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from nino_assets.governance.check_result import CheckResult, decode_results, encode_results
from nino_assets.governance.decision_log import append_entry, locate_log
from nino_assets.governance.review_log import make_answer
from nino_assets.methods.disclosure.perturbation_table.design import Design, make_perturbation_table
from nino_assets.publishing.bulletin.bulletin_files import write_bulletin, write_publishers_pack
from nino_assets.publishing.open_data.metadata import CSV_NAME, DCAT_NAME, PARQUET_NAME
from nino_assets.publishing.open_data.open_data_files import write_open_data
from nino_assets.publishing.workbook.workbook_assembly import write_workbook
from nino_assets.publishing.workbook.workbook_name import name_workbook
from nino_assets.quality.measures import files
from nino_assets.quality.results import build_result
from nino_assets.quality.suites import bulletin, open_data, qa_report, tables
from nino_assets.quality.suites.all import find_suite
from nino_assets.releases.editions import list_cell_files, read_edition, read_published_cells
from nino_assets.statistic.events import read_events
from nino_assets.statistic.identity import SYNTHETIC_BANNER
from nino_assets.store.publication_manifest import refresh_manifest
from nino_assets.store.warehouse import Warehouse
from nino_assets.writers.spreadsheet.accessibility import RULES
from nino_assets_tests.support import planted_releases
from nino_assets_tests.support.defects import (
    Case,
    Cases,
    Planter,
    assert_caught,
    changes,
    good_verdicts,
    verdicts,
)
from nino_assets_tests.support.synthetic_build import FIRST, LATEST, REGISTER

Parts = dict[str, str]
Rewrite = Callable[[str], str]

# Workbook ------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("defects", BROKEN_WORKBOOKS, ids="-".join)
def test_exactly_the_broken_rules_of_accessibility_fail(
    defects: dict[str, Callable[[Parts], None]], planter: Planter
) -> None:
    def plant(parts: Parts) -> None:
        for defect in defects.values():
            defect(parts)

    planter.package(planter.workbook, plant)
    outcomes = verdicts(tables.SUITE, planter.warehouse).values()
    assert not [o for o in outcomes if o.error]
    failed = {o.name for o in outcomes if not o.passed and o.name.startswith("accessible_")}
    assert failed == {f"accessible_{rule.lower()}" for rule in defects}


def test_every_rule_of_accessibility_is_a_check_that_blocks_if_essential() -> None:
    checks = {e.name: e for e in tables.SUITE.expectations}
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


TABLES: Cases = {
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

# Open data -----------------------------------------------------------------------------------


def _csv(change: Callable[[list[str]], list[str]]) -> Case:
    """A change of the lines of the CSV file, the header being the first."""

    def plant(planter: Planter) -> None:
        path = planter.keep(planter.publication(f"open-data/{CSV_NAME}"))
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(change(lines)), encoding="utf-8", newline="")

    return Case(plant)


def _in_lines(old: str, new: str) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        at = next(n for n, line in enumerate(lines) if old in line)
        return [*lines[:at], lines[at].replace(old, new, 1), *lines[at + 1 :]]

    return change


def _drop_a_file(planter: Planter) -> None:
    planter.keep(planter.publication(f"open-data/{DCAT_NAME}")).unlink()


def _another_history(planter: Planter) -> None:
    path = planter.keep(planter.publication(f"open-data/{PARQUET_NAME}", REGISTER))
    cells = pl.read_parquet(path)
    cells.with_columns(
        registrations=pl.col("registrations")
        + pl.when(pl.int_range(pl.len()) == 0).then(1).otherwise(0)
    ).write_parquet(path)


OPEN_DATA: Cases = {
    "rows_compared": _csv(lambda lines: lines[:1]),
    "cells_disagree": _csv(_in_lines("United Kingdom", "Great Britain")),
    "cells_missing": _csv(lambda lines: [lines[0], *lines[2:]]),
    "cells_repeated": _csv(lambda lines: [*lines, lines[-1]]),
    "undeclared_cells": _csv(_in_lines(",oceania,", ",atlantis,")),
    "low_misplaced": _csv(_in_lines("[low]", "")),
    "out_of_order": _csv(lambda lines: [lines[0], lines[2], lines[1], *lines[3:]]),
    "files_missing": Case(_drop_a_file),
    "history_changed": Case(_another_history),
    "released_changed": Case(planted_releases.changed_after_release),
    "changes_unlisted": Case(planted_releases.corrected_without_a_list),
    "manifest_broken": _csv(_in_lines("United Kingdom", "Great Britain")),
}

# Row account ---------------------------------------------------------------------------------


def _account(change: Callable[[dict[str, Any]], object]) -> Case:
    def plant(planter: Planter) -> None:
        path = planter.keep(planter.publication("qa/counts.json"))
        account = json.loads(path.read_text(encoding="utf-8"))
        change(account)
        path.write_text(json.dumps(account), encoding="utf-8")

    return Case(plant)


def _all_one_more(account: dict[str, Any]) -> None:
    """An account that adds up, of one registration more than the build holds."""
    for counts, name in (
        (account, "delivered"),
        (account, "accepted"),
        (account["geocode_status"], "matched"),
    ):
        counts[name] += 1


def _stray_file(planter: Planter) -> None:
    planter.keep(planter.publication("stray.csv")).write_text("x", encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def answered(built: Warehouse) -> None:
    """The good build may warn; a reviewer has answered."""
    found = built.folders.publication(LATEST) / "qa" / qa_report.WARNINGS_NAME
    for warning in decode_results(json.loads(found.read_text())):
        _answer(built, warning, "accept")


def _answer(warehouse: Warehouse, warning: CheckResult, decision: str) -> None:
    at = datetime(2021, 2, 20, tzinfo=UTC)
    answer = make_answer(
        warning, LATEST, decision=decision, by="A Reviewer", reason="Looked at", at=at
    )
    append_entry(locate_log(warehouse.folders.warehouse), answer)


def _warn(planter: Planter, decision: str | None) -> None:
    """One more warning in the report, answered or not."""
    rule = replace(find_suite("raw_scan").find("statement_missing"), name="planted")
    warning = build_result("raw_scan", rule, LATEST, passed=False, observed=1.0, unexpected=1)
    path = planter.keep(planter.publication(f"qa/{qa_report.WARNINGS_NAME}"))
    path.write_text(json.dumps([*json.loads(path.read_text()), *encode_results([warning])]))
    if decision:
        log = locate_log(planter.warehouse.folders.warehouse)
        planter.keep(log)
        planter.keep(log.with_suffix(".head.json"))
        _answer(planter.warehouse, warning, decision)


def _edited_answer(planter: Planter) -> None:
    _warn(planter, "reject")
    log = locate_log(planter.warehouse.folders.warehouse)
    log.write_bytes(log.read_bytes().replace(b'"reject"', b'"accept"'))


def _risk(measure: str, of: str, value: float) -> Case:
    """One more cube, of so many cells that it outweighs all others."""

    def plant(planter: Planter) -> None:
        warehouse = planter.warehouse
        planter.keep(warehouse.tables.find_path("risk_and_utility", LATEST))
        held = warehouse.tables.read_frame("risk_and_utility", LATEST)
        rows = [("planted", measure, of, 10**9, value)]
        if measure == "noise_mean":
            rows.append(("planted", "noise_sd", of, 10**9, 1.0))
        planted = pl.concat([held, pl.DataFrame(rows, schema=held.schema, orient="row")])
        warehouse.tables.write("risk_and_utility", planted.to_arrow().to_reader(), LATEST)

    return Case(plant)


QA_REPORT: Cases = {
    "cells_changed_percent": _risk("changed", "all", 1.0),
    "noise_biased_bands": _risk("noise_mean", "8-19", 0.1),
    "noise_sd": _risk("noise_sd", "8-19", 9.0),
    "mean_deviation": _risk("average_absolute_deviation", "all", 9.0),
    "hellinger_distance": _risk("hellinger_distance", "all", 0.9),
    "false_zeros_percent": _risk("false_zeros", "occupied cells", 1.0),
    "one_behind_five_percent": _risk("probability_true", "1 | 5", 0.9),
    "zeros_unmasked_percent": _risk("false_zeros_proved", "false zeros", 1.0),
    "parts_bias": _risk("sum_of_parts_minus_total_mean", "nationality: total", 9.0),
    "exact_disclosure_percent": changes(
        "perturbation_table",
        lambda _: make_perturbation_table(b"k" * 32, Design(1, 0.5)),
        quarter=None,
    ),
    "rows_unaccounted": _account(lambda a: a.update(delivered=a["delivered"] + 1)),
    "not_geocoded": _account(lambda a: a["geocode_status"].update(bfpo=77)),
    "counts_differ": _account(_all_one_more),
    "counts_missing": _account(lambda a: a["geocode_status"].pop("bfpo")),
    "manifest_broken": Case(_stray_file),
    "log_broken": Case(_edited_answer),
    "warnings_unanswered": Case(lambda planter: _warn(planter, None)),
    "warnings_rejected": Case(lambda planter: _warn(planter, "reject")),
}
CASES = {
    "tables": TABLES,
    "open_data": OPEN_DATA,
    "qa_report": QA_REPORT,
}


@pytest.mark.parametrize(
    ("asset", "name"), [(asset, name) for asset, cases in CASES.items() for name in cases]
)
def test_a_defect_is_caught(asset: str, name: str, planter: Planter) -> None:
    assert_caught(find_suite(asset), name, CASES[asset][name], planter)


@pytest.mark.parametrize("asset", CASES)
def test_everything_passes_on_the_good_build(asset: str, planter: Planter) -> None:
    outcomes = good_verdicts(find_suite(asset), planter.warehouse, LATEST)
    assert not [o for o in outcomes.values() if not o.passed]


def test_history_is_not_judged_without_an_earlier_edition(planter: Planter) -> None:
    planter.keep(planter.publication(f"open-data/{PARQUET_NAME}", REGISTER)).unlink()
    found = verdicts(open_data.SUITE, planter.warehouse, "history_changed")
    assert found["history_changed"].passed
    assert found["history_changed"].observed is None


def test_a_cell_that_was_dropped_from_history_is_a_change(planter: Planter) -> None:
    path = planter.keep(planter.publication(f"open-data/{PARQUET_NAME}", REGISTER))
    cells = pl.read_parquet(path)
    gone = cells.head(1).with_columns(geography_code=pl.lit("E06999999"))
    pl.concat([cells, gone]).write_parquet(path)
    found = verdicts(open_data.SUITE, planter.warehouse, "history_changed")
    assert found["history_changed"].observed == 1


def test_files_of_another_asset_do_not_break_the_manifest(planter: Planter) -> None:
    """They may be in the middle of being replaced while the checks of this one run."""
    path = planter.keep(planter.publication("bulletin.html"))
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8", newline="")
    for name in (planter.workbook.name, "open-data/"):
        assert files.count_manifest_faults(planter.warehouse, LATEST, name) == 0
    assert files.count_manifest_faults(planter.warehouse, LATEST, "bulletin.html") == 1


def test_an_edition_of_one_quarter_is_not_blocked(planter: Planter) -> None:
    warehouse = planter.warehouse
    edition = read_edition(warehouse, FIRST)
    assert edition.first_quarter == edition.quarter
    cells, folder = read_published_cells(warehouse, edition), planter.publication("", FIRST)
    (folder / "open-data").mkdir(parents=True)
    positions = pl.DataFrame(
        schema={"area_code": pl.String, "latitude": pl.Float64, "longitude": pl.Float64}
    )
    try:
        write_workbook(cells, edition, folder / name_workbook(edition.quarter))
        write_open_data(list_cell_files(warehouse, edition), edition, folder / "open-data")
        write_bulletin(cells, edition, positions, folder / "bulletin.html")
        write_publishers_pack(cells, edition, positions, folder / bulletin.PACK)
        refresh_manifest(folder, code_version="", inputs={}, lock=folder.parent / ".lock")
        for suite in (tables.SUITE, open_data.SUITE, bulletin.SUITE):
            blocking = {e.name for e in suite.expectations if e.blocks}
            outcomes = verdicts(suite, warehouse, quarter=FIRST)
            assert not {n for n, o in outcomes.items() if not o.passed} & blocking
    finally:
        shutil.rmtree(folder)
