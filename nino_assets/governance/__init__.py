"""The rules of release: dates, access, signatures, gates, corrections.

Belongs here: rules as pure functions, and the log of decisions. Does not belong here: files of
other rooms, and running anything.
"""
