"""The parts of the document around its rows: styles, properties, settings and ranges, by odfpy.

Belongs here: how each kind of cell, column and page looks, and the document's metadata.
Does not belong here: rows, which odfpy is too slow for (`rows.py`), and the file (`writer.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO

from odf import config, dc, meta, number, office, style, table
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

from nino_assets.publishing.spreadsheet.model import Page, Sheet, Workbook

ODF_VERSION = "1.3"
_NAMESPACES = (
    *(CONFIGNS, DCNS, FONS, METANS, NUMBERNS, OFFICENS),
    *(OOONS, STYLENS, SVGNS, TABLENS, TEXTNS, XLINKNS),
)
FONT = "Arial"
LINK_COLOUR = "#0000ff"
RULE_COLOUR = "#b1b4b6"
_MARGIN_CM = 1.3
_LANGUAGE, _COUNTRY = "en", "GB"

# Styles of cells, by the names that `rows.py` gives them.
HEADING_1, WRAPPED_HEADING_1 = "ce_heading_1", "ce_wrapped_heading_1"
HEADING_2 = "ce_heading_2"
LINE, WRAPPED, LINE_LINK, WRAPPED_LINK = "ce_line", "ce_wrapped", "ce_line_link", "ce_wrapped_link"
CAUTION, WRAPPED_CAUTION = "ce_caution", "ce_wrapped_caution"
HEADER_LEFT, HEADER_RIGHT = "ce_header_left", "ce_header_right"
TEXT, LINK, YEAR, COUNT, PERCENT = "ce_text", "ce_link", "ce_year", "ce_count", "ce_percent"
PERCENT_NIL, SHORTHAND = "ce_percent_nil", "ce_shorthand"
BODY = (TEXT, LINK, YEAR, COUNT, PERCENT, PERCENT_NIL, SHORTHAND)
BOLD = "_bold"
"""Added to the name of a body style for totals."""
MOST_LINES = 40
_LONG_TEXT_LINES = 4
_LINE_CM, _GAP_CM = 0.52, 0.1


def column_style(width_cm: float) -> str:
    """The name of the style of columns that wide."""
    return f"co_{round(width_cm * 10)}"


def table_style(page: Page) -> str:
    """The name of the style of sheets that print on `page`."""
    return f"ta_{page.name}"


def row_style(lines: int) -> str:
    """The name of the style of rows whose tallest cell has about that many lines of text."""
    return f"ro_{min(lines, MOST_LINES)}"


class Shell:
    """Everything of a workbook but its sheets' rows: odfpy elements, and the parts made of them."""

    def __init__(self, workbook: Workbook, widths: Iterable[float]) -> None:
        self._meta, self._settings = office.Meta(), office.Settings()
        self._fonts, self._named = office.FontFaceDecls(), office.Styles()
        self._cell_styles = office.AutomaticStyles()
        self._page_layouts, self._masters = office.AutomaticStyles(), office.MasterStyles()
        self._fonts.addElement(
            style.FontFace(name=FONT, fontfamily=FONT, fontfamilygeneric="swiss")
        )
        self._set_properties(workbook)
        self._set_settings(workbook.sheets)
        self._add_named_styles()
        pages = {sheet.page.name: sheet.page for sheet in workbook.sheets}
        for name in sorted(pages):
            self._add_page(pages[name])
        self._add_number_formats()
        self._add_cell_styles()
        for width in sorted(set(widths)):
            self._add_column_style(width)

    def content_xml(self) -> tuple[str, str]:
        """`content.xml` before and after the sheets' rows and ranges."""
        opening, closing = _root("document-content")
        body = "<office:body><office:spreadsheet>", "</office:spreadsheet></office:body>"
        return (
            opening + xml_of(self._fonts) + xml_of(self._cell_styles) + body[0],
            body[1] + closing,
        )

    def styles_xml(self) -> str:
        """`styles.xml`."""
        return _part("document-styles", self._fonts, self._named, self._page_layouts, self._masters)

    def meta_xml(self) -> str:
        """`meta.xml`."""
        return _part("document-meta", self._meta)

    def settings_xml(self) -> str:
        """`settings.xml`."""
        return _part("document-settings", self._settings)

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
            (dc.Language, f"{_LANGUAGE}-{_COUNTRY}"),
            *((meta.Keyword, keyword) for keyword in about.keywords),
        ):
            self._meta.addElement(element(text=text))

    def _set_settings(self, sheets: Sequence[Sheet]) -> None:
        view = config.ConfigItemMapEntry()
        view.addElement(_item("ViewId", "string", "view1"))
        each = config.ConfigItemMapNamed(name="Tables")
        for sheet in sheets:
            entry = config.ConfigItemMapEntry(name=sheet.name)
            for name in ("CursorPositionX", "CursorPositionY", "PositionLeft", "PositionTop"):
                entry.addElement(_item(name, "int", "0"))
            entry.addElement(_item("ZoomValue", "int", "100"))
            each.addElement(entry)
        view.addElement(each)
        view.addElement(_item("ActiveTable", "string", sheets[0].name))
        view.addElement(_item("ZoomValue", "int", "100"))
        views = config.ConfigItemMapIndexed(name="Views")
        views.addElement(view)
        settings = config.ConfigItemSet(name="ooo:view-settings")
        settings.addElement(views)
        self._settings.addElement(settings)

    def _add_named_styles(self) -> None:
        default = style.DefaultStyle(family="table-cell")
        default.addElement(
            style.TextProperties(
                fontname=FONT,
                fontsize="12pt",
                usewindowfontcolor="true",
                language=_LANGUAGE,
                country=_COUNTRY,
            )
        )
        self._named.addElement(default)
        plain = style.Style(name="Default", family="table-cell")
        plain.addElement(style.TableCellProperties(verticalalign="top"))
        self._named.addElement(plain)
        for name, display, size in (
            ("Heading_20_1", "Heading 1", "18pt"),
            ("Heading_20_2", "Heading 2", "14pt"),
        ):
            heading = style.Style(
                name=name, displayname=display, family="table-cell", parentstylename="Default"
            )
            heading.addElement(style.TextProperties(fontsize=size, fontweight="bold"))
            self._named.addElement(heading)

    def _add_page(self, page: Page) -> None:
        layout = style.PageLayout(name=f"pl_{page.name}")
        paper = style.PageLayoutProperties(
            pagewidth=f"{page.width_cm}cm",
            pageheight=f"{page.height_cm}cm",
            printorientation=page.orientation,
            margin=f"{_MARGIN_CM}cm",
            printpageorder="ttb",
        )
        # One page wide. odfpy has no argument for an attribute that is new in ODF 1.3.
        paper.setAttrNS(STYLENS, "scale-to-X", "1")
        layout.addElement(paper)
        self._page_layouts.addElement(layout)
        master = style.MasterPage(name=page.name, pagelayoutname=layout)
        # Present but off: where absent, LibreOffice prints sheet names and page numbers.
        for furniture in (style.Header, style.Footer):
            master.addElement(furniture(display="false"))
        self._masters.addElement(master)
        sheet = style.Style(name=table_style(page), family="table", masterpagename=page.name)
        sheet.addElement(style.TableProperties(display="true", writingmode="lr-tb"))
        self._cell_styles.addElement(sheet)

    def _add_number_formats(self) -> None:
        count = number.NumberStyle(name="nf_count")
        count.addElement(number.Number(decimalplaces="0", minintegerdigits="1", grouping="true"))
        year = number.NumberStyle(name="nf_year")
        year.addElement(number.Number(decimalplaces="0", minintegerdigits="1"))
        percent = number.PercentageStyle(name="nf_percent")
        percent.addElement(number.Number(decimalplaces="0", minintegerdigits="1"))
        percent.addElement(number.Text(text="%"))
        # A fall of under half a per cent would otherwise be shown as "-0%".
        nil = number.PercentageStyle(name="nf_percent_nil")
        nil.addElement(number.Text(text="0%"))
        for each in (count, year, percent, nil):
            self._cell_styles.addElement(each)

    def _add_cell_styles(self) -> None:
        link = {"color": LINK_COLOUR, "textunderlinestyle": "solid", "textunderlinewidth": "auto"}
        gap = {"paddingtop": f"{_GAP_CM / 2}cm", "paddingbottom": f"{_GAP_CM / 2}cm"}
        big_gap = {**gap, "paddingtop": f"{_GAP_CM * 4}cm"}
        bold = {"fontweight": "bold"}
        self._add_cell_style(HEADING_1, parent="Heading_20_1", cell=gap)
        self._add_cell_style(WRAPPED_HEADING_1, parent="Heading_20_1", wrap=True, cell=gap)
        self._add_cell_style(HEADING_2, parent="Heading_20_2", wrap=True, cell=big_gap)
        for name, wrapped, text in (
            (LINE, WRAPPED, None),
            (LINE_LINK, WRAPPED_LINK, link),
            (CAUTION, WRAPPED_CAUTION, bold),
        ):
            self._add_cell_style(name, cell=gap, text=text)
            self._add_cell_style(wrapped, wrap=True, cell=gap, text=text)
        inset = {**gap, "paddingleft": f"{_GAP_CM}cm", "paddingright": f"{_GAP_CM}cm"}
        header = {
            **inset,
            "paddingtop": f"{_GAP_CM * 3}cm",
            "borderbottom": "1pt solid #0b0c0c",
            "verticalalign": "bottom",
        }
        self._add_cell_style(HEADER_LEFT, wrap=True, align="start", cell=header, text=bold)
        self._add_cell_style(HEADER_RIGHT, wrap=True, align="end", cell=header, text=bold)
        rule = {**inset, "borderbottom": f"0.5pt solid {RULE_COLOUR}"}
        for suffix, weight in (("", {}), (BOLD, bold)):
            self._add_cell_style(TEXT + suffix, wrap=True, align="start", cell=rule, text=weight)
            self._add_cell_style(
                LINK + suffix, wrap=True, align="start", cell=rule, text={**weight, **link}
            )
            for name, align, data in (
                (YEAR, "start", "nf_year"),
                (COUNT, "end", "nf_count"),
                (PERCENT, "end", "nf_percent"),
                (PERCENT_NIL, "end", "nf_percent_nil"),
                (SHORTHAND, "end", None),
            ):
                self._add_cell_style(name + suffix, align=align, cell=rule, text=weight, data=data)
        for lines in range(1, MOST_LINES + 1):
            row = style.Style(name=row_style(lines), family="table-row")
            height = f"{lines * _LINE_CM + _GAP_CM:.2f}cm"
            # LibreOffice fits rows by screen metrics: on paper, long text then lacks its last line.
            fitted = "true" if lines < _LONG_TEXT_LINES else "false"
            row.addElement(style.TableRowProperties(rowheight=height, useoptimalrowheight=fitted))
            self._cell_styles.addElement(row)

    def _add_cell_style(  # noqa: PLR0913 - one argument a property
        self,
        name: str,
        *,
        parent: str = "Default",
        wrap: bool = False,
        align: str | None = None,
        cell: dict[str, str] | None = None,
        text: dict[str, str] | None = None,
        data: str | None = None,
    ) -> None:
        attributes = {"name": name, "family": "table-cell", "parentstylename": parent}
        if data:
            attributes["datastylename"] = data
        made = style.Style(**attributes)
        properties = {**(cell or {}), **({"wrapoption": "wrap"} if wrap else {})}
        if align:
            properties["textalignsource"] = "fix"
        if properties:
            made.addElement(style.TableCellProperties(**properties))
        if align:
            made.addElement(style.ParagraphProperties(textalign=align))
        if text:
            made.addElement(style.TextProperties(**text))
        self._cell_styles.addElement(made)

    def _add_column_style(self, width_cm: float) -> None:
        made = style.Style(name=column_style(width_cm), family="table-column")
        made.addElement(style.TableColumnProperties(columnwidth=f"{width_cm}cm"))
        self._cell_styles.addElement(made)


def ranges_xml(ranges: Iterable[tuple[str, str]]) -> str:
    """The marked-up tables: a database range for each (name, address), with a header row.

    Spreadsheet programs read them as tables; no filter buttons are shown.
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
    return xml_of(element) if element.childNodes else ""


def xml_of(element: Element) -> str:
    """An odfpy element as text, without namespace declarations: those are the root's."""
    written = StringIO()
    element.toXml(1, written)
    return written.getvalue()


def _part(root: str, *elements: Element) -> str:
    opening, closing = _root(root)
    return opening + "".join(xml_of(element) for element in elements) + closing


def _root(name: str) -> tuple[str, str]:
    # odfpy would declare version 1.2, and whichever namespaces the process happened to use so far.
    declared = "".join(
        f' xmlns:{nsdict[namespace]}="{namespace}"' for namespace in sorted(_NAMESPACES)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:{name}{declared}'
        f' office:version="{ODF_VERSION}">',
        f"</office:{name}>",
    )


def _item(name: str, kind: str, text: str) -> config.ConfigItem:
    return config.ConfigItem(name=name, type=kind, text=text)
