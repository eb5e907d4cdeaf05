"""The suite of operational_information: applications and interviews, as delivered."""

from __future__ import annotations

from nino_assets.quality.source_suite import build_source_suite
from nino_assets.quality.suite import PracticeArea

SUITE = build_source_suite(
    "operational_information",
    "Applications and interviews have been delivered.",
    PracticeArea.CONTEXT,
)
