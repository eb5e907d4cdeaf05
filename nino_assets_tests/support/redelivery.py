"""Another delivery of the release quarter in place of the one it was built from."""

from __future__ import annotations

import json
from pathlib import Path

from nino_assets_tests.support import deliveries, identifiers
from nino_assets_tests.support.pipeline import LAST, Pipeline

SCAN = "migrant_workers_scan.csv"
FILE = f"{LAST}/{SCAN}"

Records = list[list[str]]


def make_planted_rows(quarter: str = LAST, number: int = 40) -> Records:
    """Records of one quarter, planted ones among them."""
    return identifiers.add_planted_rows(
        deliveries.make_rows((quarter,), number, seed=4, dirt=False), quarter
    )


def redeliver(pipeline: Pipeline, records: Records | None = None, **manifest: object) -> Path:
    """A quarter extract in place of the register that serves the release quarter."""
    return deliveries.deliver(pipeline.landing, LAST, records or make_planted_rows(), **manifest)


def rewrite(folder: Path, content: bytes, *, records: int | None = None, name: str = SCAN) -> None:
    """Other bytes for a scan, with a manifest that is true of them."""
    old = json.loads((folder / "manifest.json").read_text())["files"][0]
    (folder / old["name"]).unlink()
    (folder / name).write_bytes(content)
    deliveries.write_manifest(folder, {name: old["rows"] if records is None else records})
