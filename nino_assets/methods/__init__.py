"""The statistics as pure functions over DuckDB relations and Polars frames; no Dagster, no file paths."""
