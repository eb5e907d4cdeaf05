"""Disclosure control: keyed counts, p-table, cell-key perturbation, risk and utility.

Belongs here: everything between a registration without identifiers and a cell that may be
published. Does not belong here: which cells are published (`statistic/published_domain.py`).
"""
