"""The public web service over the released editions.

Belongs here: what the open data API answers, from published cells alone. Does not belong here: how
cells are made (`methods/`), and anything outside `data/published/`.
"""
