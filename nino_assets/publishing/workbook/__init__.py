"""This statistic's workbook: cover, contents, notes and tables, from published cells only.

Belongs here: what stands on which sheet, in which words. Does not belong here: how a spreadsheet is
written (`spreadsheet/`), and figures, which are looked up in `cells.py` and never added.
"""

from nino_assets.publishing.workbook.workbook_assembly import workbook, write_workbook

__all__ = ["workbook", "write_workbook"]
