"""What a check is, and how it is judged. No Dagster.

Belongs here: the declaration of checks, their tolerances and the engine. The suites, one module an
asset, are in `suites/`. Does not belong here: how Dagster runs and records checks
(`orchestration/checks/`).
"""
