"""The parts of an OpenDocument file around its rows, by odfpy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO

from odf import config, dc, meta, office, table
from odf.element import Element
from odf.namespaces import (
    CONFIGNS,
    DCNS,
    FONS,
    METANS,
    NUMBERNS,
    OFFICENS,
    OOONS,
    STYLENS,
    SVGNS,
    TABLENS,
    TEXTNS,
    XLINKNS,
    nsdict,
)

from nino_assets.writers.spreadsheet.sheets import Sheet, Workbook
from nino_assets.writers.spreadsheet.styles import COUNTRY, LANGUAGE, Styles

ODF_VERSION = "1.3"
_NAMESPACES = (
    *(CONFIGNS, DCNS, FONS, METANS, NUMBERNS, OFFICENS),
    *(OOONS, STYLENS, SVGNS, TABLENS, TEXTNS, XLINKNS),
)


class DocumentParts:
    """Everything of a workbook but the rows of its sheets."""

    def __init__(self, workbook: Workbook) -> None:
        self._meta, self._settings = office.Meta(), office.Settings()
        self._set_properties(workbook)
        self._set_settings(workbook.sheets)
        widths = [width for sheet in workbook.sheets for width in sheet.widths_cm]
        self._styles = Styles((sheet.page for sheet in workbook.sheets), widths)

    def write_content(self) -> tuple[str, str]:
        """Write `content.xml` before and after the sheets."""
        opening, closing = _write_root("document-content")
        body = "<office:body><office:spreadsheet>", "</office:spreadsheet></office:body>"
        return (
            opening
            + write_element(self._styles.fonts)
            + write_element(self._styles.cells)
            + body[0],
            body[1] + closing,
        )

    def write_styles(self) -> str:
        """Write `styles.xml`."""
        looks = self._styles
        return _write_part(
            "document-styles", looks.fonts, looks.named, looks.page_layouts, looks.masters
        )

    def write_meta(self) -> str:
        """Write `meta.xml`."""
        return _write_part("document-meta", self._meta)

    def write_settings(self) -> str:
        """Write `settings.xml`."""
        return _write_part("document-settings", self._settings)

    def _set_properties(self, workbook: Workbook) -> None:
        about = workbook.properties
        dated = about.dated.strftime("%Y-%m-%dT%H:%M:%S")
        for element, text in (
            (dc.Title, about.title),
            (dc.Description, about.description),
            (meta.InitialCreator, about.author),
            (dc.Creator, about.author),
            (meta.CreationDate, dated),
            (dc.Date, dated),
            (dc.Language, f"{LANGUAGE}-{COUNTRY}"),
            *((meta.Keyword, keyword) for keyword in about.keywords),
        ):
            self._meta.addElement(element(text=text))

    def _set_settings(self, sheets: Sequence[Sheet]) -> None:
        view = config.ConfigItemMapEntry()
        view.addElement(_build_item("ViewId", "string", "view1"))
        each = config.ConfigItemMapNamed(name="Tables")
        for sheet in sheets:
            entry = config.ConfigItemMapEntry(name=sheet.name)
            for name in ("CursorPositionX", "CursorPositionY", "PositionLeft", "PositionTop"):
                entry.addElement(_build_item(name, "int", "0"))
            entry.addElement(_build_item("ZoomValue", "int", "100"))
            each.addElement(entry)
        view.addElement(each)
        view.addElement(_build_item("ActiveTable", "string", sheets[0].name))
        view.addElement(_build_item("ZoomValue", "int", "100"))
        views = config.ConfigItemMapIndexed(name="Views")
        views.addElement(view)
        settings = config.ConfigItemSet(name="ooo:view-settings")
        settings.addElement(views)
        self._settings.addElement(settings)


def write_ranges(ranges: Iterable[tuple[str, str]]) -> str:
    """Write a database range for each table's name and address.

    Spreadsheet programs read them as tables with a header row; no filter buttons are shown.
    """
    element = table.DatabaseRanges()
    for name, address in ranges:
        element.addElement(
            table.DatabaseRange(
                name=name,
                targetrangeaddress=address,
                containsheader="true",
                displayfilterbuttons="false",
                orientation="row",
            )
        )
    return write_element(element) if element.childNodes else ""


def write_element(element: Element) -> str:
    """Write an odfpy element without namespace declarations.

    Those are on the root element.
    """
    written = StringIO()
    element.toXml(1, written)
    return written.getvalue()


def _write_part(root: str, *elements: Element) -> str:
    opening, closing = _write_root(root)
    return opening + "".join(write_element(element) for element in elements) + closing


def _write_root(name: str) -> tuple[str, str]:
    # odfpy would declare version 1.2, and whichever namespaces the process has used so far.
    declared = "".join(
        f' xmlns:{nsdict[namespace]}="{namespace}"' for namespace in sorted(_NAMESPACES)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:{name}{declared}'
        f' office:version="{ODF_VERSION}">',
        f"</office:{name}>",
    )


def _build_item(name: str, kind: str, text: str) -> config.ConfigItem:
    return config.ConfigItem(name=name, type=kind, text=text)
