"""Synthetic deliveries that read like the real ones, for demonstrations and tests.

Belongs here: invented persons, postcodes and series near the published totals, and the truth about
them. Does not belong here: real records or figures of others; none is in the project.
"""
