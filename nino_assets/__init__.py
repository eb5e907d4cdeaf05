"""NINo statistics as a Dagster asset graph.

From a delivered Migrant Workers Scan to accessible tables, a bulletin and open data on
National Insurance number registrations of adult overseas nationals.
"""

import sys

if sys.platform != "linux":
    # Before any module asks for what other systems lack: locks of files, and /proc.
    sys.exit(
        f"nino-assets does not run on {sys.platform}\n"
        "Rule: it needs Linux, whose file locks and process table it relies on\n"
        "Next: run it on a Linux machine, in a Linux container, or in WSL 2 on Windows"
    )

__version__ = "0.1.0"
