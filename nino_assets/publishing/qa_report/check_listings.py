"""What the QA report tells of checks: results, warnings, answers, assurance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nino_assets.governance.check_result import CheckResult, CheckStatus, count_by_status
from nino_assets.publishing.qa_report.answer_words import describe_answer
from nino_assets.publishing.qa_report.figure_words import count_things, format_figure
from nino_assets.publishing.qa_report.listing import Listing
from nino_assets.publishing.qa_report.report import Report
from nino_assets.statistic.reference_lists import read_list

SEVERITIES = {"block": "Blocks", "warn": "Warns"}


@dataclass(frozen=True)
class AreaAssurance:
    """A practice area, its statement of assurance and its checks."""

    name: str
    level: str
    statement: str
    source: str
    next_level: str
    checks: str


def list_by_asset(report: Report) -> Listing:
    """Each asset with how many checks have which result."""
    rows: list[tuple[str | int, ...]] = []
    for asset in report.assets:
        own = select_asset(report, asset)
        rows.append((asset, len(own), *count_by_status(own).values()))
    rows.append(("All assets", len(report.results), *count_by_status(report.results).values()))
    return Listing("Checks by asset and result", ("Asset", "Checks", *CheckStatus), tuple(rows))


def list_by_area(report: Report) -> Listing:
    """Each practice area with its level and the results of its checks."""
    rows: list[tuple[str | int, ...]] = []
    for area in build_assurance(report):
        own = [each for each in report.results if each.practice_area == area.name]
        rows.append((area.name, area.level, len(own), *count_by_status(own).values()))
    header = ("Practice area", "Level", "Checks", *CheckStatus)
    return Listing("Checks by practice area and result", header, tuple(rows))


def list_explained(report: Report) -> Listing:
    """Each broken rule that a known event explains."""
    rows = tuple(
        (each.key, each.sentence, format_figure(each.observed), each.explanation or "")
        for each in report.results
        if each.status is CheckStatus.EXPLAINED
    )
    header = ("Check", "Expected", "Observed", "Explained by")
    return Listing("Broken rules, with the known event that explains each", header, rows)


_STAGES = (
    ("What was delivered", ("raw_scan",)),
    (
        "Cleaning and placing of records",
        ("cleaned_records", "rejected_records", "geocoded_records"),
    ),
    (
        "Lists that records are compared with",
        ("postcode_directory", "output_area_lookup", "nationality_groups", "areas"),
    ),
    ("Counts and their adjustment", ("keyed_counts", "perturbation_table", "perturbed_cubes")),
    ("Published files", ("tables", "open_data", "tabulations", "bulletin")),
    (
        "Other sources",
        ("operational_information", "comparator_statistics", "coherence_report"),
    ),
)


def list_by_stage(report: Report) -> Listing:
    """Each stage of production with the results of its checks."""
    shown = (CheckStatus.PASSED, CheckStatus.EXPLAINED, CheckStatus.WARNING)
    rows: list[tuple[str | int, ...]] = []
    for stage, assets in _STAGES:
        own = [each for each in report.results if each.asset in assets]
        counted = count_by_status(own)
        rows.append((stage, len(own), *(counted[status] for status in shown)))
    header = ("Stage", "Checks", "Passed", "Explained by a known break", "Judged by a reviewer")
    return Listing("Checks by stage of production", header, tuple(rows))


def describe_checks(report: Report) -> str:
    """What was checked, in sentences that may be published."""
    counted = count_by_status(report.results)
    words = (
        f"{count_things(len(report.results), 'check')} were made from the delivered data to the "
        f"published files; {counted[CheckStatus.PASSED]:,} passed."
    )
    known = counted[CheckStatus.EXPLAINED]
    if known:
        words += f" A known break in the series explains {count_things(known, 'finding')}."
    if report.warnings:
        asked = "A reviewer judged" if not report.open_warnings else "Reviewers are to judge"
        words += f" {asked} {count_things(len(report.warnings), 'finding')}."
    return words


def select_asset(report: Report, asset: str) -> list[CheckResult]:
    """The results of one asset, in its suite's order."""
    return [result for result in report.results if result.asset == asset]


def list_warnings(report: Report, nothing: str) -> Listing:
    """Every warning with what was found and the reviewer's answer.

    `nothing` stands where there is no figure.
    """
    rows = tuple(
        (
            result.key,
            result.sentence,
            format_figure(result.observed, nothing),
            result.next_step,
            describe_answer(report.answers.get(result.key)),
        )
        for result in report.warnings
    )
    header = ("Check", "Expected", "Observed", "What to look at", "Answer")
    return Listing("Warnings and the reviewers' answers", header, rows)


def describe_obstacles(report: Report) -> str:
    """What stands in the way of release, in a sentence."""
    counted = count_by_status(report.results)
    failed = counted[CheckStatus.FAILED]
    missing = counted[CheckStatus.NOT_RUN] + counted[CheckStatus.OUT_OF_DATE]
    rejected = sum(answer.decision == "reject" for answer in report.answers.values())
    parts = []
    if failed:
        parts.append(f"{count_things(failed, 'blocking check')} failed")
    if missing:
        parts.append(f"{count_things(missing, 'check')} did not run on the latest state")
    if report.open_warnings:
        parts.append(f"{count_things(len(report.open_warnings), 'warning')} not yet answered")
    if rejected:
        parts.append(f"{count_things(rejected, 'warning')} rejected by a reviewer")
    if not parts:
        return "Nothing in this report stands in the way of release."
    return f"In the way of release: {'; '.join(parts)}."


def build_assurance(report: Report) -> list[AreaAssurance]:
    """The four practice areas of the QAAD toolkit, in its order."""
    areas = []
    for fact in read_list("practice_areas").rows(named=True):
        own = [each for each in report.results if each.practice_area == fact["practice_area"]]
        areas.append(
            AreaAssurance(
                name=fact["practice_area"],
                level=fact["level"],
                statement=fact["assurance"],
                source=fact["source"],
                next_level=fact["next_level"],
                checks=f"{count_things(len(own), 'check')} on this area: {_list_statuses(own)}."
                if own
                else "No check is on this area.",
            )
        )
    return areas


def build_check_row(result: CheckResult, nothing: str = "–") -> tuple[str, ...]:
    """Severity, result, observed, unexpected and its share, as texts.

    `nothing` stands where there is no figure.
    """
    ran = result.passed is not None
    return (
        SEVERITIES[result.severity],
        result.status,
        format_figure(result.observed, nothing),
        format_figure(result.unexpected if ran else None, nothing),
        f"{format_figure(round(result.unexpected_percent, 3))}%" if ran else nothing,
    )


def describe_statuses(results: Sequence[CheckResult]) -> str:
    """`12 checks: 11 passed, 1 warning`."""
    return f"{count_things(len(results), 'check')}: {_list_statuses(results)}"


def _list_statuses(results: Iterable[CheckResult]) -> str:
    return ", ".join(f"{n} {status.lower()}" for status, n in count_by_status(results).items() if n)
