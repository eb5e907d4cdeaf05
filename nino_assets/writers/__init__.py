"""Accessible output that knows no word of this statistic: spreadsheets, charts, maps, pages.

Belongs here: how something is written or drawn. Does not belong here: what is said (`publishing/`).
"""
