"""What readers get, all from published cells only.

Belongs here: the words, tables and pages of this statistic, and checking them against the cells.
Does not belong here: how a spreadsheet, a chart or a page is written (`writers/`), and which
edition is released (`releases/`).
"""
