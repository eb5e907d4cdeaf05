"""The file: shell and rows joined into one OpenDocument 1.3 package, the same bytes every time.

Belongs here: the package (its parts, order, dates) and what odfpy leaves invalid.
Does not belong here: styles (`shell.py`) and cells (`rows.py`).
"""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from odf.namespaces import TABLENS, TEXTNS, XLINKNS

from nino_assets.publishing.spreadsheet.model import Workbook
from nino_assets.publishing.spreadsheet.rows import SheetRows
from nino_assets.publishing.spreadsheet.shell import Shell, ranges_xml

MIME_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ODF_VERSION = "1.3"
_EMPTY_BODY = "<office:spreadsheet/>"
_PARTS = ("content.xml", "styles.xml", "meta.xml", "settings.xml")
_ROW_NAMESPACES = {"table": TABLENS, "text": TEXTNS, "xlink": XLINKNS}
_EARLIEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def write_spreadsheet(workbook: Workbook, path: Path) -> None:
    """Write `workbook` to exactly `path`, as ODF 1.3.

    Rows are read once, in order, and streamed. Raises TypeError for a value that its column does
    not take, ValueError for a row of another length than the header.
    """
    widths = [
        width
        for sheet in workbook.sheets
        for width in (
            [column.width_cm for column in sheet.table.columns]
            if sheet.table
            else [sheet.text_width_cm]
        )
    ]
    shell = Shell(workbook, widths)
    with ZipFile(path, "w") as package:
        package.writestr(_entry("mimetype", ZIP_STORED), MIME_TYPE)
        package.writestr(_entry("META-INF/manifest.xml"), _manifest())
        _write_content(package, workbook, finalise(shell.content_xml))
        package.writestr(_entry("styles.xml"), finalise(shell.styles_xml))
        package.writestr(_entry("meta.xml"), finalise(shell.meta_xml))
        package.writestr(_entry("settings.xml"), finalise(shell.settings_xml))


def finalise(xml: str) -> str:
    """One part as odfpy wrote it, made valid: odfpy declares version 1.2 whatever it holds."""
    return xml.replace('office:version="1.2"', f'office:version="{_ODF_VERSION}"', 1)


def _declare_namespaces(content: str) -> str:
    # odfpy declares what it wrote itself; the rows that are streamed in use more.
    missing = "".join(
        f' xmlns:{prefix}="{name}"'
        for prefix, name in _ROW_NAMESPACES.items()
        if f"xmlns:{prefix}=" not in content
    )
    return content.replace(" office:version=", f"{missing} office:version=", 1)


def _write_content(package: ZipFile, workbook: Workbook, content: str) -> None:
    before, body, after = _declare_namespaces(content).partition(_EMPTY_BODY)
    if not body:
        raise RuntimeError("odfpy no longer writes an empty body as one tag")
    ranges: list[tuple[str, str]] = []
    with package.open(_entry("content.xml"), "w") as part:
        part.write((before + "<office:spreadsheet>").encode())
        for sheet in workbook.sheets:
            rows = SheetRows(sheet)
            for chunk in rows.chunks():
                part.write(chunk.encode())
            if sheet.table and rows.table_address:
                ranges.append((sheet.table.name, rows.table_address))
        part.write((ranges_xml(ranges) + "</office:spreadsheet>" + after).encode())


def _manifest() -> str:
    namespace = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    files = [("/", MIME_TYPE), *((part, "text/xml") for part in _PARTS)]
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"'
        + (f' manifest:version="{_ODF_VERSION}"/>' if name == "/" else "/>")
        for name, kind in files
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<manifest:manifest xmlns:manifest="{namespace}" manifest:version="{_ODF_VERSION}">'
        f"{entries}</manifest:manifest>"
    )


def _entry(name: str, compression: int = ZIP_DEFLATED) -> ZipInfo:
    entry = ZipInfo(name, _EARLIEST_ZIP_DATE)
    entry.compress_type = compression
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry
