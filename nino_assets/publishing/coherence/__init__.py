"""The coherence report: registrations compared with other sources.

Belongs here: what the report shows to the statistics team, and its page. Does not belong here: the
comparison itself (`methods/comparison/`).
"""
