"""Layouts of a delivered scan: which delivered column is which."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from nino_assets.errors import DeliveryError
from nino_assets.statistic.reference_lists import REFERENCE_DIR
from nino_assets.statistic.scan_columns import SCAN_COLUMNS


@dataclass(frozen=True)
class ScanLayout:
    """Delivered column → our name, in the layout's column order."""

    name: str
    columns: dict[str, str]


def read_scan_layout(name: str, *, asked_by: str) -> ScanLayout:
    """Read a declared layout.

    Raises DeliveryError, naming `asked_by`, when it is not declared or wrong.
    """
    declared = {path.stem: path for path in (REFERENCE_DIR / "layouts").glob("*.toml")}
    if name not in declared:
        raise DeliveryError(
            f"{asked_by} names the layout '{name}', which is not declared",
            rule=f"a layout is a file in data/reference/layouts: {', '.join(sorted(declared))}",
            next_step="correct the manifest, or declare the layout",
        )
    columns = _read_columns(declared[name])
    if sorted(columns.values()) != sorted(SCAN_COLUMNS):
        raise DeliveryError(
            f"data/reference/layouts/{name}.toml is not a layout",
            rule=f"a layout maps to each of {', '.join(SCAN_COLUMNS)} once",
            next_step="correct the layout file",
        )
    return ScanLayout(name, columns)


def _read_columns(path: Path) -> dict[str, str]:
    """The declared columns; empty when the file does not declare them."""
    try:
        columns = tomllib.loads(path.read_text(encoding="utf-8")).get("columns")
    except ValueError:
        return {}
    if not isinstance(columns, dict):
        return {}
    return {str(theirs): str(ours) for theirs, ours in columns.items()}
