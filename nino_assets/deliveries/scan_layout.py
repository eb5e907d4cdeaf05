"""Layouts of a delivered scan: which delivered column is which."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from nino_assets.errors import DeliveryError
from nino_assets.statistic.layout_files import FOLDER, LayoutSchema, read_layout
from nino_assets.statistic.reference_folder import find_own_folder, list_names
from nino_assets.statistic.scan_columns import SCAN_COLUMNS


@dataclass(frozen=True)
class ScanLayout:
    """Delivered column → our name, in the layout's column order."""

    name: str
    columns: dict[str, str]


def read_scan_layout(name: str, *, asked_by: str) -> ScanLayout:
    """Read the layout of a scan.

    Raises DeliveryError, naming `asked_by`, when no such layout is declared, ReferenceListError
    when its file is not a layout.
    """
    declared = [PurePath(path).stem for path in list_names(FOLDER, ".toml")]
    if name not in declared:
        raise DeliveryError(
            f"{asked_by} names the layout '{name}', which is not declared",
            rule=f"the declared layouts are {', '.join(declared)}",
            next_step="correct the manifest, or declare the layout in "
            f"{find_own_folder() / FOLDER}",
        )
    return ScanLayout(name, read_layout(name, LayoutSchema(SCAN_COLUMNS)).columns)
