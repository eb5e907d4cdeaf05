"""The pipeline on a data folder of a test: how it is run, and where its results are.

The six quarters from `FIRST` to `LAST` are what most whole-pipeline tests build or start from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from nino_assets.governance.check_result import CheckResult
from nino_assets.quality.results import build_result
from nino_assets_tests.support.commands import CommandResult, run_command

QUARTERS = ("2002-Q1", "2002-Q2", "2002-Q3", "2002-Q4", "2003-Q1", "2003-Q2")
FIRST, LAST = QUARTERS[0], QUARTERS[-1]


@dataclass(frozen=True)
class Pipeline:
    """A data folder and the settings it is built with; what its first build printed and wrote."""

    data: Path
    settings: dict[str, str]
    printed: str = ""
    writes: int = 0

    def with_settings(self, **settings: str | None) -> Pipeline:
        """The same folder with other settings; None takes one away."""
        kept = {name: value for name, value in (self.settings | settings).items() if value}
        return replace(self, settings=kept)

    def run(self, *arguments: str) -> CommandResult:
        return run_command(self.data, self.settings, *arguments)

    def build(self, quarter: str, first: str | None = None) -> CommandResult:
        since = ("--from", first) if first else ()
        return self.run("build", "--quarter", quarter, *since)

    @property
    def landing(self) -> Path:
        return self.data / "landing"

    def publication(self, quarter: str = LAST) -> Path:
        return self.data / "publications" / quarter

    def cells(self, quarter: str = LAST) -> Path:
        return self.publication(quarter) / "open-data" / "nino-registrations.parquet"


STANDING_WARNINGS = frozenset(
    {
        "postcode_directory.located_percent",
        "raw_scan.malformed_percent",
        "raw_scan.statement_missing",
        "cleaned_records.rejected_percent",
        "cleaned_records.age_unknown_percent",
        "cleaned_records.unlisted_types",
        "cleaned_records.unlisted_statuses",
        "rejected_records.duplicate_percent",
        "rejected_records.invalid_nino_percent",
        "rejected_records.not_live_percent",
        "rejected_records.outside_series_percent",
        "rejected_records.undated_percent",
        "rejected_records.uk_national_percent",
        "geocoded_records.matched_percent",
        "geocoded_records.overseas_percent",
        "geocoded_records.terminated_percent",
    }
)
"""What the checks find on the built folder: its records are unusual, and nothing blocks."""


def repeat_built_verdicts(suite, warehouse, quarters, names=None) -> list[CheckResult]:
    """The verdicts of the built folder without a check: for tests that are not about checks.

    The quality report, which is published, tells how many checks passed.
    """
    chosen = [name for name in suite.names if names is None or name in names]
    return [
        build_result(
            suite.asset,
            suite.find(name).find_form(quarter),
            quarter,
            passed=f"{suite.asset}.{name}" not in STANDING_WARNINGS,
        )
        for name in chosen
        for quarter in quarters or [None]
    ]
