"""This statistic's workbook: cover, contents, notes and tables.

Belongs here: what is on which sheet, in which words, and checking the written file. Does not belong
here: how a spreadsheet is written (`writers/spreadsheet/`), and figures: they are looked up as
published cells and never added up.
"""
