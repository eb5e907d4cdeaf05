"""The tables of the QA report, once, for the page and the workbook alike.

Belongs here: what is said of a release under which heading. Does not belong here: mark-up
(`page.py`, `templates/`) and sheets (`workbook.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from nino_assets.publishing.qa_report.figures import figure_text, label_text
from nino_assets.publishing.qa_report.results import OUTCOMES, CheckResult, Report, tally
from nino_assets.statistic.reference_lists import read_facts

NOT_ANSWERED = "Not yet answered"
SEVERITIES = {"block": "Blocks", "warn": "Warns"}
LIMITS = (
    "The checks of this report itself are not in it: they run after it is written. They, and when "
    "each check ran, are in the web UI under qa_report.",
    "Answers given after this report was written are not in it: materialise qa_report again.",
    "Risk and utility of the perturbation are kept in the restricted zone, because they tell how "
    "counts were adjusted: encrypted (risk_and_utility), and as a page to read "
    "(risk_and_utility/QUARTER.html).",
)


@dataclass(frozen=True)
class Listing:
    """A table of the report: the first column labels the row."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


@dataclass(frozen=True)
class AreaAssurance:
    """A practice area with its statement of assurance, and the checks that bear on it."""

    name: str
    level: str
    statement: str
    source: str
    next_level: str
    checks: str


def by_asset(report: Report) -> Listing:
    """Each asset with how many checks had which outcome."""
    rows: list[tuple[str | int, ...]] = []
    for asset in dict.fromkeys(result.asset for result in report.results):
        own = results_of(report, asset)
        rows.append((asset, len(own), *tally(own).values()))
    rows.append(("All assets", len(report.results), *tally(report.results).values()))
    return Listing("Checks by asset and outcome", ("Asset", "Checks", *OUTCOMES), tuple(rows))


def by_area(report: Report) -> Listing:
    """Each practice area with its level and how many of its checks had which outcome."""
    rows: list[tuple[str | int, ...]] = []
    for area in practice_areas(report):
        own = [each for each in report.results if each.practice_area == area.name]
        rows.append((area.name, area.level, len(own), *tally(own).values()))
    header = ("Practice area", "Level", "Checks", *OUTCOMES)
    return Listing("Checks by practice area and outcome", header, tuple(rows))


def explained(report: Report) -> Listing:
    """What does not hold and is explained by a documented event."""
    rows = tuple(
        (each.key, each.sentence, figure_text(each.observed, "–"), each.excused)
        for each in report.results
        if each.outcome == "Explained" and each.excused
    )
    header = ("Check", "Expected", "Observed", "Explained by")
    return Listing("Rules that do not hold, with the event that explains each", header, rows)


_STAGES = (
    ("What was delivered", ("raw_scan",)),
    (
        "Cleaning and placing of records",
        ("cleaned_records", "rejected_records", "geocoded_records"),
    ),
    (
        "Lists that records are held against",
        ("postcode_directory", "output_area_lookup", "nationality_groups", "areas"),
    ),
    ("Counts and their adjustment", ("keyed_counts", "perturbation_table", "perturbed_cubes")),
    ("Published files", ("tables", "open_data", "bulletin")),
    (
        "Other sources",
        ("operational_information", "comparator_statistics", "coherence_report"),
    ),
)


def by_stage(report: Report) -> Listing:
    """How many checks each stage of production has, and how many held or were explained."""
    rows: list[tuple[str | int, ...]] = []
    for stage, assets in _STAGES:
        own = [each for each in report.results if each.asset in assets]
        counted = tally(own)
        found = (counted[outcome] for outcome in ("Passed", "Explained", "Warning"))
        rows.append((stage, len(own), *found))
    header = ("Stage", "Checks", "Held", "Explained by a known break", "Judged by a reviewer")
    return Listing("Checks by stage of production", header, tuple(rows))


def summary(report: Report) -> str:
    """What was checked, in sentences that may be published."""
    judged = len(report.warnings)
    words = (
        f"{_many(len(report.results), 'check')} were made from the delivered data to the published "
        f"files; {tally(report.results)['Passed']:,} held."
    )
    known = tally(report.results)["Explained"]
    if known:
        words += f" A known break in the series explains {_many(known, 'finding')}."
    if judged:
        asked = "A reviewer judged" if not report.open_warnings else "Reviewers are to judge"
        words += f" {asked} {_many(judged, 'finding')}."
    return words


def risk_and_utility(measures: pl.DataFrame) -> list[Listing]:
    """A table a measure: by cube and by what it is of, how many cells, and the value."""
    listings = []
    for (measure,), rows in measures.group_by("measure", maintain_order=True):
        listings.append(
            Listing(
                label_text(str(measure)),
                ("Cube", "Of", "Cells", "Value"),
                tuple(
                    (cube, of, cells, f"{value:.4f}")
                    for cube, of, cells, value in rows.select(
                        "cube", "of", "cells", "value"
                    ).iter_rows()
                ),
            )
        )
    return listings


def results_of(report: Report, asset: str) -> list[CheckResult]:
    """The results of one asset, in the order in which its suite declares them."""
    return [result for result in report.results if result.asset == asset]


def warnings(report: Report, nothing: str) -> Listing:
    """Every warning with what was found (`nothing`: no figure) and the reviewer's answer."""
    rows = tuple(
        (
            result.key,
            result.sentence,
            figure_text(result.observed, nothing),
            result.next_step,
            answer_text(report, result),
        )
        for result in report.warnings
    )
    header = ("Check", "Expected", "Observed", "What to look at", "Answer")
    return Listing("Warnings and the reviewers' answers", header, rows)


def answer_text(report: Report, result: CheckResult) -> str:
    """`Accepted by A Reviewer on 2021-02-20: reason`, or that nobody has answered."""
    answer = report.answers.get(result.key)
    if answer is None:
        return NOT_ANSWERED
    return f"{answer.decision.capitalize()}ed by {answer.by} on {answer.at[:10]}: {answer.reason}"


def conclusion(report: Report) -> str:
    """What stands in the way of release, in a sentence."""
    counted = tally(report.results)
    parts = []
    if counted["Failed"]:
        parts.append(f"{_many(counted['Failed'], 'blocking check')} failed")
    missing = counted["Not run"] + counted["Out of date"]
    if missing:
        parts.append(f"{_many(missing, 'check')} did not run on the latest state")
    if report.open_warnings:
        parts.append(f"{_many(len(report.open_warnings), 'warning')} not yet answered")
    refused = [a for a in report.answers.values() if a.decision == "reject"]
    if refused:
        parts.append(f"{_many(len(refused), 'warning')} rejected by a reviewer")
    if not parts:
        return "Nothing in this report stands in the way of release."
    return f"In the way of release: {'; '.join(parts)}."


def practice_areas(report: Report) -> list[AreaAssurance]:
    """The four practice areas of the QAAD toolkit, in its order."""
    areas = []
    for fact in read_facts("practice_areas").rows(named=True):
        own = [each for each in report.results if each.practice_area == fact["practice_area"]]
        counted = ", ".join(f"{n} {outcome.lower()}" for outcome, n in tally(own).items() if n)
        areas.append(
            AreaAssurance(
                name=fact["practice_area"],
                level=fact["level"],
                statement=fact["assurance"],
                source=fact["source"],
                next_level=fact["next_level"],
                checks=f"{_many(len(own), 'check')} on this area: {counted}."
                if own
                else "No check is on this area.",
            )
        )
    return areas


def account(report: Report) -> list[Listing]:
    """What became of every delivered row, down to the cells that are published."""
    counts = report.account
    refused = sum(counts["rejected"].values())
    journey = (
        ("Rows delivered", counts["delivered"]),
        ("Rows rejected", refused),
        ("Rows accepted", counts["accepted"]),
        ("Rows not accounted for", counts["delivered"] - counts["accepted"] - refused),
        ("Accepted rows with a geocode status", sum(counts["geocode_status"].values())),
        ("Cells published, all periods", report.cells),
    )
    lists = (
        ("Rejected rows by first reason that applies", "Reason", "rejected"),
        ("Repairs of accepted rows", "Repair", "repairs"),
        ("Accepted rows by geocode status", "Status", "geocode_status"),
    )
    return [
        Listing("From delivery to publication", ("Step", "Number"), journey),
        *(
            Listing(
                caption,
                (head, "Rows"),
                tuple((label_text(name), n) for name, n in counts[key].items()),
            )
            for caption, head, key in lists
        ),
    ]


def additivity(report: Report) -> Listing:
    """How often published parts do not add up to their published total."""
    rows = tuple((level, totals, f"{share:.0%}") for level, totals, share in report.additivity)
    caption = "Published totals that are not the sum of their published parts"
    return Listing(caption, ("Total", "Totals", "Not the sum"), rows)


def differences(report: Report) -> Listing | None:
    """This edition's cells against the last one's."""
    found = report.differences
    if found is None:
        return None
    return Listing(
        f"Cells of this edition and of {found.previous}",
        ("Cells", "Number"),
        (
            ("The same in both", found.same),
            ("Changed", found.changed),
            ("No longer published", found.gone),
            ("New in this edition", found.added),
        ),
    )


def differences_words(report: Report) -> str:
    """What the differences mean."""
    found = report.differences
    if found is None:
        return "There is no earlier edition here to compare with."
    changed = found.changed + found.gone
    words = (
        f"Every cell of {found.previous} is published again as it was; what is new are the "
        "periods since."
        if not changed
        else f"{_many(changed, 'cell')} of {found.previous} changed or went. History changes only "
        "by a correction: explain it in the correction note, or do not release."
    )
    code = "Both were made by the same code." if found.same_code else "The code has changed since."
    return f"{words} {code}"


def fingerprints(report: Report) -> list[Listing]:
    """Inputs, code and published files, each with its sha256."""
    manifest = report.manifest
    files = manifest["files"].items()
    return [
        Listing(
            "Code and inputs",
            ("What", "SHA-256"),
            (("Code and reference lists", manifest["code_version"]), *manifest["inputs"].items()),
        ),
        Listing(
            "Published files",
            ("File", "Bytes", "SHA-256"),
            tuple((name, entry["size"], entry["sha256"]) for name, entry in files),
        ),
    ]


def check_row(result: CheckResult, nothing: str = "–") -> tuple[str, ...]:
    """Severity, outcome, observed, unexpected and its share, as texts; `nothing` for no figure."""
    share = result.unexpected_percent
    return (
        SEVERITIES[result.severity],
        result.outcome,
        figure_text(result.observed, nothing),
        figure_text(result.unexpected, nothing),
        nothing if share is None else f"{figure_text(round(share, 3))}%",
    )


def titles(results: Sequence[CheckResult]) -> str:
    """`12 checks: 11 passed, 1 warning`."""
    counted = ", ".join(f"{n} {outcome.lower()}" for outcome, n in tally(results).items() if n)
    return f"{_many(len(results), 'check')}: {counted}"


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}" + ("" if number == 1 else "s")
