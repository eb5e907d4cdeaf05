"""Accessible output: spreadsheets, charts, maps and pages.

Belongs here: how something is written or drawn, for any statistic. Does not belong here: what is
said, and where figures come from (`publishing/`).
"""
