"""Builds a damaged delivery by the command line, and counts every published cell again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from nino_assets.store.folders import Folders
from nino_assets_tests.support import deliveries, directory
from nino_assets_tests.support.commands import run_command
from nino_assets_tests.support.damages.case import Case, Planted
from nino_assets_tests.support.damages.verdict import PLANT
from nino_assets_tests.support.recompute import Recomputation, published_rows
from nino_assets_tests.support.small_delivery import QUARTER


def build_case(case: Case, base: Path, data: Path) -> str:
    """How the build of a case ended: `right`, `stopped`, or what is wrong."""
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(base, data)
    planted = PLANT[case.part](case, Folders(data))
    ended = run_command(data, {}, "build", "--quarter", QUARTER.label)
    if ended.code:
        is_told = "Next: " in ended and "Traceback" not in ended and "report this" not in ended
        return "stopped" if is_told else f"stopped without words: {ended.text[-500:]}"
    if not planted.is_readable:
        return "built, though it cannot be read"
    return _compare(planted, data)


def _compare(planted: Planted, data: Path) -> str:
    """`right` where each cell and the row account are those of the planted rows."""
    plain = data / "plain"
    deliveries.deliver(plain / "landing", QUARTER.label, planted.rows, synthetic=True)
    directory.write_directory(plain / "landing" / "nspl", planted.directory)
    (plain / "keys").symlink_to(data / "keys")
    expected = Recomputation(plain, {})
    publication = Folders(data).find_publication(QUARTER)
    cells = published_rows(publication / "open-data" / "nino-registrations.parquet")
    wanted = expected.rows(QUARTER.label, QUARTER.label)
    differing = [pair for pair in zip(cells, wanted, strict=True) if pair[0] != pair[1]]
    if differing:
        return f"{len(differing)} cells differ, the first: {differing[0]}"
    account = json.loads((publication / "qa" / "counts.json").read_text(encoding="utf-8"))
    return "right" if account == expected.counts(QUARTER.label) else "another row account"
