"""The suite of qa_report: the account adds up, warnings are answered."""

from __future__ import annotations

import json
from typing import Any

from nino_assets.deliveries.perturbation_table_file import read_perturbation_table
from nino_assets.governance.check_result import decode_results
from nino_assets.governance.decision_log import locate_log, read_entries, verify_log
from nino_assets.governance.review_log import Answer, list_rejected, list_unanswered
from nino_assets.quality.measures import risk
from nino_assets.quality.measures.design_words import list_files_with_design, read_design_values
from nino_assets.quality.measures.files import Measures, measure_files
from nino_assets.quality.measures.risk import measure_risk
from nino_assets.quality.next_steps import materialise_again
from nino_assets.quality.rules import expect_none
from nino_assets.quality.suite import Suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.vocabulary import GEOCODE_STATUSES, REJECTION_REASONS, REPAIRS
from nino_assets.store.publication_manifest import verify_manifest
from nino_assets.store.warehouse import Warehouse

WARNINGS_NAME = "warnings.json"
"""In `qa/`: the warnings that the report shows, whole."""

_AGAIN = materialise_again("qa_report")
_COUNTED = ("raw_scan", "cleaned_records", "rejected_records", "geocoded_records")
_LISTS = (
    ("rejected", REJECTION_REASONS),
    ("repairs", REPAIRS),
    ("geocode_status", GEOCODE_STATUSES),
)


def _measure(warehouse: Warehouse, quarter: Quarter) -> Measures:
    publication = warehouse.folders.find_publication(quarter)
    qa = publication / "qa"
    account: dict[str, Any] = json.loads((qa / "counts.json").read_text(encoding="utf-8"))
    warnings = decode_results(json.loads((qa / WARNINGS_NAME).read_text(encoding="utf-8")))
    log = locate_log(warehouse.folders.warehouse)
    faults = verify_log(log)
    # No answer of a log that was tampered with counts.
    answers = [] if faults else read_entries(log, Answer)
    delivery = warehouse.serving.find_delivery(quarter)
    held = [warehouse.records.read(asset, delivery).count_rows() for asset in _COUNTED]
    refused, located = (sum(account[key].values()) for key in ("rejected", "geocode_status"))
    said = [account["delivered"], account["accepted"], refused, located]
    return {
        "rows_unaccounted": abs(account["delivered"] - account["accepted"] - refused),
        "not_geocoded": abs(account["accepted"] - located),
        "counts_differ": sum(a != b for a, b in zip(said, held, strict=True)),
        "counts_missing": sum(tuple(account[key]) != members for key, members in _LISTS),
        "design_told": len(
            list_files_with_design(
                publication, read_design_values(read_perturbation_table(warehouse))
            )
        ),
        "manifest_broken": len(verify_manifest(publication)),
        "log_broken": len(faults),
        "warnings_unanswered": len(list_unanswered(warnings, quarter, answers)),
        "warnings_rejected": len(list_rejected(warnings, quarter, answers)),
        **measure_risk(warehouse, quarter),
    }


SUITE = Suite(
    asset="qa_report",
    prepare=measure_files(_measure),
    expectations=(
        expect_none(
            "rows_unaccounted", "Rows delivered are rows accepted and rows rejected.", _AGAIN
        ),
        expect_none("not_geocoded", "Every accepted row has one geocode status.", _AGAIN),
        expect_none(
            "counts_differ", "The account has as many rows as the record assets hold.", _AGAIN
        ),
        expect_none(
            "counts_missing", "Every reason, repair and status is listed, zeros too.", _AGAIN
        ),
        expect_none(
            "manifest_broken",
            "The manifest has every published file with its sha256, and no other.",
            "Materialise the publication again: files were changed after they were made.",
        ),
        expect_none(
            "design_told",
            "No published file tells how far, how often or from which count on figures are "
            "adjusted.",
            "Look for numbers beside words such as noise and adjusted, and take them out.",
        ),
        expect_none(
            "log_broken",
            "The log of decisions is as it was written.",
            "Restore the log and its head from a backup; compare it with what Dagster has of it.",
        ),
        expect_none(
            "warnings_unanswered",
            "Every warning of the report has a reviewer's answer.",
            "Answer each: nino-assets review, or the job review in the web UI.",
            severity="warn",
        ),
        expect_none(
            "warnings_rejected",
            "No warning of the report was rejected by a reviewer.",
            "Mend what the reviewer found, and build the quarter again.",
            severity="warn",
        ),
        *risk.EXPECTATIONS,
    ),
)
