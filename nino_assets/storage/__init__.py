"""Where assets live: deliveries, keys, the DuckDB session, encrypted Parquet, atomic writes."""
