"""Measures that several suites share, or that fill a module.

Belongs here: SQL and Python that measure an asset. Does not belong here: which measure is a check,
and how severe it is (`suites/`).
"""
