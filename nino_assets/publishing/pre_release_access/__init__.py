"""The published pre-release access list.

Belongs here: its two files, and reading the list back. Does not belong here: who is on it
(`governance/pre_release_access.py`).
"""
