"""The statistics as pure functions over DuckDB relations and Polars frames.

Belongs here: every rule that turns a delivered record into a published count, and comparisons with
other sources. Does not belong here: Dagster, file paths (`store/`), what readers see
(`publishing/`). A function whose name ends in `_sql` returns SQL text and runs nothing.
"""
