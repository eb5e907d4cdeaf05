"""Colours and dashes of every picture, and the contrast between colours.

The colours are the Government Analysis Function palette (categorical, focus and sequential), in the
order in which neighbours differ by 3:1 or more in lightness. Contrast is that of WCAG 2.2 (relative
luminance).
"""

from __future__ import annotations

NAVY, TEAL, PLUM, ORANGE = "#12436D", "#28A197", "#801650", "#F46A25"
GREY = "#BFBFBF"
SEQUENTIAL = ("#6BACE6", "#2073BC", "#12436D")
"""Light to dark. The steps differ by 2:1 only, so every area drawn in them has an outline."""
TEXT, WHITE, GRID, SHADE, BORDER = "#0B0C0C", "#FFFFFF", "#D9DBDC", "#EEEFEF", "#B1B4B6"
MUTED_TEXT = "#484949"

CATEGORICAL = (NAVY, TEAL, PLUM, ORANGE)
DASHES = ("", "9 5", "2 4", "12 4 2 4")
"""Stroke dash arrays, one a series, so that no line is distinguished by colour alone."""
PLOTLY_DASHES = ("solid", "dash", "dot", "dashdot")
MAX_SERIES = len(CATEGORICAL)
DRAWN = frozenset({*CATEGORICAL, GREY, *SEQUENTIAL, TEXT, WHITE, GRID, SHADE, BORDER, MUTED_TEXT})
"""Every colour that a picture may use."""


def compute_contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two `#RRGGBB` colours, 1 to 21."""
    light, dark = sorted((_compute_luminance(one), _compute_luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _compute_luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
