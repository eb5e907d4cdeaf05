"""NINo statistics as a Dagster asset graph.

From a delivered Migrant Workers Scan to accessible tables, a bulletin and open data on
National Insurance number registrations of adult overseas nationals.
"""

__version__ = "0.1.0"
