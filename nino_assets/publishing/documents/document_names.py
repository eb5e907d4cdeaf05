"""Which documents there are, and their folder."""

from __future__ import annotations

TITLES = {
    "methodology": "Background information and methodology",
    "quality-report": "Quality report",
    "release-strategy": "Release strategy",
}
"""Name of the file, without its ending → title."""

FOLDER = "documents"
"""In the publication of a quarter."""
