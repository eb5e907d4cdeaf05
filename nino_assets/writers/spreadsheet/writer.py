"""Writes a workbook as one OpenDocument 1.3 file.

The same workbook gives the same bytes: the order and the dates of the parts are fixed.
"""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from nino_assets.writers.spreadsheet.document_parts import ODF_VERSION, DocumentParts, write_ranges
from nino_assets.writers.spreadsheet.rows import SheetRows
from nino_assets.writers.spreadsheet.sheets import Workbook

MIME_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_PARTS = ("content.xml", "styles.xml", "meta.xml", "settings.xml")
_EARLIEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def write_spreadsheet(workbook: Workbook, path: Path) -> None:
    """Write `workbook` to exactly `path`, as ODF 1.3.

    Rows are read once, in order, and streamed. Raises TypeError for a value that its column does
    not take, ValueError for a row of another length than the header.
    """
    shell = DocumentParts(workbook)
    with ZipFile(path, "w") as package:
        package.writestr(_build_entry("mimetype", ZIP_STORED), MIME_TYPE)
        package.writestr(_build_entry("META-INF/manifest.xml"), _write_manifest())
        _write_content(package, workbook, shell)
        package.writestr(_build_entry("styles.xml"), shell.write_styles())
        package.writestr(_build_entry("meta.xml"), shell.write_meta())
        package.writestr(_build_entry("settings.xml"), shell.write_settings())


def _write_content(package: ZipFile, workbook: Workbook, shell: DocumentParts) -> None:
    before, after = shell.write_content()
    ranges: list[tuple[str, str]] = []
    with package.open(_build_entry("content.xml"), "w") as part:
        part.write(before.encode())
        for sheet in workbook.sheets:
            rows = SheetRows(sheet)
            for chunk in rows.write_chunks():
                part.write(chunk.encode())
            if sheet.table and rows.table_address:
                ranges.append((sheet.table.name, rows.table_address))
        part.write((write_ranges(ranges) + after).encode())


def _write_manifest() -> str:
    namespace = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    files = [("/", MIME_TYPE), *((part, "text/xml") for part in _PARTS)]
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"'
        + (f' manifest:version="{ODF_VERSION}"/>' if name == "/" else "/>")
        for name, kind in files
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<manifest:manifest xmlns:manifest="{namespace}" manifest:version="{ODF_VERSION}">'
        f"{entries}</manifest:manifest>"
    )


def _build_entry(name: str, compression: int = ZIP_DEFLATED) -> ZipInfo:
    entry = ZipInfo(name, _EARLIEST_ZIP_DATE)
    entry.compress_type = compression
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry
