"""The documents beside the statistics: methodology, quality report, release strategy.

They are built from the facts that the line itself works with. Whatever a document takes from there
is marked, so that it can be derived again from the code and compared (`agreement.py`):

    <data data-rule="…">     a rule of the line (`rules.py`)
    <data data-result="…">   a result of the quarter's checks (`facts.py`)
    <span data-quoted="…">   a text reviewed elsewhere (`quotations.py`)
    <code data-check="…">    the name of a check; data-asset, of an asset
    <time datetime="…">      the date of the document, which is that of the release

Belongs here: which documents there are.
"""

from __future__ import annotations

TITLES = {
    "methodology": "Background information and methodology",
    "quality-report": "Quality report",
    "release-strategy": "Release strategy",
}
"""Name of the file, without its ending → title."""

FOLDER = "documents"
"""In the publication of a quarter."""
