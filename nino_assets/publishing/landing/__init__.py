"""The landing page, the feed and the catalogue of `data/published/`.

Belongs here: what readers find first. Does not belong here: which editions there are (`releases/`).
"""
