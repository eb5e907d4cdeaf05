"""What the QA report tells of the release: account, differences, files."""

from __future__ import annotations

import polars as pl

from nino_assets.publishing.qa_report.figure_words import count_things, format_label
from nino_assets.publishing.qa_report.listing import Listing
from nino_assets.publishing.qa_report.report import Report

LIMITS = (
    "The checks of this report itself are not in it: they run after it is written. They, and when "
    "each check ran, are in the web UI under qa_report.",
    "Answers given after this report was written are not in it: materialise qa_report again.",
    "Risk and utility of the perturbation are kept in the restricted zone, because they tell how "
    "counts were adjusted: encrypted (risk_and_utility), and as a page to read "
    "(risk_and_utility/QUARTER.html).",
)


def list_account(report: Report) -> list[Listing]:
    """What became of every delivered row."""
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
                tuple((format_label(name), n) for name, n in counts[key].items()),
            )
            for caption, head, key in lists
        ),
    ]


def list_additivity(report: Report) -> Listing:
    """How often published parts do not add up to their published total."""
    rows = tuple((level, totals, f"{share:.0%}") for level, totals, share in report.additivity)
    caption = "Published totals that are not the sum of their published parts"
    return Listing(caption, ("Total", "Totals", "Not the sum"), rows)


def list_differences(report: Report) -> Listing | None:
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


def describe_differences(report: Report) -> str:
    """What the differences mean."""
    found = report.differences
    if found is None:
        return "There is no earlier edition here to compare with."
    changed = found.changed + found.gone
    words = (
        f"Every cell of {found.previous} is published again as it was; what is new are the "
        "periods since."
        if not changed
        else f"{count_things(changed, 'cell')} of {found.previous} changed or went. History "
        "changes only by a correction: explain it in the correction note, or do not release."
    )
    code = "Both were made by the same code." if found.same_code else "The code has changed since."
    return f"{words} {code}"


def list_fingerprints(report: Report) -> list[Listing]:
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


def list_risk_and_utility(measures: pl.DataFrame) -> list[Listing]:
    """A table for each measure: cube, what of, cells and value."""
    listings = []
    for (measure,), rows in measures.group_by("measure", maintain_order=True):
        listings.append(
            Listing(
                format_label(str(measure)),
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
