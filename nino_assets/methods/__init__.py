"""The statistics as pure functions over DuckDB relations and Polars frames.

No module here imports Dagster or knows a file path.
"""
