"""Published figures and test vectors that the tests hold the statistics to; see README.md."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent

VECTORS = _HERE / "vectors"
PUBLISHED = _HERE / "published"
AREAS = _HERE / "areas"
POSTCODES = _HERE / "postcodes"
BOUNDARIES = _HERE / "boundaries"
