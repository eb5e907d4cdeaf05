"""Comparison of registrations with the figures of other sources.

Belongs here: which figures are compared, and when they diverge. Does not belong here: reading the
sources (`deliveries/comparator_files.py`), the report (`publishing/coherence/`).
"""
