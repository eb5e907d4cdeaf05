"""What to do when a check fails, where suites share the words."""

from __future__ import annotations

ASK_SUPPLIER = "Ask the supplier what changed in this scan."
REPORT_BUG = (
    "This is a bug in the pipeline: report it to the developers, and do not publish the quarter."
)
COMPARE_WITH_CELLS = "Compare the file with perturbed_cubes; do not publish the quarter."


def materialise_again(asset: str) -> str:
    """The next step where a file or table may be stale."""
    return (
        f"Materialise {asset} again. If the check still fails, it is a bug in the pipeline: report "
        "it to the developers."
    )
