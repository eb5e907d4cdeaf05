"""The suite of comparator_statistics: figures of the Home Office and the ONS."""

from __future__ import annotations

from nino_assets.quality.source_suite import build_source_suite
from nino_assets.quality.suite import PracticeArea

SUITE = build_source_suite(
    "comparator_statistics",
    "Home Office and ONS statistics have been delivered.",
    PracticeArea.PRODUCER,
)
