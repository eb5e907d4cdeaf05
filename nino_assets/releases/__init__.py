"""Editions: what is published, due, corrected and given early.

Belongs here: what the warehouse and the log of decisions say together about an edition. Does not
belong here: the rules themselves (`governance/`) and the files of an edition (`publishing/`).
"""
