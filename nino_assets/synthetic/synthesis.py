"""Writes a whole synthetic delivery: scan, postcode directory, lists and truth."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Literal

from nino_assets.errors import DeliveryError
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.statistic.reference_lists import read_list
from nino_assets.synthetic.calibration import CALIBRATED_TO
from nino_assets.synthetic.comparator_series import write_comparator_series
from nino_assets.synthetic.directory_file import write_directory_file
from nino_assets.synthetic.directory_reader import read_directory_postcodes
from nino_assets.synthetic.governance_lists import write_governance_lists
from nino_assets.synthetic.scan import SCAN_FILE, Scan, write_scan

DIRECTORY_FOLDER = "nspl"
LEAST_SCALE = 0.001
_DAYS_TO_EXTRACTION = 14


def _report_nothing(_: str) -> None:
    """Report nothing."""


def synthesise(  # noqa: PLR0913 - one keyword for each option of the command
    quarter: Quarter,
    *,
    scale: float,
    seed: int,
    extract: Literal["quarter", "register"],
    out: Path,
    progress: Callable[[str], None] = _report_nothing,
) -> Path:
    """Write a synthetic delivery of a quarter and return its folder.

    The folder `out/<quarter>/` holds `manifest.json`, the scan in layout `mws-1`, and the truth.
    The postcode directory is made in `out/nspl/` when that does not exist; otherwise the scan takes
    its postcodes from the directory there. `out` also gets operational information and comparator
    series up to the quarter (`comparator_series.py`), a pre-release access list and a register of
    users (`governance_lists.py`). `scale` runs from 0.001 to 1, the size of the real scan. An
    earlier delivery of the quarter is replaced. The same arguments, and the same directory, give
    the same bytes.

    Raises DeliveryError for a quarter or scale without figures, or an unsuitable directory.
    """
    _refuse_uncalibrated(quarter, scale)
    out.mkdir(parents=True, exist_ok=True)
    directory_folder = out / DIRECTORY_FOLDER
    if not directory_folder.exists():
        progress("postcode directory")
        with _CompleteFolder(directory_folder) as folder:
            write_directory_file(folder, scale=scale, seed=seed)
    directory = read_directory_postcodes(directory_folder)
    final = out / quarter.label
    with _CompleteFolder(final) as folder:
        scan = Scan(quarter, scale, seed, register=extract == "register")
        rows, sha256 = write_scan(scan, folder, directory, progress)
        extracted_on = (quarter.last_day + timedelta(days=_DAYS_TO_EXTRACTION)).isoformat()
        manifest = {
            "quarter": quarter.label,
            "extract": extract,
            "extracted_on": extracted_on,
            "layout": "mws-1",
            "synthetic": True,
            "files": [{"name": SCAN_FILE, "rows": rows, "sha256": sha256}],
            "supplier_statement": {
                "signed_by": "Synthetic supplier",
                "signed_on": extracted_on,
                "checks": read_list("supplier_checks")["supplier_check"].to_list(),
            },
        }
        text = json.dumps(manifest, indent=2) + "\n"
        (folder / "manifest.json").write_text(text, encoding="utf-8")
    write_comparator_series(out, quarter, scale=scale, seed=seed)
    write_governance_lists(out, quarter)
    return final


def _refuse_uncalibrated(quarter: Quarter, scale: float) -> None:
    if not LEAST_SCALE <= scale <= 1:
        raise DeliveryError(
            f"no synthetic delivery can be made at scale {scale}",
            rule=f"the scale runs from {LEAST_SCALE} to 1, the size of the real scan",
            next_step="choose a scale in that range, such as 0.02",
        )
    if not SERIES_START <= quarter <= CALIBRATED_TO:
        raise DeliveryError(
            f"no synthetic delivery can be made for {quarter}",
            rule=f"calibration figures run from {SERIES_START} to {CALIBRATED_TO}",
            next_step="choose a quarter in that range",
        )


class _CompleteFolder:
    """A folder that appears in its place only when it is complete."""

    def __init__(self, final: Path) -> None:
        self._final = final
        self._partial = final.with_name(f".{final.name}.partial")

    def __enter__(self) -> Path:
        shutil.rmtree(self._partial, ignore_errors=True)
        self._partial.mkdir()
        return self._partial

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            shutil.rmtree(self._final, ignore_errors=True)
            self._partial.rename(self._final)
        else:
            shutil.rmtree(self._partial, ignore_errors=True)
