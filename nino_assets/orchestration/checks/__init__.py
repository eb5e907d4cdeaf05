"""How Dagster runs, records and reads checks."""
