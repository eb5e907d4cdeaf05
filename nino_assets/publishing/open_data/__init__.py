"""The open data: every published cell as CSV and Parquet, with descriptions.

Belongs here: rows, columns, codes and descriptions of the open data, and checking the written
files. Does not belong here: which cells are published (`statistic/published_domain.py`).
"""
