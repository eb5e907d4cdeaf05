"""Disclosure control: keyed counts, the p-table, cell-key perturbation, risk and utility.

Belongs here: everything between a registration without identifiers and a cell that may be
published.
"""
