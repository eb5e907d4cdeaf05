"""Every style of a workbook, as odfpy elements.

Fonts, alignment, number formats, borders and paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from odf import number, office, style
from odf.namespaces import STYLENS

from nino_assets.writers.spreadsheet.sheets import PaperSize

FONT = "Arial"
LINK_COLOUR = "#0000ff"
RULE_COLOUR = "#b1b4b6"
_MARGIN_CM = 1.3
LANGUAGE, COUNTRY = "en", "GB"

# Styles of cells, by the names that `rows.py` gives them.
HEADING_1, WRAPPED_HEADING_1 = "ce_heading_1", "ce_wrapped_heading_1"
HEADING_2 = "ce_heading_2"
LINE, WRAPPED, LINE_LINK, WRAPPED_LINK = "ce_line", "ce_wrapped", "ce_line_link", "ce_wrapped_link"
CAUTION, WRAPPED_CAUTION = "ce_caution", "ce_wrapped_caution"
HEADER_LEFT, HEADER_RIGHT = "ce_header_left", "ce_header_right"
TEXT, LINK, YEAR, COUNT, PERCENT = "ce_text", "ce_link", "ce_year", "ce_count", "ce_percent"
PERCENT_NIL, SHORTHAND, TENTHS = "ce_percent_nil", "ce_shorthand", "ce_tenths"
BOLD = "_bold"
"""Added to the name of a body style for totals."""
MOST_LINES = 40
_LINE_CM, _GAP_CM = 0.52, 0.1


def name_column_style(width_cm: float) -> str:
    """Return the style name of columns that wide."""
    return f"co_{round(width_cm * 10)}"


def name_table_style(page: PaperSize) -> str:
    """Return the style name of sheets that print on `page`."""
    return f"ta_{page.name}"


def name_row_style(lines: int, *, fitted: bool) -> str:
    """Return the style name of rows by their lines of text.

    Programs fit the height of `fitted` rows to their content themselves.
    """
    return f"ro_{min(lines, MOST_LINES)}{'' if fitted else '_fixed'}"


class Styles:
    """The styles of one workbook, grouped as OpenDocument keeps them."""

    def __init__(self, pages: Iterable[PaperSize], widths: Iterable[float]) -> None:
        self.fonts, self.named = office.FontFaceDecls(), office.Styles()
        self.cells = office.AutomaticStyles()
        self.page_layouts, self.masters = office.AutomaticStyles(), office.MasterStyles()
        self.fonts.addElement(style.FontFace(name=FONT, fontfamily=FONT, fontfamilygeneric="swiss"))
        self._add_named_styles()
        used = {page.name: page for page in pages}
        for name in sorted(used):
            self._add_page(used[name])
        self._add_number_formats()
        self._add_cell_styles()
        for width in sorted(set(widths)):
            self._add_column_style(width)

    def _add_named_styles(self) -> None:
        default = style.DefaultStyle(family="table-cell")
        default.addElement(
            style.TextProperties(
                fontname=FONT,
                fontsize="12pt",
                usewindowfontcolor="true",
                language=LANGUAGE,
                country=COUNTRY,
            )
        )
        self.named.addElement(default)
        plain = style.Style(name="Default", family="table-cell")
        plain.addElement(style.TableCellProperties(verticalalign="top"))
        self.named.addElement(plain)
        for name, display, size in (
            ("Heading_20_1", "Heading 1", "18pt"),
            ("Heading_20_2", "Heading 2", "14pt"),
        ):
            heading = style.Style(
                name=name, displayname=display, family="table-cell", parentstylename="Default"
            )
            heading.addElement(style.TextProperties(fontsize=size, fontweight="bold"))
            self.named.addElement(heading)

    def _add_page(self, page: PaperSize) -> None:
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
        self.page_layouts.addElement(layout)
        master = style.MasterPage(name=page.name, pagelayoutname=layout)
        # Present but off: where absent, LibreOffice prints sheet names and page numbers.
        for furniture in (style.Header, style.Footer):
            master.addElement(furniture(display="false"))
        self.masters.addElement(master)
        sheet = style.Style(name=name_table_style(page), family="table", masterpagename=page.name)
        sheet.addElement(style.TableProperties(display="true", writingmode="lr-tb"))
        self.cells.addElement(sheet)

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
        tenths = number.NumberStyle(name="nf_tenths")
        tenths.addElement(number.Number(decimalplaces="1", minintegerdigits="1"))
        for each in (count, year, percent, nil, tenths):
            self.cells.addElement(each)

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
                (TENTHS, "end", "nf_tenths"),
                (SHORTHAND, "end", None),
            ):
                self._add_cell_style(name + suffix, align=align, cell=rule, text=weight, data=data)
        # LibreOffice fits rows by screen metrics: on paper, wrapped text would lack its last line.
        for lines, fitted in product(range(1, MOST_LINES + 1), (True, False)):
            row = style.Style(name=name_row_style(lines, fitted=fitted), family="table-row")
            row.addElement(
                style.TableRowProperties(
                    rowheight=f"{lines * _LINE_CM + _GAP_CM:.2f}cm",
                    useoptimalrowheight="true" if fitted else "false",
                )
            )
            self.cells.addElement(row)

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
        self.cells.addElement(made)

    def _add_column_style(self, width_cm: float) -> None:
        made = style.Style(name=name_column_style(width_cm), family="table-column")
        made.addElement(style.TableColumnProperties(columnwidth=f"{width_cm}cm"))
        self.cells.addElement(made)
