"""NINo statistics as a Dagster asset graph.

From a delivered Migrant Workers Scan to accessible tables, a bulletin and open data on
National Insurance number registrations of adult overseas nationals.
"""

import os

# Arrow reads this as it is loaded. Its usual allocator gives memory back at once and asks for it
# again: cleaning ten million records then takes a fifth more processor time, and more memory.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")

__version__ = "0.1.0"
