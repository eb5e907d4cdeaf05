"""The documents beside the statistics: methodology, quality report, release strategy.

Belongs here: which documents there are. Each is a module of the same name.
"""

from __future__ import annotations

TITLES = {
    "methodology": "Background information and methodology",
    "quality-report": "Quality report",
    "release-strategy": "Release strategy",
}
"""Name of the file, without its ending → title."""
