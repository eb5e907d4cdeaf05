"""Bytes without statistics: folders, atomic writes, locks, Parquet, encryption, keys.

Belongs here: how and where something is kept. Does not belong here: what it means.
"""
