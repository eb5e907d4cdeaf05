"""The only room that imports Dagster: assets, checks, jobs, the instance.

Belongs here: thin shells that call the other rooms. Does not belong here: statistics and file
paths.
"""
